import { expect, onTestFinished, test, vi } from 'vitest';

import { openPlans } from '../../src/backfill/plans.js';
import type { BackfillPlan } from '../../src/queue/payload.js';
import { errors } from '@hub/client';
import { batchOf, gate, scriptedHub } from '../support/scripted-hub.js';
import { candlesOf, openStage, planOf, type Stage } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };
const terms = { share: 0.5, pace: { kis: { perSecond: 9, keys: ['0123456789ab'] } } };

const open = async ({ redisUrl, prefix, storeId }: Stage) => {
  const opened = await openPlans({ redisUrl, prefix, storeId });
  onTestFinished(() => opened.close());
  return opened.plans;
};

const made = async (stage: Stage, count: number) => {
  const plans = await open(stage);
  const { id } = await plans.create(planOf(stage.storeId, count), terms);
  return { plans, id };
};

test('a plan is paused with what is in work going on, and is resumed by another process', async () => {
  const stage = await openStage();
  const { store, storeId } = stage;
  const { plans, id } = await made(stage, 4);
  const [fetching, answer] = [gate(), gate()];
  const hub = scriptedHub(async (query) => {
    fetching.open();
    await answer.opened;
    return [batchOf(query)];
  });
  const service = await stage.start({ hub, store: { store, id: storeId }, concurrency: 1 });
  await plans.start(id);
  await fetching.opened;
  const windows = { total: 4, done: 0, failed: 0, inWork: 1, waiting: 3 };
  expect(await plans.status(id)).toMatchObject({ state: 'running', windows });
  await plans.pause(id);
  expect(await stage.queue('bulk-kis').getPrioritizedCount()).toBe(0);
  answer.open();
  const paused = { state: 'paused', windows: { done: 1, inWork: 0, waiting: 3 }, calls: { made: 2 }, rows: 3 };
  await vi.waitFor(async () => expect(await plans.status(id)).toMatchObject(paused), patient);
  expect(hub.queries).toHaveLength(1);

  await service.close();
  await stage.start({ hub, store: { store, id: storeId }, concurrency: 1 });
  const others = await open(stage);
  await others.start(id);
  const done = { state: 'done', windows: { done: 4, failed: 0, waiting: 0 }, inserted: 12, leftMs: 0 };
  await vi.waitFor(async () => expect(await others.status(id)).toMatchObject(done), patient);
  expect(hub.queries.map(({ from }) => from)).toEqual(['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05']);
  expect(await candlesOf(store)).toHaveLength(12);
});

test('a window that failed is told of, and is fetched when the plan is resumed', async () => {
  const stage = await openStage();
  const { store, storeId } = stage;
  const { plans, id } = await made(stage, 2);
  const hub = scriptedHub(async (query) => {
    if (hub.queries.length === 1) throw new errors.SymbolUnknown(query.symbol);
    return [batchOf(query)];
  });
  await stage.start({ hub, store: { store, id: storeId }, concurrency: 1 });
  await plans.start(id);
  const failures = [{ id: 'kis.005930.KRX.1m.2026-11-02', code: 'HUB_SYMBOL_UNKNOWN' }];
  const half = { state: 'done', windows: { done: 1, failed: 1 }, failures };
  await vi.waitFor(async () => expect(await plans.status(id)).toMatchObject(half), patient);
  await plans.start(id);
  const whole = { state: 'done', windows: { done: 2, failed: 0 }, failures: [] };
  await vi.waitFor(async () => expect(await plans.status(id)).toMatchObject(whole), patient);
});

test('windows of a plan spend its share of the account, others do not', async () => {
  const stage = await openStage();
  const { plans, id } = await made(stage, 1);
  const callers: (string | undefined)[] = [];
  const hub = scriptedHub();
  const { candleBatches } = hub;
  const spied = {
    ...hub,
    candleBatches: (...[query, options]: Parameters<typeof candleBatches>) => {
      callers.push(`${String(options?.caller)} ${String(options?.callerShare)} ${String(options?.priority)}`);
      return candleBatches(query, options);
    },
  };
  await stage.start({ hub: spied, store: { store: stage.store, id: stage.storeId } });
  await plans.start(id);
  await vi.waitFor(async () => expect(await plans.status(id)).toMatchObject({ state: 'done' }), patient);
  expect(callers).toEqual(['backfill-plan 0.5 backfill']);
});

test('thousands of windows are in the queue a part at a time, and a plan that nobody knows is refused', async () => {
  const stage = await openStage();
  const plans = await open(stage);
  const [first] = planOf(stage.storeId, 1).windows;
  const windows = Array.from({ length: 2_500 }, (_each, index) => {
    const symbol = String(100_000 + index);
    return { ...first, symbol, id: `kis.${symbol}.KRX.1m.2026-11-02` };
  });
  const { id, windows: count } = await plans.create(
    { ...planOf(stage.storeId, 1), windows: windows as BackfillPlan['windows'] },
    terms,
  );
  expect(count).toBe(2_500);
  await plans.start(id);
  expect(await stage.queue('bulk-kis').getPrioritizedCount()).toBe(2_000);
  expect(await plans.status(id)).toMatchObject({ windows: { total: 2_500, waiting: 2_500 } });
  await plans.pause(id);
  expect(await stage.queue('bulk-kis').getPrioritizedCount()).toBe(0);
  await expect(plans.start('feedface')).rejects.toMatchObject({ code: 'HUB_PLAN_UNKNOWN' });
});
