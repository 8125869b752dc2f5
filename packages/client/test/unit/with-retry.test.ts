import { describe, expect, it } from 'vitest';

import { AnswerUnreadable, BrokerUnreachable, CallAborted, CallTimeout, PermitExpired } from '../../src/error/index.js';
import { BeforeSend, CodedFault, type Call, type Candidate, type Reaction } from '../../src/request/contract.js';
import { withRetry } from '../../src/request/with-retry.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fakeClock } from '../../src/testing/index.js';
import { answerOf } from '../support/sample.js';

const fault = (reaction: Reaction, brokerCode = 'EGW00000', generation?: number): CodedFault =>
  new CodedFault(
    { broker: 'kis', endpoint: 'inquire-price', status: 500, brokerCode, brokerMessage: '…', meaning: 'test' },
    reaction,
    'Do something.',
    generation === undefined ? {} : { sentBy: { keyId: 'abc', generation } },
  );

const candidate: Candidate = {
  identity: { broker: 'kis', environment: 'real', keyId: 'abc', purpose: 'rest' },
  budgets: [],
  secrets: [],
  encode: () => ({ method: 'GET', path: '/', headers: {} }),
};

const call = (more: Partial<Call> = {}): Call => ({
  requestId: 'request-1',
  tr: 'FHKST01010100',
  endpoint: 'inquire-price',
  replayable: true,
  inquiry: 'inquire-balance',
  candidates: [candidate],
  priority: 'interactive',
  signal: new AbortController().signal,
  timeoutMs: 1_000,
  decode: () => ({}),
  ...more,
});

/** Plays the outcomes one after the other (undefined: an answer), and tells when and how each attempt was made. */
const play = async (outcomes: readonly (Error | undefined)[], more: Partial<Call> = {}, retries = 4) => {
  const clock = fakeClock();
  const attempts: { at: number; rejectedGeneration: number | undefined }[] = [];
  const notices: Notice[] = [];
  const step = withRetry({ retries, clock, random: () => 0.5, notify: (notice) => notices.push(notice) });
  const send = step(async ({ rejected }) => {
    const outcome = outcomes[attempts.length];
    attempts.push({ at: clock.now(), rejectedGeneration: rejected?.get('abc') });
    if (outcome !== undefined) throw outcome;
    return answerOf({ rt_cd: '0' });
  });
  const result = send(call(more)).then(
    () => 'answered' as const,
    (error: unknown) => error,
  );
  await clock.advance(120_000);
  return { result: await result, attempts, notices };
};

const timeout = new CallTimeout('inquire-price', 1_000);
const unreadable = new AnswerUnreadable('inquire-price', 502, 'an HTML or XML page');
const broken = new BrokerUnreachable('inquire-price', 'reset', true);
const refused = new BrokerUnreachable('inquire-price', 'refused', false);

describe('a call that can be repeated', () => {
  it.each([
    ['a deadline', timeout],
    ['an answer that nobody can read', unreadable],
    ['a broken connection', broken],
    ['no connection', new BeforeSend(refused)],
    ['a fault of the broker', fault('repeat')],
    ['an unknown outcome', fault('verify')],
    ['too many calls', fault('wait')],
    ['a permit that expired', new BeforeSend(new PermitExpired())],
  ])('goes on after %s', async (_what, error) => {
    const { result, attempts } = await play([error, undefined]);
    expect(result).toBe('answered');
    expect(attempts).toHaveLength(2);
  });

  it('waits longer from one attempt to the next, and says so', async () => {
    const { attempts, notices } = await play([timeout, timeout, timeout, undefined]);
    expect(attempts.map(({ at }) => at)).toEqual([0, 400, 1_100, 2_250]);
    expect(notices.map((notice) => notice.kind === 'retry' && [notice.attempt, notice.waitMs, notice.code])).toEqual([
      [1, 400, 'HUB_TIMEOUT'],
      [2, 700, 'HUB_TIMEOUT'],
      [3, 1_150, 'HUB_TIMEOUT'],
    ]);
  });

  it('waits a second at least after "too many calls"', async () => {
    const { attempts } = await play([fault('wait', 'EGW00201'), undefined]);
    expect(attempts[1]?.at).toBe(2_000);
  });

  it.each([
    [fault('repeat'), 'HUB_BROKER_FAILED'],
    [fault('wait'), 'HUB_BROKER_BUSY'],
    [timeout, 'HUB_TIMEOUT'],
    [unreadable, 'HUB_ANSWER_UNREADABLE'],
    [broken, 'HUB_BROKER_UNREACHABLE'],
  ])('ends after the last repetition: %s', async (error, code) => {
    const { result, attempts } = await play([error, error, error], {}, 2);
    expect(result).toMatchObject({ code });
    expect(attempts).toHaveLength(3);
  });

  it.each(['fix', 'stop'] as const)('is never repeated after a fault to %s', async (reaction) => {
    const { result, attempts } = await play([fault(reaction)]);
    expect(result).toMatchObject({ code: 'HUB_BROKER_REFUSED', brokerCode: 'EGW00000', remedy: 'Do something.' });
    expect(attempts).toHaveLength(1);
  });

  it('is never repeated after an error that nobody foresaw', async () => {
    const surprise = new TypeError('what?');
    const { result, attempts } = await play([surprise]);
    expect(result).toBe(surprise);
    expect(attempts).toHaveLength(1);
  });
});

