import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { protocol, type Budget } from '../../src/ledger/contract.js';
import { redisSlotStore } from '../../src/ledger/redis/slot-store.js';
import type { Identity } from '../../src/vault/contract.js';
import { redisTokenStore } from '../../src/vault/redis/token-store.js';
import type { RedisPort } from '../../src/runtime/redis.js';
import { beatOf, granted, requestOf } from '../support/ledger-account.js';
import { freshKeyId, portTo } from '../support/world.js';

const window: Budget = { name: 'total', limit: 5, windowMs: 1_000 };
const session: Budget = { name: 'session', limit: 1, windowMs: 0 };

/** What a new member of a new account is told when it asks for one slot. */
const ask = async (
  redis: RedisPort,
  { budget = window, account = freshAccount(), want = 1, clock = undefined as { now: () => number } | undefined } = {},
) => {
  const store = redisSlotStore(redis, clock === undefined ? {} : { now: clock.now });
  await store.heartbeat(account, beatOf('a'));
  return granted(await store.acquire(account, requestOf('a', { budgets: [budget], want, first: (numbers += 10) })));
};
let numbers = 0;
const freshAccount = (): string => `kis:real:${freshKeyId()}`;
const beginIssue = (redis: RedisPort, cooldownMs = 71_000) => {
  const identity: Identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
  return redisTokenStore({ redis, vaultKeys: [], now: () => 0 }).beginIssue(identity, cooldownMs, 'an attempt');
};
/** A hold, less the time of the test. */
const held = (reply: Awaited<ReturnType<typeof ask>>, forMs: number): void => {
  expect(reply).toMatchObject({ startsInMs: [], held: true });
  expect(reply.comeInMs).toBeGreaterThan(forMs - 2_000);
  expect(reply.comeInMs).toBeLessThanOrEqual(forMs);
};
/** Booked ahead at the last moment, on its way until its deadline, and counted for one window more. */
const windowHoldMs = protocol.horizonMs + protocol.maxDeadlineMs + window.windowMs;

describe('a server that may have forgotten something', () => {
  it('holds every grant until the leases of before must have ended, also for the callers after the first', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    held(await ask(redis), windowHoldMs);
    held(await ask(redis), windowHoldMs);
    await redis.close();
  });

  it('holds every token request for the longest cooldown', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('main', pair.mainUrl);
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await beginIssue(redis);
      expect(answer.kind === 'wait' && answer.forMs > 69_000 && answer.forMs <= 71_000).toBe(true);
    }
    await redis.close();
  });

  it('holds each of them for its own cooldown: a short one that is asked for first ends no long one', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('main', pair.mainUrl);
    expect(await beginIssue(redis, 50)).toMatchObject({ kind: 'wait' });
    await expect.poll(() => beginIssue(redis, 50)).toEqual({ kind: 'go' });
    const long = await beginIssue(redis);
    expect(long.kind === 'wait' && long.forMs).toBeGreaterThan(60_000);
    await redis.close();
  });

  it('holds both when one server plays both parts, whichever is asked first', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('main', pair.mainUrl);
    expect(await beginIssue(redis)).toMatchObject({ kind: 'wait' });
    held(await ask(redis), windowHoldMs);
    const other = portTo('gatekeeper', pair.gatekeeperUrl);
    held(await ask(other), windowHoldMs);
    expect(await beginIssue(other)).toMatchObject({ kind: 'wait' });
    await Promise.all([redis.close(), other.close()]);
  });

  it('does not hold when its starter knows that nothing was granted before', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const [main, gatekeeper] = [portTo('main', pair.mainUrl), portTo('gatekeeper', pair.gatekeeperUrl)];
    expect(await ask(gatekeeper)).toMatchObject({ startsInMs: [0], held: false });
    expect(await beginIssue(main)).toEqual({ kind: 'go' });
    await Promise.all([main.close(), gatekeeper.close()]);
  });

  it('holds again after a restart, over the same connection', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    const account = freshAccount();
    expect(await ask(redis, { account })).toMatchObject({ startsInMs: [0] });
    await pair.restartGatekeeper();
    await expect.poll(() => ask(redis).catch(() => undefined)).toBeDefined();
    // The account of before as well as a new one.
    held(await ask(redis, { account }), windowHoldMs);
    held(await ask(redis), windowHoldMs);
    await redis.close();
  });

  it('holds stocks for as long as they may be held on by those who had them', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    held(await ask(redis, { budget: session }), protocol.holdLeaseMs);
    await redis.close();
  });

  it('holds again when its clock has gone back, though its memory is the same', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    const clock = { at: Date.parse('2026-11-23T01:00:00Z'), now: () => clock.at };
    const account = freshAccount();
    const options = { account, budget: window, clock };
    expect(await ask(redis, options)).toMatchObject({ startsInMs: [0], held: false });
    // Servers that keep their time do this now and then.
    clock.at -= 100;
    expect(await ask(redis, options)).toMatchObject({ startsInMs: [0], held: false });
    clock.at -= 1;
    expect(await ask(redis, options)).toMatchObject({ startsInMs: [], held: true, comeInMs: windowHoldMs });
    // It is the clock of every account.
    expect(await ask(redis, { ...options, account: freshAccount() })).toMatchObject({ startsInMs: [], held: true });
    clock.at += windowHoldMs;
    // Slots of the time before are forgotten: by the old clock they would be busy for too long. Shares are kept still.
    expect(await ask(redis, { ...options, want: 5 })).toMatchObject({ startsInMs: [0], held: false });
    await redis.close();
  });
});
