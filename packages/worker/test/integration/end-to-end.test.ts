import { randomUUID } from 'node:crypto';

import { demoKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { createHub } from '@hub/client';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import type { BackfillRequest } from '../../src/queue/payload.js';
import { candlesOf, openStage } from '../support/stage.js';

const request: BackfillRequest = {
  broker: 'kis',
  symbols: ['000660', '005930'],
  venue: 'KRX',
  interval: '1m',
  from: '2026-11-02',
  to: '2026-11-03',
};

/** A service that is worker and writer, on a broker that is simulated. */
const open = async () => {
  const stage = await openStage();
  // A key of its own: the token of another test's simulator is in the shared vault.
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const sim = await startBrokerSim({ network: 'none', keys: [key] });
  onTestFinished(() => sim.close());
  const hub = createHub({ redis: redisUrls(), kis: { ...key, baseUrl: sim.url } }, { env: {} });
  onTestFinished(() => hub.close());
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ hub, store: { store, id: storeId } });
  const plan = (wanted: BackfillRequest) => planBackfill({ redisUrl, prefix, storeId, request: wanted });
  return {
    sim,
    store,
    plan,
    run: async (wanted: BackfillRequest) => {
      return runBackfill({ redisUrl, prefix, plan: await plan(wanted) });
    },
  };
};

const truthOf = (sim: BrokerSim, wanted: BackfillRequest) =>
  sim.truth(wanted).rows.map((row) => ({ ...row, source: 'REST_API_KIS' }));

test('minute bars go from the broker into the store and equal the truth; a second run has nothing to do', async () => {
  const { sim, store, plan, run } = await open();
  const result = await run(request);
  const stored = await candlesOf(store);
  expect(stored).toEqual(truthOf(sim, request));
  expect(stored.length).toBeGreaterThan(1_000);
  expect(result).toMatchObject({ windows: 4, failed: [], withdrawn: 0, calls: 16, updated: 0 });
  expect(result).toMatchObject({ rows: stored.length, inserted: stored.length });
  expect(await plan(request)).toMatchObject({ windows: [], tradingDays: 4, coveredDays: 4, estimatedCalls: 0 });
});

test('daily bars too, over more than one page', async () => {
  const { sim, store, plan, run } = await open();
  const year: BackfillRequest = { ...request, interval: '1d', from: '2026-03-02', to: '2026-11-06' };
  expect(await run(year)).toMatchObject({ windows: 2, failed: [], calls: 4 });
  expect(await candlesOf(store)).toEqual(truthOf(sim, year));
  expect(await plan(year)).toMatchObject({ windows: [] });
});

test('a day on which a symbol was halted is known to be empty', async () => {
  const { store, plan, run } = await open();
  const halted = { ...request, symbols: ['035720'], from: '2026-11-04', to: '2026-11-04' };
  expect(await run(halted)).toMatchObject({ windows: 1, failed: [], rows: 0 });
  expect(await store.coverage()).toMatchObject([{ day: '2026-11-04', state: 'verified_empty' }]);
  expect(await plan(halted)).toMatchObject({ windows: [] });
});

test('a symbol that the broker does not know fails its window with the reason', async () => {
  const { run } = await open();
  const result = await run({ ...request, symbols: ['999999'], to: request.from });
  expect(result.failed).toMatchObject([{ code: 'HUB_SYMBOL_UNKNOWN', remedy: expect.stringContaining('six-digit') }]);
});