describe('a rejected token', () => {
  it('is renewed at once: the repetition asks for a newer generation', async () => {
    const { result, attempts } = await play([fault('renew', 'EGW00123', 3), undefined]);
    expect(result).toBe('answered');
    expect(attempts).toEqual([
      { at: 0, rejectedGeneration: undefined },
      { at: 0, rejectedGeneration: 3 },
    ]);
  });

  it('is renewed for an order too: the gateway turned the order away', async () => {
    const { result } = await play([fault('renew', 'EGW00123', 3), undefined], { replayable: false });
    expect(result).toBe('answered');
  });

  it('is renewed once for one call', async () => {
    const { result, attempts } = await play([fault('renew', 'EGW00123', 3), fault('renew', 'EGW00123', 4), undefined]);
    expect(result).toMatchObject({ code: 'HUB_TOKEN_REJECTED', brokerCode: 'EGW00123' });
    expect(attempts).toHaveLength(2);
  });
});

describe('an order', () => {
  const order = { replayable: false, endpoint: 'order-cash-buy' };

  it.each([
    ['a deadline', timeout],
    ['a broken connection', broken],
    ['an answer that nobody can read', unreadable],
    ['an abort', new CallAborted()],
    ['a timeout behind the gateway', fault('verify', 'EGW00302')],
  ])('that left and met %s is never sent again: its outcome is unknown', async (_what, error) => {
    const { result, attempts } = await play([error, undefined], order);
    expect(result).toMatchObject({ code: 'HUB_OUTCOME_UNKNOWN', remedy: expect.stringContaining('inquire-balance') });
    expect(attempts).toHaveLength(1);
  });

  it.each([
    ['no connection', refused],
    ['a permit that expired', new PermitExpired()],
    ['a failed token request', timeout],
    ['a token request that the broker had trouble with', fault('repeat')],
  ])('that has not left is tried again after %s', async (_what, cause) => {
    const { result, attempts } = await play([new BeforeSend(cause), undefined], order);
    expect(result).toBe('answered');
    expect(attempts).toHaveLength(2);
  });

  it('that was aborted before it left is just aborted', async () => {
    const { result } = await play([new BeforeSend(new CallAborted())], order);
    expect(result).toMatchObject({ code: 'HUB_ABORTED' });
  });

  it.each([
    [fault('wait'), 'HUB_BROKER_BUSY'],
    [fault('repeat'), 'HUB_BROKER_FAILED'],
    [fault('stop'), 'HUB_BROKER_REFUSED'],
  ])('that the broker answered is not repeated: %s', async (error, code) => {
    const { result, attempts } = await play([error, undefined], order);
    expect(result).toMatchObject({ code });
    expect(attempts).toHaveLength(1);
  });
});

describe('an abort', () => {
  it('ends the pause before the next attempt', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    let attempts = 0;
    const step = withRetry({ retries: 4, clock, random: () => 0.5, notify: () => undefined });
    const result = step(async () => {
      attempts += 1;
      throw timeout;
    })(call({ signal: stop.signal }));
    const ended = expect(result).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    await clock.advance(100);
    stop.abort();
    await ended;
    expect(attempts).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
