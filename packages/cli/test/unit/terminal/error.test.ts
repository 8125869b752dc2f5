import { errors } from '@hub/client';
import { describe, expect, it } from 'vitest';

import { BackfillIncomplete, Interrupted, UsageInvalid } from '../../../src/error/index.js';
import { errorDetail, errorLine, failureOf } from '../../../src/terminal/error.js';

const lineOf = (error: unknown): string => errorLine(failureOf(error));

describe('error line', () => {
  it('has the code first and the remedy behind the arrow', () => {
    expect(lineOf(new errors.RedisUnreachable('main', 'redis://127.0.0.1:1'))).toBe(
      'HUB_REDIS_UNREACHABLE The main Redis (redis://127.0.0.1:1) cannot be reached → Start it, or mend REDIS_URL.',
    );
  });

  it('stays one line', () => {
    expect(errorLine({ code: 'HUB_X', message: 'a\n  b\r\nc', remedy: 'd', exitCode: 1 })).toBe('HUB_X a b c → d');
  });

  it('keeps the Korean text of the broker with its meaning beside', () => {
    const failed = {
      id: 'w',
      code: 'HUB_BROKER_REFUSED',
      message: 'p: EGW00103 유효하지 않은 AppKey입니다. (app key invalid)',
      remedy: 'Check.',
    };
    expect(lineOf(new BackfillIncomplete([failed], 3))).toBe(
      'HUB_BROKER_REFUSED p: EGW00103 유효하지 않은 AppKey입니다. (app key invalid) (1 of 3 windows failed) → Check.',
    );
  });

  it('reports what carries no code of ours as internal, with a way on', () => {
    const line = lineOf(Object.assign(new TypeError('x is undefined'), { code: 'ERR_OTHER' }));
    expect(line).toBe('HUB_INTERNAL x is undefined → Run it again with --verbose and report what it prints.');
  });

  it.each([undefined, 'text', null, 7])('survives a thrown %s', (thrown) => {
    expect(failureOf(thrown)).toMatchObject({ code: 'HUB_INTERNAL', exitCode: 1 });
  });

  it('drops the prefix that libraries put before a message', () => {
    const error = Object.assign(new Error('[hub] no Redis'), { code: 'HUB_REDIS_NOT_FOUND', remedy: 'Run: apt' });
    expect(lineOf(error)).toBe('HUB_REDIS_NOT_FOUND no Redis → Run: apt');
  });

  it('tells the causes in the detail', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const detail = errorDetail(error).join('\n');
    expect(detail).toMatch(/^Error: outer\n[^]*caused by Error: inner/);
  });
});

describe('exit code', () => {
  const usage = new UsageInvalid([{ code: 'HUB_RANGE', message: 'turned', remedy: 'Swap.' }]);

  it.each([
    ['a failure', new errors.LedgerLost(), 1],
    ['settings', new errors.ConfigInvalid(['kis.appKey is missing']), 2],
    ['a wrong command line', usage, 2],
    ['Ctrl-C', new Interrupted('SIGINT'), 130],
    ['SIGTERM', new Interrupted('SIGTERM'), 143],
  ])('of %s', (_name, error, exitCode) => {
    expect(failureOf(error).exitCode).toBe(exitCode);
  });
});

describe('usage', () => {
  const swap = { code: 'HUB_RANGE', message: 'from is after to', remedy: 'Swap.' } as const;
  const key = { code: 'HUB_CONFIG', message: 'no key', remedy: 'Set it.' } as const;

  it('keeps the code of problems of one kind', () => {
    expect(lineOf(new UsageInvalid([swap]))).toBe('HUB_RANGE from is after to → Swap.');
  });

  it('lists a mixture, each message and remedy once', () => {
    expect(lineOf(new UsageInvalid([swap, key, key]))).toBe('HUB_USAGE from is after to; no key → Swap. Set it.');
  });
});

describe('incomplete backfill', () => {
  const failed = (id: string, code: string, message: string) => ({ id, code, message, remedy: 'R.' });

  it('names different messages of one reason, three at most', () => {
    const windows = ['a', 'b', 'c', 'd'].map((id) => failed(id, 'HUB_SYMBOL_UNKNOWN', `${id} unknown`));
    expect(new BackfillIncomplete(windows, 9, 2).message).toBe(
      'a unknown; b unknown; c unknown; and 1 more (4 of 9 windows failed, 2 not tried)',
    );
  });

  it('counts different reasons', () => {
    const error = new BackfillIncomplete(
      [failed('a', 'HUB_TIMEOUT', 'x'), failed('b', 'HUB_RANGE', 'y'), failed('c', 'HUB_RANGE', 'z')],
      5,
    );
    expect(error).toMatchObject({
      code: 'HUB_BACKFILL_INCOMPLETE',
      message: '3 of 5 windows failed: HUB_TIMEOUT ×1, HUB_RANGE ×2',
    });
  });
});
