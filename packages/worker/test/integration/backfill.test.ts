import { errors } from '@hub/client';
import { StoreFull } from '@hub/store';
import { QueueEvents, Worker } from 'bullmq';
import { expect, onTestFinished, test, vi } from 'vitest';

import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import { batchOf, scriptedHub, gate } from '../support/scripted-hub.js';
import { candlesOf, openStage, planOf } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };

test('a failed window reports code and remedy, is tried once, and becomes a dead letter', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const unknown = new errors.SymbolUnknown('005930');
  const hub = scriptedHub(() => Promise.reject(unknown));
  await stage.start({ hub, store: { store, id: storeId } });

  const result = await runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  const { code, message, remedy } = unknown;
  expect(result).toMatchObject({ windows: 0, failed: [{ id: 'kis.005930.KRX.1m.2026-11-02', code, message, remedy }] });
  expect(hub.queries).toHaveLength(1);
  const dead = stage.queue('dead');
  await vi.waitFor(async () => expect(await dead.getPrioritizedCount()).toBe(1), patient);
  const [letter] = await dead.getJobs(['prioritized']);
  expect(letter?.data).toMatchObject({ queue: 'bulk-kis', code, message, payload: { v: 1, storeId } });
  expect(stage.events).toContainEqual(expect.objectContaining({ kind: 'window-failed', storeId, code, remedy }));
});

test('a window that failed for a passing reason is tried again', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const hub = scriptedHub(async (query) => {
    if (hub.queries.length < 3) throw new errors.LedgerLost();
    return [batchOf(query)];
  });
  await stage.start({ hub, store: { store, id: storeId } });
  expect(await runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) })).toMatchObject({ windows: 1, failed: [] });
  expect(hub.queries).toHaveLength(3);
});

test('what failed in the past is tried anew by the next backfill', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const hub = scriptedHub(async (query) => {
    if (hub.queries.length === 1) throw new errors.SymbolUnknown(query.symbol);
    return [batchOf(query)];
  });
  await stage.start({ hub, store: { store, id: storeId } });
  const plan = planOf(storeId, 1);
  expect(await runBackfill({ redisUrl, prefix, plan })).toMatchObject({ windows: 0, failed: [{}] });
  expect(await runBackfill({ redisUrl, prefix, plan })).toMatchObject({ windows: 1, failed: [], inserted: 3 });
});

test('a full disk fails the window with its code after some attempts to commit', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const write = vi.fn(() => Promise.reject(new StoreFull('/some/market.duckdb')));
  const hub = scriptedHub();
  await stage.start({ hub, store: { store: { ...store, write }, id: storeId } });
  const result = await runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  expect(result.failed).toMatchObject([{ code: 'HUB_STORE_FULL', remedy: expect.stringContaining('Free space') }]);
  expect(write).toHaveBeenCalledTimes(5);
  expect(hub.queries).toHaveLength(1);
});

test('a window is done only when its rows are committed', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const commit = gate();
  const write = vi.fn(async (batch: Parameters<typeof store.write>[0]) => {
    await commit.opened;
    return store.write(batch);
  });
  await stage.start({ hub: scriptedHub(), store: { store: { ...store, write }, id: storeId } });
  const onProgress = vi.fn();
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1), onProgress });
  await vi.waitFor(() => expect(write).toHaveBeenCalled(), patient);
  const ingest = stage.queue(`ingest-${storeId}`);
  expect([await ingest.getActiveCount(), await ingest.getCompletedCount()]).toEqual([1, 0]);
  expect(onProgress).not.toHaveBeenCalled();
  commit.open();
  expect(await done).toMatchObject({ windows: 1, inserted: 3 });
});

test('a backfill that is there already is joined, and nothing is fetched twice', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const hub = scriptedHub();
  const plan = planOf(storeId, 3);
  const both = [runBackfill({ redisUrl, prefix, plan }), runBackfill({ redisUrl, prefix, plan })];
  const bulk = stage.queue('bulk-kis');
  await vi.waitFor(async () => expect(await bulk.getPrioritizedCount()).toBe(3), patient);
  await stage.start({ hub, store: { store, id: storeId } });
  for (const result of await Promise.all(both)) expect(result).toMatchObject({ windows: 3, inserted: 9, failed: [] });
  expect(hub.queries).toHaveLength(3);
});

test('progress counts up to the result', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ hub: scriptedHub(), store: { store, id: storeId } });
  const onProgress = vi.fn();
  await runBackfill({ redisUrl, prefix, plan: planOf(storeId, 3), onProgress });
  expect(onProgress).toHaveBeenLastCalledWith({
    ...{ windowsDone: 3, windowsFailed: 0, windowsTotal: 3, rows: 9, calls: 6 },
  });
});

