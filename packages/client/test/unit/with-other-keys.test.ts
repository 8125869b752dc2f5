import { describe, expect, it } from 'vitest';

import { CallTimeout, TokenDead, TokenRefused } from '../../src/error/index.js';
import type { Budget, Permit, PermitRequest } from '../../src/ledger/contract.js';
import { CodedFault, type Call, type Candidate, type FaultFacts } from '../../src/request/contract.js';
import { KeyHealth } from '../../src/request/key-health.js';
import { withOtherKeys } from '../../src/request/with-other-keys.js';
import { withPermit } from '../../src/request/with-permit.js';
import { withRetry } from '../../src/request/with-retry.js';
import { withFreshestToken, withToken } from '../../src/request/with-token.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fakeClock } from '../../src/testing/index.js';
import type { TokenRecord, Vault } from '../../src/vault/contract.js';
import { answerOf } from '../support/sample.js';

const fault = (reaction: 'fix' | 'renew' | 'wait', brokerCode: string, facts: FaultFacts = {}): CodedFault =>
  new CodedFault(
    { broker: 'kis', endpoint: 'inquire-price', status: 500, brokerCode, brokerMessage: '…', meaning: 'test' },
    reaction,
    'Do something.',
    facts,
  );

const badKey = fault('fix', 'EGW00103', { ofKey: true });
const badToken = fault('renew', 'EGW00121');
const total: Budget = { name: 'total', limit: 5, windowMs: 1_000 };

const candidate = (keyId: string): Candidate => ({
  identity: { broker: 'kis', environment: 'real', keyId, purpose: 'rest' },
  budgets: [total],
  secrets: [`secret of ${keyId}`],
  encode: () => ({ method: 'GET', path: '/', headers: {} }),
});

/** How a key fares: its token now, its token when asked for, and the outcome of each call by it. */
interface Fate {
  readonly generation?: number;
  readonly token?: () => Promise<number>;
  readonly outcomes?: readonly (Error | undefined)[];
}

/** A broker's chain with keys a, b …: the ledger gives the permit to the first one that may make the call. */
const stage = (fates: Readonly<Record<string, Fate>>, { retries = 4 } = {}) => {
  const clock = fakeClock();
  const notices: Notice[] = [];
  const refusals: unknown[] = [];
  const sent: { keyId: string; generation: number; secrets: readonly string[] }[] = [];
  const notify = (notice: Notice): void => void notices.push(notice);
  const known = new Map<string, number>();
  for (const [keyId, { generation }] of Object.entries(fates)) {
    if (generation !== undefined) known.set(keyId, generation);
  }
  const record = (generation: number): TokenRecord => ({
    token: `token-${String(generation)}`,
    generation,
    issuedBy: 'test',
    issuedAt: clock.now(),
    expiresAt: clock.now() + 86_400_000,
  });
  const asked: string[] = [];
  const vault: Vault = {
    peek: ({ keyId }) => (known.has(keyId) ? record(known.get(keyId) ?? 0) : undefined),
    token: async ({ keyId }, { newerThan = 0 }) => {
      const generation = known.get(keyId) ?? 0;
      if (generation > newerThan) return record(generation);
      asked.push(keyId);
      const fresh = await (fates[keyId]?.token ?? (() => Promise.resolve(newerThan + 1)))();
      known.set(keyId, fresh);
      return record(fresh);
    },
    close: () => Promise.resolve(),
  };
  const ledger = {
    acquire: (request: PermitRequest): Promise<Permit> =>
      Promise.resolve({
        id: '1',
        account: request.account,
        begun: () => Promise.resolve(),
        claim: () => 1,
        complete: () => undefined,
        cancel: () => undefined,
        refused: (...words: unknown[]) => void refusals.push([request.account, ...words]),
      }),
  } as Parameters<typeof withPermit>[0];
  const keyIds = Object.keys(fates);
  const health = new KeyHealth({ broker: 'kis', keyIds, cooldownMs: 60_000, clock, notify });
  const counts = new Map<string, number>();
  const send = withRetry({ retries, clock, random: () => 0.5, notify })(
    withOtherKeys(health)(
      withToken({ vault, health, clock })(
        withPermit(ledger)(
          withFreshestToken(vault)(async ({ identity: { keyId }, token, secrets }) => {
            sent.push({ keyId, generation: token?.generation ?? 0, secrets });
            const nth = counts.get(keyId) ?? 0;
            counts.set(keyId, nth + 1);
            const outcome = fates[keyId]?.outcomes?.[nth];
            if (outcome !== undefined) throw outcome;
            return { ...answerOf({ rt_cd: '0' }), keyId };
          }),
        ),
      ),
    ),
  );
  const call = async (more: Partial<Call> = {}) => {
    const result = send({
      requestId: 'request-1',
      endpoint: 'inquire-price',
      tr: 'FHKST01010100',
      replayable: true,
      inquiry: 'inquire-balance',
      candidates: keyIds.map(candidate),
      priority: 'interactive',
      signal: new AbortController().signal,
      timeoutMs: 1_000,
      decode: () => ({}),
      ...more,
    }).then(
      ({ keyId }) => keyId,
      (error: unknown) => error,
    );
    await clock.advance(10_000);
    return result;
  };
  const ways = () => sent.map(({ keyId, generation }) => `${keyId}${String(generation)}`);
  const isolated = () => notices.flatMap((notice) => (notice.kind === 'key-isolated' ? [notice] : []));
  return { clock, call, sent, ways, asked, refusals, isolated, notices };
};

