import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { runBackfill } from '../../src/backfill/run.js';
import { windowJobId } from '../../src/queue/names.js';
import { batchOf, scriptedHub, gate, untilAborted } from '../support/scripted-hub.js';
import { candlesOf, openStage, planOf, type Stage } from '../support/stage.js';

const script = fileURLToPath(new URL('../support/hanging-worker.mjs', import.meta.url));
const patient = { timeout: 15_000, interval: 50 };

/** A worker in a process of its own, at work on its first window. */
const workerToKill = async ({ redisUrl, prefix }: Stage, mode: 'hang' | 'answer') => {
  const child = spawn(process.execPath, [script, redisUrl, prefix, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await once(createInterface({ input: child.stdout }), 'line');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

const stepOf = async ({ queue, storeId }: Stage): Promise<unknown> => {
  const job = await queue('bulk-kis').getJob(windowJobId(storeId, planOf(storeId, 1).windows[0]?.id ?? ''));
  return (job?.data as { step?: { name?: unknown } } | undefined)?.step?.name;
};

test('a window whose worker was killed while fetching is fetched by another, once', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  const worker = await workerToKill(stage, 'hang');
  await worker.kill();

  const hub = scriptedHub();
  await stage.start({ hub, store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 1, failed: [], inserted: 3 });
  expect(hub.queries).toHaveLength(1);
  expect(await candlesOf(store)).toHaveLength(3);
});

test('a window whose worker was killed after publishing is not fetched again', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  const worker = await workerToKill(stage, 'answer');
  await vi.waitFor(async () => expect(await stepOf(stage)).toBe('published'), patient);
  await worker.kill();

  const hub = scriptedHub();
  await stage.start({ hub, store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 1, failed: [], rows: 1, inserted: 1 });
  expect(hub.queries).toEqual([]);
});

test('a published window whose rows have vanished is fetched again', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  const worker = await workerToKill(stage, 'answer');
  await vi.waitFor(async () => expect(await stepOf(stage)).toBe('published'), patient);
  await worker.kill();
  await stage.queue(`ingest-${storeId}`).obliterate({ force: true });

  const hub = scriptedHub();
  await stage.start({ hub, store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 1, inserted: 3 });
  expect(hub.queries).toHaveLength(1);
});

test('rows wait for a writer that is away, and the window waits with them', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const hub = scriptedHub();
  await stage.start({ hub });
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 2) });
  const ingest = stage.queue(`ingest-${storeId}`);
  await vi.waitFor(async () => expect(await ingest.getPrioritizedCount()).toBe(2), patient);
  expect(await stage.queue('bulk-kis').getActiveCount()).toBe(2);

  await stage.start({ store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 2, inserted: 6, calls: 4 });
  expect(hub.queries).toHaveLength(2);
});

test('a service that closes puts its windows back, and the attempt does not count', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const fetching = gate();
  const stuck = scriptedHub((_query, signal) => {
    fetching.open();
    return untilAborted(signal);
  });
  const first = await stage.start({ hub: stuck, store: { store, id: storeId } });
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 2) });
  await fetching.opened;
  await first.close();
  await first.closed;

  const bulk = stage.queue('bulk-kis');
  const jobs = await bulk.getJobs(['prioritized', 'delayed', 'active', 'failed', 'completed']);
  expect(jobs.map(({ attemptsMade }) => attemptsMade)).toEqual([0, 0]);
  expect(await bulk.getActiveCount()).toBe(0);

  await stage.start({ hub: scriptedHub(), store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 2, failed: [], inserted: 6 });
});

test('a call that ends within seconds of the close is let end, and its rows are not lost', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const fetching = gate();
  const answer = gate();
  const slow = scriptedHub(async (query) => {
    fetching.open();
    await answer.opened;
    return [batchOf(query)];
  });
  const first = await stage.start({ hub: slow });
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  await fetching.opened;
  const closing = first.close();
  answer.open();
  await closing;

  const hub = scriptedHub();
  await stage.start({ hub, store: { store, id: storeId } });
  expect(await done).toMatchObject({ windows: 1, inserted: 3 });
  expect(hub.queries).toEqual([]);
});

test('a Redis that does not answer for a moment is sat out', async () => {
  const redis = await startRedisPair();
  onTestFinished(() => redis.close());
  const stage = await openStage(redis.mainUrl);
  const { redisUrl, prefix, storeId, store } = stage;
  const fetching = gate();
  const answer = gate();
  const hub = scriptedHub(async (query) => {
    fetching.open();
    await answer.opened;
    return [batchOf(query)];
  });
  await stage.start({ hub, store: { store, id: storeId } });
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 2) });
  await fetching.opened;
  await redis.killMain('SIGSTOP');
  answer.open();
  await redis.killMain('SIGCONT');
  expect(await done).toMatchObject({ windows: 2, failed: [], inserted: 6 });
});

test('a service closes in time when Redis has gone', async () => {
  const redis = await startRedisPair();
  onTestFinished(() => redis.close());
  const stage = await openStage(redis.mainUrl);
  const { redisUrl, prefix, storeId, store } = stage;
  const fetching = gate();
  const hub = scriptedHub((_query, signal) => {
    fetching.open();
    return untilAborted(signal);
  });
  const service = await stage.start({ hub, store: { store, id: storeId } });
  const stop = new AbortController();
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1), signal: stop.signal });
  await fetching.opened;
  await redis.killMain('SIGKILL');
  stop.abort();
  const startedAt = performance.now();
  await service.close();
  expect(performance.now() - startedAt).toBeLessThan(11_000);
  expect(await done).toMatchObject({ windows: 0, failed: [] });
});
