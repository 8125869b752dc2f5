import { describe, expect, it } from 'vitest';

import { errorClasses } from '../../src/error/travel.js';
import { errors, HubError } from '../../src/index.js';

const fault = {
  broker: 'kis',
  endpoint: 'inquire-price',
  status: 500,
  brokerCode: 'EGW00201',
  brokerMessage: '초당 거래건수를 초과하였습니다.',
  meaning: 'too many calls in this second',
};
const cause = new Error('socket hang up', { cause: new TypeError('deeper') });

/** One of each, with everything that it can hold. */
const specimens: readonly HubError[] = [
  new errors.AnswerUnreadable('inquire-price', 502, 'an HTML or XML page', { cause }),
  new errors.BrokerBusy(fault, 'Wait.'),
  new errors.BrokerFailed(fault, 'Try again.'),
  new errors.BrokerRefused(fault, 'Mend it.'),
  new errors.BrokerUnreachable('inquire-price', 'ECONNRESET', true, { cause }),
  new errors.CallAborted({ cause }),
  new errors.CallerRefused({ caller: 'x', broker: 'kis', endpoint: 'order-cash-buy', why: 'it may not' }, 'Ask.'),
  new errors.CallInvalid('inquire-price: X is unknown', 'Parameters: Y.'),
  new errors.CallLost('inquire-price'),
  new errors.CallTimeout('inquire-price', 5_000, { cause }),
  new errors.CircuitOpen('kis:real:0123456789ab', { since: 1, until: 5_001, forMs: 5_000, failure: 'HUB_TIMEOUT' }),
  new errors.ConfigInvalid(['redis.main is missing', 'kis.appKey is missing'], 'Set them.'),
  new errors.GuardBlocked('api.kiwoom.com', 'fetch'),
  new errors.HubClosed(),
  new errors.JobStalled('job stalled more than allowable limit'),
  new errors.LedgerLost({ cause }),
  new errors.OutcomeUnknown('order-cash-buy', 'inquire-balance', { cause }),
  new errors.PayloadInvalid('live-kis', 'v: expected 1'),
  new errors.PermitExpired(),
  new errors.RangeInvalid('too old', 'Ask later days.'),
  new errors.RedisRefused('main', 'OOM command not allowed'),
  new errors.RedisUnreachable('gatekeeper', 'redis://***@host', { cause }),
  new errors.CaptureUnreadable([{ file: 'a.ndjson.gz', offset: 0, why: 'it is empty' }], 'captures'),
  new errors.FeedInvalid('a feed', 'Name another one.'),
  new errors.FeedRefused('host', 403),
  new errors.FeedUnserved('kis'),
  new errors.NoConnection('host'),
  new errors.NoSlot(['trade:KRX:005930']),
  new errors.ServiceAway('kiwoom'),
  new errors.SymbolUnknown('999999'),
  new errors.TakeoverRefused('nobody else is there', 'Start one.', 12_000),
  new errors.TakeoverUnfinished('one:1', 'two:2'),
  new errors.TokenDead(90_000),
  new errors.TokenRefused('EGW00103', '유효하지 않은 AppKey입니다.', 'Check the key.'),
  new errors.TokenRejected(fault, 'Check the key.'),
  new errors.VaultLocked({ cause }),
];

const travel = (error: unknown): HubError =>
  errors.unpackError(JSON.parse(JSON.stringify(errors.packError(error))) as errors.TravellingError);

const isErrorClass = (value: unknown): value is { readonly name: string; readonly prototype: HubError } =>
  typeof value === 'function' && value.prototype instanceof HubError;

const causesOf = (error: Error): string[] =>
  error.cause instanceof Error ? [`${error.cause.name}: ${error.cause.message}`, ...causesOf(error.cause)] : [];

describe('an error that travels to another process', () => {
  it.each(specimens.map((error) => [error.name, error] as const))('%s comes back as itself', (_name, error) => {
    const back = travel(error);
    expect(back).toBeInstanceOf(error.constructor);
    expect(back.name).toBe(error.name);
    expect(Object.entries(back)).toEqual(
      expect.arrayContaining(Object.entries(error).filter(([, value]) => value !== undefined)),
    );
    expect(back).toMatchObject({ code: error.code, message: error.message, remedy: error.remedy });
    expect(back.toJSON()).toEqual(error.toJSON());
    expect(back.retryAfterMs).toBe(error.retryAfterMs);
    expect(causesOf(back)).toEqual(causesOf(error));
    expect(back.stack).toContain('travelling-errors');
  });

  it('is of a class that is on the list, and every class that is exported has a specimen', () => {
    const exported = Object.values(errors)
      .filter(isErrorClass)
      .map(({ name }) => name);
    const generic = errors.RemoteFailure.name; // what has no class here becomes one of these
    expect(exported.length).toBeGreaterThan(20);
    expect(
      specimens
        .map(({ name }) => name)
        .concat(generic)
        .sort(),
    ).toEqual(exported.sort());
    const listed = Object.entries(errorClasses).map(([code, { name }]) => `${code} ${name}`);
    expect(specimens.map(({ code, name }) => `${code} ${name}`).sort()).toEqual(listed.sort());
  });

  it('of a code that is not known here keeps code, words, remedy and fields', () => {
    const packed = { code: 'HUB_TOMORROW', message: 'm', remedy: 'r', fields: { retryAfterMs: 7 }, causes: [] };
    const back = errors.unpackError(packed);
    expect(back).toBeInstanceOf(errors.RemoteFailure);
    expect(back.toJSON()).toEqual({ code: 'HUB_TOMORROW', message: 'm', remedy: 'r', retryAfterMs: 7 });
  });

  it('without a code is HUB_UNEXPECTED with its text', () => {
    expect(travel(new TypeError('x is not a function')).toJSON()).toMatchObject({
      code: 'HUB_UNEXPECTED',
      message: 'x is not a function',
    });
    expect(travel('a word')).toMatchObject({ code: 'HUB_UNEXPECTED', message: 'a word' });
  });

  it('cannot be made into something else by its fields', () => {
    const fields = JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "name": 1, "stack": 1, "then": 1}') as object;
    const back = errors.unpackError({ ...errors.packError(new errors.HubClosed()), fields: { ...fields } });
    expect(back).toBeInstanceOf(errors.HubClosed);
    expect(back.name).toBe('HubClosed');
    expect('x' in back).toBe(false);
  });

  it('tells nothing of a cause that is no error, and little of a long one', () => {
    const key = { appKey: 'canary' };
    expect(JSON.stringify(errors.packError(new errors.CallAborted({ cause: key })))).not.toContain('canary');
    const long = errors.packError(new errors.CallAborted({ cause: new Error('x'.repeat(10_000)) }));
    expect(JSON.stringify(long).length).toBeLessThan(1_000);
  });
});