test('an abort withdraws what nobody has started and waits for what is in flight', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const fetching = gate();
  const answer = gate();
  const hub = scriptedHub(async (query) => {
    fetching.open();
    await answer.opened;
    return [batchOf(query)];
  });
  await stage.start({ hub, store: { store, id: storeId }, concurrency: 1 });
  const stop = new AbortController();
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 4), signal: stop.signal });
  await fetching.opened;
  stop.abort();
  const bulk = stage.queue('bulk-kis');
  await vi.waitFor(async () => expect(await bulk.getPrioritizedCount()).toBe(0), patient);
  answer.open();
  expect(await done).toMatchObject({ windows: 1, withdrawn: 3, failed: [], inserted: 3 });
  expect(await candlesOf(store)).toHaveLength(3);
});

test("another backfill's withdrawal does not take ours along", async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const plan = planOf(storeId, 2);
  const stop = new AbortController();
  const theirs = runBackfill({ redisUrl, prefix, plan, signal: stop.signal });
  const bulk = stage.queue('bulk-kis');
  await vi.waitFor(async () => expect(await bulk.getPrioritizedCount()).toBe(2), patient);
  const joined = vi.fn();
  const events = new QueueEvents('bulk-kis', { connection: stage.redis, prefix });
  onTestFinished(() => events.close());
  events.on('duplicated', joined);
  await events.waitUntilReady();
  const ours = runBackfill({ redisUrl, prefix, plan });
  await vi.waitFor(() => expect(joined).toHaveBeenCalledTimes(2), patient);
  stop.abort();
  expect(await theirs).toMatchObject({ windows: 0, withdrawn: 2 });
  await stage.start({ hub: scriptedHub(), store: { store, id: storeId } });
  expect(await ours).toMatchObject({ windows: 2, failed: [], inserted: 6 });
});

test('the writer refuses what the calendar does not know, and the caller hears it', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ store: { store, id: storeId } });
  const request = { ...planOf(storeId, 1).request, interval: '1d', from: '2019-01-02' } as const;
  await expect(planBackfill({ redisUrl, prefix, storeId, request })).rejects.toMatchObject({
    code: 'HUB_RANGE',
    message: expect.stringContaining('2019-01-02'),
    remedy: expect.stringMatching(/\w/),
  });
});

test('a request that can be seen to be wrong is refused before Redis is asked', async () => {
  const request = { ...planOf('x', 1).request, from: '2026-11-06', to: '2026-11-02' };
  await expect(planBackfill({ redisUrl: 'redis://127.0.0.1:1', storeId: 'x', request })).rejects.toMatchObject({
    code: 'HUB_RANGE',
  });
});

test('without a writer there is no plan', async () => {
  const { redisUrl, prefix, storeId } = await openStage();
  const { request } = planOf(storeId, 1);
  await expect(planBackfill({ redisUrl, prefix, storeId, request, timeoutMs: 300 })).rejects.toMatchObject({
    code: 'HUB_WRITER_AWAY',
    remedy: expect.stringContaining('hub serve'),
  });
});

test('a question that a dying writer took is put to the next one', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const taken = gate();
  const dying = new Worker(
    `plan-${storeId}`,
    () => {
      taken.open();
      return new Promise(() => undefined);
    },
    { connection: stage.redis, prefix, lockDuration: 60_000 },
  );
  dying.on('error', () => undefined);
  onTestFinished(() => dying.close(true));
  const { request } = planOf(storeId, 1);
  const plan = planBackfill({ redisUrl, prefix, storeId, request });
  await taken.opened;
  await dying.pause(true);
  await stage.start({ store: { store, id: storeId } });
  expect((await plan).windows).toHaveLength(1);
});

test('a question whose asker is gone is not taken up from a dead writer', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  const { request } = planOf(storeId, 1);
  const queue = stage.queue(`plan-${storeId}`);
  const job = await queue.add('plan', { v: 1, request }, { priority: 3 });
  const dying = new Worker(queue.name, undefined, { connection: stage.redis, prefix, lockDuration: 500 });
  onTestFinished(() => dying.close(true));
  await dying.getNextJob('dying');
  await stage.start({ store: { store, id: storeId } });
  await vi.waitFor(async () => expect(await job.getState()).toBe('failed'), patient);
  expect((await planBackfill({ redisUrl, prefix, storeId, request })).windows).toHaveLength(1);
});

test('an abort takes thousands of windows back in time', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId } = stage;
  const [window] = planOf(storeId, 1).windows;
  if (window === undefined) throw new Error('a plan without windows');
  const windows = Array.from({ length: 6_000 }, (_each, index) => ({ ...window, id: `window-${String(index)}` }));
  const stop = new AbortController();
  const done = runBackfill({ redisUrl, prefix, plan: { ...planOf(storeId, 1), windows }, signal: stop.signal });
  const bulk = stage.queue('bulk-kis');
  await vi.waitFor(async () => expect(await bulk.getPrioritizedCount()).toBe(windows.length), patient);
  stop.abort();
  expect(await done).toMatchObject({ windows: 0, withdrawn: windows.length });
  expect(await bulk.getPrioritizedCount()).toBe(0);
});
