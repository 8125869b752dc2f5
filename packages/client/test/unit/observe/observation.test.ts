import { describe, expect, it } from 'vitest';

import { BrokerRefused, OutcomeUnknown, AnswerUnreadable } from '../../../src/error/index.js';
import type { CallFacts, CallWatch, Watcher } from '../../../src/observe/contract.js';
import { channels } from '../../../src/observe/channels.js';
import { log } from '../../../src/observe/log.js';
import { measurements } from '../../../src/observe/measurements.js';
import { Observation, type CallReport } from '../../../src/observe/observation.js';
import { spans } from '../../../src/observe/spans.js';
import { fakeClock } from '../../../src/testing/index.js';
import { answerOf } from '../../support/sample.js';

const asked: Omit<CallFacts, 'id'> = {
  ...{ mode: 'direct', broker: 'kis', environment: 'real', origin: 'https://broker.example:9443' },
  ...{
    endpoint: 'inquire-price',
    tr: 'FHKST01010100',
    method: 'GET',
    path: '/uapi/x',
    caller: 'chart',
    priority: 'interactive',
  },
};

/** Writes down whatever it is told. */
const recorder = () => {
  const told: unknown[][] = [];
  const note =
    (name: keyof CallWatch) =>
    (fact: unknown): void =>
      void told.push([name, fact]);
  const watcher: Watcher = {
    watch: (call) => {
      told.push(['started', call]);
      const [permit, refused, retry] = [note('permit'), note('refused'), note('retry')];
      return { permit, refused, retry, answered: note('answered'), failed: note('failed') };
    },
  };
  return { told, watcher };
};

const observed = (...watchers: Watcher[]) => {
  const clock = fakeClock();
  const redact = (text: string): string => text.replaceAll('12345678', '***');
  return { clock, observation: new Observation({ watchers, clock, redact }) };
};

describe('a call that is watched', () => {
  it('is told from its start to its answer, with all its attempts', async () => {
    const { told, watcher } = recorder();
    const { clock, observation } = observed(watcher);
    const run = async (report?: CallReport) => {
      report?.permit('abc', 30);
      await clock.advance(100);
      report?.retry('HUB_TIMEOUT', 400);
      await clock.advance(400);
      report?.refused('total');
      report?.permit('def', 12);
      return answerOf({});
    };
    await observation.call(asked, run);
    const call = { id: 1, ...asked };
    expect(told).toEqual([
      ['started', call],
      ['permit', { keyId: 'abc', waitMs: 30, attempt: 1 }],
      ['retry', { attempt: 1, code: 'HUB_TIMEOUT', waitMs: 400 }],
      ['refused', 'total'],
      ['permit', { keyId: 'def', waitMs: 12, attempt: 2 }],
      ['answered', { attempts: 2, waitMs: 42, durationMs: 500, keyId: 'abc', status: 200, requestId: 'request-1' }],
    ]);
  });

  const fault = { broker: 'kis', endpoint: 'x', status: 401, brokerCode: 'X', brokerMessage: '…', meaning: 'test' };
  const unreadable = new AnswerUnreadable('x', 502, 'an HTML page');
  it.each([
    [new BrokerRefused(fault, 'Mend it.'), 'HUB_BROKER_REFUSED', 401],
    [new OutcomeUnknown('x', 'y', { cause: unreadable }), 'HUB_OUTCOME_UNKNOWN', 502],
    [new TypeError('account 12345678'), 'HUB_UNEXPECTED', undefined],
  ])('that fails is told with code and status, and fails all the same: %s', async (error, code, status) => {
    const { told, watcher } = recorder();
    const { observation } = observed(watcher);
    await expect(observation.call(asked, () => Promise.reject(error))).rejects.toBe(error);
    expect(told.at(-1)).toEqual(['failed', expect.objectContaining({ code, status, attempts: 0, keyId: undefined })]);
    expect(JSON.stringify(told)).not.toContain('12345678');
  });

  it('has everybody who wants to around it, and nobody who does not', async () => {
    const order: string[] = [];
    const around = (name: string): Watcher => ({
      watch: () => ({
        around: async (run) => {
          order.push(`${name} in`);
          const result = await run();
          order.push(`${name} out`);
          return result;
        },
      }),
    });
    const { observation } = observed(around('a'), { watch: () => undefined }, around('b'));
    await observation.call(asked, async () => {
      order.push('call');
      return answerOf({});
    });
    expect(order).toEqual(['b in', 'a in', 'call', 'a out', 'b out']);
  });

  it('is watched by nobody where no provider, no subscriber and no logger is there, and tells nothing then', async () => {
    const { observation } = observed(spans(), measurements(), channels());
    const reports: unknown[] = [];
    await observation.call(asked, (report) => {
      reports.push(report);
      return Promise.resolve(answerOf({}));
    });
    expect(reports).toEqual([undefined]);
  });

  it('is counted by its hub', async () => {
    const { told, watcher } = recorder();
    const { observation } = observed(watcher);
    for (let count = 0; count < 3; count += 1) await observation.call(asked, () => Promise.resolve(answerOf({})));
    expect(
      told.flatMap(([name, call]): unknown[] => (name === 'started' ? [Reflect.get(Object(call), 'id')] : [])),
    ).toEqual([1, 2, 3]);
  });
});

describe('a logger', () => {
  const logged = () => {
    const lines: [string, object, string][] = [];
    const write =
      (level: string) =>
      (fields: object, text: string): void =>
        void lines.push([level, fields, text]);
    return { lines, watcher: log({ info: write('info'), warn: write('warn'), error: write('error') }) };
  };

  it.each([
    ['HUB_TIMEOUT', 'warn'],
    ['HUB_OUTCOME_UNKNOWN', 'error'],
    ['HUB_ABORTED', 'info'],
  ])('gets a failed call once, %s as %s', (code, level) => {
    const { lines, watcher } = logged();
    const progress = { attempts: 1, waitMs: 2, durationMs: 3, keyId: 'abc', status: undefined };
    watcher.watch({ id: 1, ...asked })?.failed?.({ ...progress, code, message: 'no answer' });
    const { broker, environment, endpoint, tr, caller, priority } = asked;
    expect(lines).toEqual([
      [level, { code, broker, environment, endpoint, tr, caller, priority, ...progress }, 'no answer'],
    ]);
  });

  it('gets notices, but not one line for each permit', () => {
    const { lines, watcher } = logged();
    watcher.notice?.({ kind: 'permit', account: 'kis:real:abc', at: 1 });
    watcher.notice?.({ kind: 'circuit-closed', account: 'kis:real:abc', afterMs: 5_000 });
    const fields = { notice: 'circuit-closed', account: 'kis:real:abc', afterMs: 5_000 };
    expect(lines).toEqual([['info', fields, 'hub: circuit-closed']]);
  });

  it('that throws breaks no call', async () => {
    const broken = (): never => {
      throw new Error('disk full');
    };
    const { observation } = observed(log({ info: broken, warn: broken, error: broken }));
    const error = new BrokerRefused(
      { ...{ broker: 'kis', endpoint: 'x', status: 200 }, ...{ brokerCode: 'X', brokerMessage: '', meaning: '' } },
      '',
    );
    await expect(observation.call(asked, () => Promise.reject(error))).rejects.toBe(error);
    expect(() => observation.notice({ kind: 'ledger-back', account: 'a' })).not.toThrow();
  });
});
