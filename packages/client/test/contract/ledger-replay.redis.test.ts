import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { protocol, type Protocol } from '../../src/ledger/contract.js';
import type { SlotStore, StoreMessage } from '../../src/ledger/store-contract.js';
import { memorySlotStore } from '../../src/ledger/memory/slot-store.js';
import { redisSlotStore } from '../../src/ledger/redis/slot-store.js';
import type { RedisPort } from '../../src/runtime/redis.js';
import { drawDay } from '../support/ledger-trace.js';
import { seeded } from '../support/seeded.js';
import { freshKeyId, portTo } from '../support/world.js';

/** Every day begins here; the memory of a server that was not blessed then begins here too. */
const morning = Date.parse('2026-11-23T00:00:00Z');
const steps = 250;
const days = 16;

/** Leases so short that a day sees many of them end. */
const hasty: Protocol = { ...protocol, shareLeaseMs: 6_000, maxDeadlineMs: 2_000, holdLeaseMs: 3_000, graceMs: 40 };

const listenTo = async (store: SlotStore, account: string): Promise<StoreMessage[]> => {
  const messages: StoreMessage[] = [];
  await store.watch(account, (message) => messages.push(message));
  return messages;
};

/** Puts the same day to both stores and compares every answer, what the account says after it, and whom it called. */
const replay = async (redis: RedisPort, rules: Protocol, seed: number, since?: number): Promise<void> => {
  const clock = { at: morning, now: () => clock.at };
  const account = `kis:real:${freshKeyId()}`;
  const memory = memorySlotStore(clock, rules, since);
  const shared = redisSlotStore(redis, { protocol: rules, now: clock.now });
  const [said, published] = [await listenTo(memory, account), await listenTo(shared, account)];
  const day = drawDay(seeded(seed), clock, rules);
  for (let index = 0; index < steps; index += 1) {
    const step = day.next();
    const where = `seed ${String(seed)}, step ${String(index)}`;
    const expected = await step(memory, account);
    expect(await step(shared, account), where).toEqual(expected);
    expect(await shared.snapshot(account), where).toEqual(await memory.snapshot(account));
    clock.at += day.pause();
  }
  for (const sinceMs of [0, 25_000, 86_400_000]) {
    expect(await shared.spent(account, sinceMs)).toEqual(await memory.spent(account, sinceMs));
  }
  expect((await memory.spent(account, 86_400_000)).rows.length).toBeGreaterThan(0);
  await expect.poll(() => published.length).toBe(said.length);
  expect(published).toEqual(said);
  expect(said.length).toBeGreaterThan(0);
};

const seeds = Array.from({ length: days }, (_each, index) => index + 1);

describe('the scripts and the arithmetic answer alike', () => {
  it('where nothing was granted before', { timeout: 60_000 }, async () => {
    await using pair = await startRedisPair({ blessed: true });
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    for (const seed of seeds) await replay(redis, seed % 2 === 0 ? hasty : protocol, seed);
    await redis.close();
  });

  it('where the memory of before was lost', { timeout: 60_000 }, async () => {
    await using pair = await startRedisPair();
    const redis = portTo('gatekeeper', pair.gatekeeperUrl);
    for (const seed of seeds) await replay(redis, seed % 2 === 0 ? hasty : protocol, 1_000 + seed, morning);
    await redis.close();
  });
});