const never = (): Promise<number> => new Promise(() => undefined);

describe('a key without a token', () => {
  it('does not delay calls by the others, and gets its token meanwhile', async () => {
    const { call, ways, asked } = stage({ a: { token: never }, b: { generation: 3 } });
    expect(await call()).toBe('b');
    expect(await call()).toBe('b');
    expect(ways()).toEqual(['b3', 'b3']);
    expect(asked).toEqual(['a']);
  });

  it('makes calls as soon as it has one', async () => {
    const { call, ways } = stage({ a: {}, b: { generation: 3 } });
    await call();
    expect(await call()).toBe('a');
    expect(ways()).toEqual(['b3', 'a1']);
  });

  it('among others like it waits for the first token of any', async () => {
    const { call, ways } = stage({ a: { token: never }, b: {} });
    expect(await call()).toBe('b');
    expect(ways()).toEqual(['b1']);
  });

  it.each([
    ['a refusal', new TokenRefused('EGW00103', 'no', 'Check.'), 'EGW00103'],
    ['a refusal without a code', new TokenRefused('', 'no', 'Check.'), 'HUB_TOKEN_REFUSED'],
    ['a dead token', new TokenDead(60_000), 'HUB_TOKEN_DEAD'],
  ])('for %s is isolated, and the others go on', async (_what, error, code) => {
    const { call, isolated, asked } = stage({ a: { token: () => Promise.reject(error) }, b: {} });
    expect(await call()).toBe('b');
    expect(isolated()).toEqual([{ kind: 'key-isolated', broker: 'kis', keyId: 'a', code, forMs: 60_000 }]);
    await call();
    expect(asked).toEqual(['a', 'b']);
  });

  it('for trouble that passes is asked again, though the other key is refused for good', async () => {
    const refusal = new TokenRefused('EGW00103', 'no', 'Check.');
    let attempts = 0;
    const slow = (): Promise<number> => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new CallTimeout('a token request', 5_000)) : Promise.resolve(1);
    };
    const { call } = stage({ a: { token: () => Promise.reject(refusal) }, b: { token: slow } });
    expect(await call()).toBe('b');
  });

  it('lets the reason show when every key is refused', async () => {
    const refusal = (code: string) => () => Promise.reject(new TokenRefused(code, 'no', 'Check.'));
    const { call, isolated } = stage({ a: { token: refusal('EGW00103') }, b: { token: refusal('EGW00105') } });
    expect(await call()).toMatchObject({ code: 'HUB_TOKEN_REFUSED', brokerCode: 'EGW00103' });
    expect(isolated()).toHaveLength(2);
    // All are isolated: silence would say less.
    expect(await call()).toMatchObject({ code: 'HUB_TOKEN_REFUSED' });
  });
});

