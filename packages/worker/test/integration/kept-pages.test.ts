import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { createHub } from '@hub/client';
import { expect, onTestFinished, test, vi } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { runBackfill } from '../../src/backfill/run.js';
import { PageStore } from '../../src/queue/page-store.js';
import { candlesOf, openStage, planOf } from '../support/stage.js';

const patient = { timeout: 20_000, interval: 20 };
const script = fileURLToPath(new URL('../support/calling-worker.mjs', import.meta.url));

test('a worker that is killed in the middle of a window leaves its pages to the next one', async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store, redis } = stage;
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const sim = await startBrokerSim({ network: 'none', keys: [key] });
  onTestFinished(() => sim.close());
  await stage.start({ store: { store, id: storeId } });
  // The third page of four does not come home while its worker lives.
  sim.faults.add({ kind: 'delay', ms: 60_000, times: 1, match: { path: 'inquire-time-dailychartprice', nth: 3 } });

  const order = { redis: redisUrls(), prefix, key, baseUrl: sim.url };
  const worker = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: 'ignore' });
  const gone = once(worker, 'exit');
  onTestFinished(() => void worker.kill('SIGKILL'));
  const done = runBackfill({ redisUrl, prefix, plan: planOf(storeId, 1) });
  const pages = (): Promise<number> => redis.hlen(`${prefix}:pages:${storeId}.kis.005930.KRX.1m.2026-11-02.kis`);
  await vi.waitFor(async () => {
    expect(await pages()).toBe(2);
    expect(sim.journal().byTr).toMatchObject({ FHKST03010230: 3 });
  }, patient);
  worker.kill('SIGKILL');
  await gone;

  const hub = createHub({ redis: redisUrls(), kis: { ...key, baseUrl: sim.url } }, { env: {} });
  onTestFinished(() => hub.close());
  await stage.start({ hub });
  expect(await done).toMatchObject({ windows: 1, failed: [], calls: 4, rows: 381, inserted: 381 });

  const asked = sim.journal().entries.filter(({ tr }) => tr === 'FHKST03010230');
  const numbers = asked.map(({ question }) => asked.findIndex((other) => other.question === question));
  // What was under way when it died is asked for again, and nothing else.
  expect(numbers).toEqual([0, 1, 2, 2, 4]);
  const truth = sim.truth({ symbols: ['005930'], venue: 'KRX', interval: '1m', from: '2026-11-02', to: '2026-11-02' });
  expect(await candlesOf(store)).toEqual(truth.rows.map((row) => ({ ...row, source: 'REST_API_KIS' })));
  expect(await pages()).toBe(0);
});

test('pages of one window are no pages of another one, and come back as they were', async () => {
  const { redis, prefix } = await openStage();
  const pages = new PageStore({ redis, prefix });
  const answer = {
    ...{ status: 200, headers: { 'next-key': '7' }, body: { output: [{ price: '70000', name: '삼성전자' }] } },
    ...{ receivedAt: 1, requestId: 'r', tr: 'ka10080', keyId: '0123456789ab' },
  };
  const next = { params: { stk_cd: '005930' }, cursor: { 'next-key': '7' } };
  await pages.of('one').keep('page', { answer, next });
  expect(await pages.of('one').find('page')).toEqual({ answer, next });
  expect(await pages.of('one').find('other')).toBeUndefined();
  expect(await pages.of('two').find('page')).toBeUndefined();
  await pages.forget('one');
  expect(await pages.of('one').find('page')).toBeUndefined();
});
