import { randomUUID } from 'node:crypto';

import { defaultSymbols, demoKeys, startBrokerSim } from '@hub/broker-sim';
import { createHub, type RealtimeEvent } from '@hub/client';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { keyless } from '../support/keyless.js';
import { openStage } from '../support/stage.js';

/** 10:00 on a trading day, KST. */
const start = Date.UTC(2026, 10, 6, 1);
const trade = { kind: 'trade', symbol: '005930' } as const;

const open = async (feeds?: boolean) => {
  const stage = await openStage();
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const began = performance.now();
  const sim = await startBrokerSim({
    keys: [{ ...key, environment: 'real' }],
    now: () => start + performance.now() - began,
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
  });
  onTestFinished(() => sim.close());
  const hub = createHub({ redis: redisUrls(), kis: { ...key, baseUrl: sim.url } }, { env: {} });
  onTestFinished(() => hub.close());
  const service = await stage.start({ hub, ...(feeds === undefined ? {} : { feeds }) });
  return { stage, sim, hub, service };
};

test('a worker holds the sockets that programs without keys want, and no more once it is closed', async () => {
  const { stage, sim, hub, service } = await open();
  const events: RealtimeEvent[] = [];
  const program = keyless(stage);
  const subscription = await program.realtime.subscribe([trade], (event) => {
    events.push(event);
  });
  await subscription.ready;
  await expect.poll(() => events.filter(({ kind }) => kind === 'trade').length, { timeout: 20_000 }).toBeGreaterThan(5);
  expect(sim.journal().brokers.kis.live).toMatchObject({ connects: 1, maxSockets: 1 });
  await service.close();
  // The hub stays open, and nobody in it wants anything.
  expect(sim.live.sessions()).toEqual([]);
  expect((await hub.realtime.status())[0]?.keys).toMatchObject([{ state: 'free' }]);
  expect(events.at(-1)).toMatchObject({ kind: 'status', state: 'waiting' });
});

test('a worker that is told so holds none', async () => {
  const { stage, sim } = await open(false);
  const subscription = await keyless(stage).realtime.subscribe([{ ...trade, broker: 'kis' }]);
  await expect(subscription.ready).rejects.toMatchObject({ code: 'HUB_FEED_UNSERVED' });
  expect(sim.journal().brokers.kis.live.connects).toBe(0);
});
