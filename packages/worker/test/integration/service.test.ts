import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';

import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import { writerOf } from '../../src/process/presence.js';
import { startService } from '../../src/process/service.js';
import { scriptedHub, untilAborted } from '../support/scripted-hub.js';
import { openStage, planOf } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };
const nobody = 'redis://user:hunter2@127.0.0.1:1';

test.each([
  ['of another version', 'bulk-kis', { v: 2, appSecret: 'canary' }],
  ['without rows', 'ingest', { v: 1 }],
  ['that is no object', 'live-kis', 7],
])('a job %s becomes a dead letter, and the next one is done', async (_name, queue, data) => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const name = queue === 'ingest' ? `ingest-${storeId}` : queue;
  await stage.queue(name).add('odd', data, { priority: 1, attempts: 3 });
  await stage.start({ hub: scriptedHub(), store: { store, id: storeId } });
  const dead = stage.queue('dead');
  await vi.waitFor(async () => expect(await dead.getPrioritizedCount()).toBe(1), patient);
  const [letter] = await dead.getJobs(['prioritized']);
  expect(letter?.data).toMatchObject({ queue: name, name: 'odd', code: 'HUB_PAYLOAD_INVALID' });
  expect(JSON.stringify(letter?.data)).not.toContain('canary');
  expect(await runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) })).toMatchObject({ windows: 1, failed: [] });
});

test('the writer of a store is known while it runs, and a second one is refused', async () => {
  const stage = await openStage();
  const { redisUrl, storeId, store } = stage;
  expect(await writerOf({ redisUrl, storeId })).toBeUndefined();
  const service = await stage.start({ store: { store, id: storeId } });
  expect(await writerOf({ redisUrl, storeId })).toMatchObject({ pid: process.pid, host: hostname() });
  await expect(stage.start({ store: { store, id: storeId } })).rejects.toMatchObject({
    code: 'HUB_WRITER_TAKEN',
    remedy: expect.stringContaining(String(process.pid)),
  });
  expect(await writerOf({ redisUrl, storeId })).toMatchObject({ pid: process.pid });
  await service.close();
  expect(await writerOf({ redisUrl, storeId })).toBeUndefined();
});

test('the place of a writer that was killed on this machine is free at once', async () => {
  const stage = await openStage();
  const { redisUrl, storeId, store } = stage;
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const redis = new Redis(redisUrl);
  onTestFinished(() => redis.disconnect());
  const dead = JSON.stringify({ pid: child.pid, host: hostname(), since: 1 });
  await redis.set(`api:hub:writer:${storeId}`, dead, 'PX', 60_000);
  await stage.start({ store: { store, id: storeId } });
  expect(await writerOf({ redisUrl, storeId })).toMatchObject({ pid: process.pid });
});

test.each([
  ['startService', () => startService({ redisUrl: nobody })],
  ['writerOf', () => writerOf({ redisUrl: nobody, storeId: 'x' })],
  ['runBackfill', () => runBackfill({ redisUrl: nobody, plan: planOf('x', 1) })],
])('%s tells within seconds that Redis is away, and no password', async (_name, act) => {
  const startedAt = performance.now();
  const error: unknown = await act().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'HUB_REDIS_UNREACHABLE', remedy: expect.stringContaining('REDIS_URL') });
  expect(String(error)).not.toContain('hunter2');
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test.each([
  ['without memory', 'OOM', (redis: Redis) => redis.config('SET', 'maxmemory', 1)],
  ['that is a replica', 'READONLY', (redis: Redis) => redis.call('REPLICAOF', '127.0.0.1', '1')],
  ['that wants a password', 'NOAUTH', (redis: Redis) => redis.config('SET', 'requirepass', 'hunter2')],
])('a Redis %s is told in its own words', async (_name, word, spoil) => {
  await using pair = await startRedisPair();
  const stage = await openStage(pair.mainUrl);
  const { redisUrl, prefix, storeId, store } = stage;
  await spoil(stage.redis);
  const refused = { code: 'HUB_REDIS_REFUSED', message: expect.stringContaining(word) };
  await expect(stage.start({ store: { store, id: storeId } })).rejects.toMatchObject(refused);
  const plan = planOf(storeId, 1);
  await expect(runBackfill({ redisUrl, prefix, plan })).rejects.toMatchObject(refused);
  const { request } = plan;
  await expect(planBackfill({ redisUrl, prefix, storeId, request })).rejects.toMatchObject(refused);
});

test('closes, and ends what it has in hand, though Redis has gone', async () => {
  await using pair = await startRedisPair();
  const stage = await openStage(pair.mainUrl);
  const inHand: AbortSignal[] = [];
  const hub = scriptedHub(async (_query, signal) => {
    if (signal !== undefined) inHand.push(signal);
    return untilAborted(signal);
  });
  const service = await stage.start({ hub, store: { store: stage.store, id: stage.storeId } });
  const running = runBackfill({ ...stage, plan: planOf(stage.storeId, 1) }).catch(() => undefined);
  await vi.waitFor(() => expect(inHand).toHaveLength(1), { timeout: 10_000 });
  await pair.killMain('SIGKILL');
  await service.close();
  expect(inHand.map(({ aborted }) => aborted)).toEqual([true]);
  await running;
});

test('closing twice is closing once', async () => {
  const stage = await openStage();
  const service = await stage.start({ hub: scriptedHub() });
  await Promise.all([service.close(), service.close()]);
  await expect(service.closed).resolves.toBeUndefined();
});
