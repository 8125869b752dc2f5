import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { maxDeadlineMs, type SlotAnswer } from '../../src/ledger/contract.js';
import { redisSlotStore } from '../../src/ledger/redis/slot-store.js';
import type { Identity } from '../../src/vault/contract.js';
import { redisTokenStore } from '../../src/vault/redis/token-store.js';
import type { RedisPort } from '../../src/runtime/redis.js';
import { freshKeyId, portTo } from '../support/world.js';

const windowMs = 1_000;
const book = (redis: RedisPort): Promise<SlotAnswer> =>
  redisSlotStore(redis).book({
    account: `kis:real:${freshKeyId()}`,
    budgets: [{ name: 'total', limit: 1, windowMs }],
    permitId: freshKeyId(),
    leaseMs: 1_000,
  });
const beginIssue = (redis: RedisPort) => {
  const identity: Identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
  return redisTokenStore({ redis, issuer: 'here:1', now: () => 0 }).beginIssue(identity, 71_000);
};
/** The hold of a new gatekeeper: one window and the longest deadline, less the horizon and the time of the test. */
const held = (answer: SlotAnswer): void => {
  expect(answer).toMatchObject({ kind: 'wait', reason: 'epoch' });
  expect(answer.kind === 'wait' && answer.forMs).toBeGreaterThan(windowMs + maxDeadlineMs - 2_000);
  expect(answer.kind === 'wait' && answer.forMs).toBeLessThanOrEqual(windowMs + maxDeadlineMs);
};

describe('a server that may have forgotten something', () => {
  it('holds every grant until the leases of before must have ended, also for the callers after the first', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    held(await book(redis));
    held(await book(redis));
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

  it('holds both when one server plays both parts, whichever is asked first', async () => {
    await using pair = await startRedisPair();
    const redis = portTo('main', pair.mainUrl);
    expect(await beginIssue(redis)).toMatchObject({ kind: 'wait' });
    held(await book(redis));
    const other = portTo('gatekeeper', pair.gatekeeperUrl);
    held(await book(other));
    expect(await beginIssue(other)).toMatchObject({ kind: 'wait' });
    await Promise.all([redis.close(), other.close()]);
  });

  it('does not hold when its starter knows that nothing was granted before', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const [main, gatekeeper] = [portTo('main', pair.mainUrl), portTo('gatekeeper', pair.gatekeeperUrl)];
    expect(await book(gatekeeper)).toEqual({ kind: 'go', inMs: 0 });
    expect(await beginIssue(main)).toEqual({ kind: 'go' });
    await Promise.all([main.close(), gatekeeper.close()]);
  });

  it('holds again after a restart, over the same connection', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    expect(await book(redis)).toMatchObject({ kind: 'go' });
    await pair.restartGatekeeper();
    await expect.poll(() => book(redis).catch(() => undefined)).toBeDefined();
    held(await book(redis));
    await redis.close();
  });
});
