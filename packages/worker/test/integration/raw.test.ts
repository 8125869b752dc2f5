import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';

import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { createHub, normaliserVersion, type BrokerName } from '@hub/client';
import { koreanDay, openStore, verifyStore } from '@hub/store';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { editStore, queryRows } from '../../../../test/support/edit-store.js';
import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import { renormalise } from '../../src/job/raw.js';
import type { BackfillRequest } from '../../src/queue/payload.js';
import { candlesOf, openStage } from '../support/stage.js';

const dayMs = 86_400_000;
const raw = { normalise: renormalise, normaliserVersion };

/** Two days of a share and their daily bars, fetched from a simulated broker into a store that was closed a day later. */
const collected = async (broker: BrokerName, { keepRaw = true } = {}) => {
  let ahead = 0;
  const stage = await openStage(undefined, { rawKeepDays: 30, clock: () => Date.now() + ahead });
  const appKey = randomUUID();
  const sim = await startBrokerSim({
    network: 'none',
    ...(broker === 'kis'
      ? { keys: [{ appKey, appSecret: demoKeys.appSecret }] }
      : { kiwoom: { keys: [{ appKey, secretKey: demoKeys.appSecret }] } }),
  });
  onTestFinished(() => sim.close());
  const hub = createHub(
    {
      redis: redisUrls(),
      ...(broker === 'kis'
        ? { kis: { appKey, appSecret: demoKeys.appSecret, baseUrl: sim.url } }
        : { kiwoom: { appKey, secretKey: demoKeys.appSecret, baseUrl: sim.url } }),
    },
    { env: {} },
  );
  onTestFinished(() => hub.close());
  const { redisUrl, prefix, storeId, store } = stage;
  const service = await stage.start({ hub, store: { store, id: storeId }, keepRaw });
  const bars = { broker, symbols: ['005930'], venue: 'KRX', from: '2026-11-02', to: '2026-11-03' } as const;
  for (const request of [
    { ...bars, interval: '1m' },
    { ...bars, interval: '1d' },
  ] satisfies BackfillRequest[]) {
    const plan = await planBackfill({ redisUrl, prefix, storeId, request });
    expect(await runBackfill({ redisUrl, prefix, plan })).toMatchObject({ failed: [] });
  }
  const rows = await candlesOf(store);
  await service.close();
  const today = koreanDay(Date.now());
  ahead = dayMs;
  await store.close();
  return { path: store.path, rows: rows.length, folder: `${store.path}.raw/day=${today}`, appKey };
};

test.each(['kis', 'kiwoom'] as const)(
  'the answers of %s are kept as Parquet, and give the rows again',
  async (broker) => {
    const { path, rows, folder, appKey } = await collected(broker);
    expect(await readdir(folder)).toEqual(['0001.parquet']);
    const { total, raw: checked } = await verifyStore({ path, raw });
    expect({ total, ...checked }).toMatchObject({ total: 0, rows, rowsWithout: 0 });

    const kept = await queryRows(`SELECT request, body FROM '${folder}/*.parquet'`);
    expect(kept.length).toBeGreaterThan(1);
    const text = JSON.stringify(kept);
    for (const secret of [appKey, demoKeys.appSecret, 'authorization', 'Bearer']) expect(text).not.toContain(secret);
  },
);

test('a row that was altered by hand, one that was added and one that was removed are found', async () => {
  const { path } = await collected('kis');
  const at = (minute: string): string => `interval = '1m' AND start_at = TIMESTAMP '2026-11-02 00:${minute}:00'`;
  await editStore(path, [
    `UPDATE candles SET high = high + 100 WHERE ${at('10')}`,
    `UPDATE candles SET start_at = start_at - INTERVAL 5 HOUR WHERE ${at('20')}`,
  ]);
  const { findings, total } = await verifyStore({ path, raw });
  const found = findings.filter(({ code }) => code.startsWith('raw-'));
  expect(found.map(({ code, place }) => [code, place])).toEqual([
    ['raw-differs', '005930 KRX 1m REST_API_KIS 2026-11-02 09:10:00 KST'],
    ['raw-row-missing', '005930 KRX 1m REST_API_KIS 2026-11-02 09:20:00 KST'],
    ['raw-without-row', '005930 KRX 1m REST_API_KIS 2026-11-02 04:20:00 KST'],
  ]);
  expect(found[0]?.what).toMatch(/^stored open .* \(normaliser 2\), the raw answer gives open .* \(normaliser 2\)$/);
  expect(total).toBe(findings.length);
});

test('rows without kept answers are counted, and no findings', async () => {
  const { path, rows, folder } = await collected('kis', { keepRaw: false });
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
  expect(await verifyStore({ path, raw })).toMatchObject({ total: 0, raw: { batches: 0, rows: 0, rowsWithout: rows } });
  await using again = await openStore({ path, rawKeepDays: 30 });
  expect(await again.tidyRaw()).toEqual({ written: 0, removed: 0 });
});
