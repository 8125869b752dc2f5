import { demoKeys, startBrokerSim } from '@hub/broker-sim';
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

test('history goes from the broker into the store and equals the truth', async () => {
  const stage = await openStage();
  const sim = await startBrokerSim({ network: 'none' });
  onTestFinished(() => sim.close());
  const hub = createHub({ redis: redisUrls(), kis: { ...demoKeys, baseUrl: sim.url } }, { env: {} });
  onTestFinished(() => hub.close());
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ hub, store: { store, id: storeId } });

  const plan = await planBackfill({ redisUrl, prefix, storeId, request });
  const result = await runBackfill({ redisUrl, prefix, plan });

  expect(result).toMatchObject({ windows: 4, failed: [], withdrawn: 0 });
  const truth = sim.truth(request);
  const stored = await candlesOf(store);
  expect(stored).toEqual(truth.rows.map((row) => ({ ...row, source: 'REST_API_KIS' })));
  expect(stored.length).toBeGreaterThan(1_000);
  expect(result).toMatchObject({ rows: stored.length, inserted: stored.length, updated: 0 });
  expect(result.lastCommitAtMs).toBeGreaterThan(0);

  const again = await planBackfill({ redisUrl, prefix, storeId, request });
  expect(again).toMatchObject({ windows: [], tradingDays: 4, coveredDays: 4, estimatedCalls: 0 });
});
