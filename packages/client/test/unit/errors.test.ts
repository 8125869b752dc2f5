import { describe, expect, it } from 'vitest';

import { errors, isHubError } from '../../src/index.js';
import { redactedUrl, redisFailure } from '../../src/error/redis.js';

const fault = {
  broker: 'kis',
  endpoint: 'inquire-price',
  status: 500,
  brokerCode: 'EGW00201',
  brokerMessage: '초당 거래건수를 초과하였습니다.',
  meaning: 'too many calls in this second',
};

describe('an error of the hub', () => {
  it('survives JSON with its code, its words and the remedy', () => {
    const error = new errors.BrokerBusy(fault, 'Wait.');
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'HUB_BROKER_BUSY',
      message: 'inquire-price: EGW00201 초당 거래건수를 초과하였습니다. (too many calls in this second)',
      remedy: 'Wait.',
      retryAfterMs: 1_000,
      brokerCode: 'EGW00201',
      brokerMessage: '초당 거래건수를 초과하였습니다.',
    });
  });

  it('leaves out what it does not know', () => {
    expect(new errors.HubClosed().toJSON()).toEqual({
      code: 'HUB_CLOSED',
      message: 'The hub is closed',
      remedy: 'Create a new hub; a closed one stays closed.',
    });
  });

  it('keeps its cause, and is named like its class', () => {
    const cause = new Error('why');
    const error = new errors.OutcomeUnknown('order-cash-buy', 'inquire-balance', { cause });
    expect(error.cause).toBe(cause);
    expect(error.name).toBe('OutcomeUnknown');
    expect(error.remedy).toContain('inquire-balance');
  });

  it('says in minutes when a dead token ends', () => {
    const error = new errors.TokenDead(90_000);
    expect(error.message).toContain('2 min');
    expect(error.toJSON().retryAfterMs).toBe(90_000);
  });

  it('is told by its code, also when it comes from another copy of the library', () => {
    expect(isHubError(Object.assign(new Error('x'), { code: 'HUB_STORE_LOCKED' }))).toBe(true);
    expect(isHubError(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBe(false);
    expect(isHubError({ code: 'HUB_CLOSED' })).toBe(false);
  });
});

describe('a Redis URL in a message', () => {
  it.each([
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['redis://user:canary@host:6379/1', 'redis://***@host:6379/1'],
    ['redis://:can@ary@host', 'redis://***@host'],
    ['redis://:can/ary@host', 'redis://***@host'],
    ['unix:///run/redis.sock?password=canary', 'unix:///run/redis.sock?***'],
  ])('%s shows as %s', (url, shown) => {
    expect(redactedUrl(url)).toBe(shown);
  });
});

describe('a password of a Redis URL', () => {
  const refusal = (word: string): Error => Object.assign(new Error(word), { name: 'ReplyError' });
  const everything = (error: Error): string => `${error.message} ${String(error.cause)} ${JSON.stringify(error)}`;

  it.each([
    ['redis://:canary-p%40ss@host', 'canary-p@ss'],
    ['redis://user:canary-pass@host:6379/1', 'canary-pass'],
    ['redis://:can@ary/pass@host', 'can@ary/pass'],
    ['redis://:abc@host', 'abc'],
    ['unix:///run/redis.sock?password=canary-pass', 'canary-pass'],
  ])('of %s is in no error, though its server quotes it', (url, password) => {
    // Servers that know no AUTH say so with what they were sent.
    const quoting = `ERR unknown command 'AUTH', with args beginning with: '${password}' `;
    const refused = redisFailure('lock', url, refusal(quoting));
    expect(refused.message).toContain("beginning with: '***'");
    expect(everything(refused)).not.toContain(password);
    const away = redisFailure('main', url, new Error(`no way to ${url} with '${password}'`));
    expect(everything(away)).not.toContain(password);
  });
});

it('an answer that cannot be read may be that of a proxy, or be damaged, or be too long', () => {
  const { remedy } = new errors.AnswerUnreadable('inquire-price', 200, 'a body of more than 8388608 bytes');
  for (const word of ['proxy', 'damaged', 'cut', 'overlong', 'less']) expect(remedy).toContain(word);
});