describe('a key that the broker turns away', () => {
  it('is left alone for its cool-down; the call goes by another one at once', async () => {
    const { call, ways, isolated, clock, notices } = stage({
      a: { generation: 1, outcomes: [badKey] },
      b: { generation: 1 },
    });
    expect(await call()).toBe('b');
    expect(await call()).toBe('b');
    expect(ways()).toEqual(['a1', 'b1', 'b1']);
    expect(isolated()).toEqual([{ kind: 'key-isolated', broker: 'kis', keyId: 'a', code: 'EGW00103', forMs: 60_000 }]);
    expect(notices.filter(({ kind }) => kind === 'retry')).toEqual([]);
    await clock.advance(60_000);
    expect(await call()).toBe('a');
  });

  it('is isolated for an order too, which is not sent again', async () => {
    const { call, ways, isolated } = stage({ a: { generation: 1, outcomes: [badKey] }, b: { generation: 1 } });
    expect(await call({ replayable: false })).toMatchObject({ code: 'HUB_BROKER_REFUSED', brokerCode: 'EGW00103' });
    expect(await call({ replayable: false })).toBe('b');
    expect(ways()).toEqual(['a1', 'b1']);
    expect(isolated()).toHaveLength(1);
  });

  it('and is the only one that may make the call lets the reason show', async () => {
    const { call, isolated } = stage({ a: { generation: 1, outcomes: [badKey, badKey] }, b: { generation: 1 } });
    const only = { candidates: [candidate('a')] };
    expect(await call(only)).toMatchObject({ code: 'HUB_BROKER_REFUSED' });
    expect(isolated()).toHaveLength(1);
    expect(await call(only)).toMatchObject({ code: 'HUB_BROKER_REFUSED' });
  });

  it('and has no others is never isolated', async () => {
    const { call, isolated } = stage({ a: { generation: 1, outcomes: [badKey, undefined] } });
    expect(await call()).toMatchObject({ code: 'HUB_BROKER_REFUSED', brokerCode: 'EGW00103' });
    expect(await call()).toBe('a');
    expect(isolated()).toEqual([]);
  });
});

describe('a token that the broker rejects', () => {
  it('is renewed behind the call, which goes by another key', async () => {
    const { call, ways, isolated } = stage({
      a: { generation: 3, token: () => Promise.resolve(4), outcomes: [badToken] },
      b: { generation: 1 },
    });
    expect(await call()).toBe('b');
    expect(await call()).toBe('a');
    expect(ways()).toEqual(['a3', 'b1', 'a4']);
    expect(isolated()).toEqual([]);
  });

  it('again after its renewal isolates the key', async () => {
    const { call, ways, isolated } = stage({
      a: { generation: 3, token: () => Promise.resolve(4), outcomes: [badToken, badToken] },
      b: { generation: 1 },
    });
    await call();
    expect(await call()).toBe('b');
    expect(ways()).toEqual(['a3', 'b1', 'a4', 'b1']);
    expect(isolated()).toMatchObject([{ keyId: 'a', code: 'EGW00121' }]);
  });

  it('again later, after it has worked, does not', async () => {
    const { call, isolated } = stage({
      a: { generation: 3, token: () => Promise.resolve(4), outcomes: [badToken, undefined, badToken] },
      b: { generation: 1 },
    });
    for (let count = 0; count < 3; count += 1) await call();
    expect(isolated()).toEqual([]);
  });

  it('of the only key is renewed once', async () => {
    const { call, ways } = stage({ a: { generation: 3, outcomes: [badToken, badToken] } });
    expect(await call()).toMatchObject({ code: 'HUB_TOKEN_REJECTED' });
    expect(ways()).toEqual(['a3', 'a4']);
  });
});

describe('a call by one of several keys', () => {
  it('hides the secrets of that key', async () => {
    const { call, sent } = stage({ a: { generation: 1, outcomes: [badKey] }, b: { generation: 1 } });
    await call();
    expect(sent.map(({ secrets }) => secrets)).toEqual([['secret of a'], ['secret of b']]);
  });

  it.each([
    ['without a figure', undefined, undefined],
    ['with a smaller figure', 3, 3],
    ['with the figure that the hub goes by already', 5, undefined],
  ])('that is one too many narrows the budget of that key, %s', async (_what, told, learned) => {
    const busy = fault('wait', 'EGW00201', {
      refusedBudget: { budget: 'total', ...(told === undefined ? {} : { told }) },
    });
    const { call, refusals, isolated } = stage({ a: { generation: 1, outcomes: [busy] }, b: { generation: 1 } });
    expect(await call()).toBe('a');
    expect(refusals).toEqual([['kis:real:a', 'total', learned]]);
    expect(isolated()).toEqual([]);
  });
});
