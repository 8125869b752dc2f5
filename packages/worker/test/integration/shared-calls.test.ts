import { startBrokerSim } from '@hub/broker-sim';
import { createHub, type HubOptions } from '@hub/client';
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { answerWith, keyless, price } from '../support/keyless.js';
import { scriptedHub, type Answering } from '../support/scripted-hub.js';
import { openStage, type Stage } from '../support/stage.js';

const collector = ({ redisUrl, prefix }: Stage, options: HubOptions = {}) => {
  const redis = { ...redisUrls(), main: redisUrl };
  const hub = createHub({ mode: 'service', redis, ...options }, { env: {}, queuePrefix: prefix });
  onTestFinished(() => hub.close());
  return hub;
};

/** A worker with a key of one call a second. */
const busyWorker = async (stage: Stage, callerWeights: Record<string, number> = {}) => {
  const key = { appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') };
  const sim = await startBrokerSim({ keys: [key], limit: { perSecond: 1 }, tokenMinuteMs: 200 });
  onTestFinished(() => sim.close());
  const kis = { ...key, baseUrl: sim.url, perSecond: 1, tokenCooldownMs: 250 };
  const hub = createHub({ redis: redisUrls(), kis, caller: 'worker', callerWeights }, { env: {} });
  onTestFinished(() => hub.close());
  await stage.start({ hub });
  return { sim, hub };
};

test('the caller’s label and its wish to join travel with the call', async () => {
  const stage = await openStage();
  const answering = vi.fn<Answering>(async () => answerWith({ rt_cd: '0' }));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const hub = collector(stage, { caller: '수집기 1' });
  await hub.kis.call('inquire-price', price, { coalesce: true });
  await hub.kis.call('inquire-price', price, { caller: 'notebook' });
  await keyless(stage).kis.call('inquire-price', price);
  const options = answering.mock.calls.map(([, , each]) => each);
  expect(options[0]).toMatchObject({ caller: '수집기 1', coalesce: true });
  expect(options[1]).toMatchObject({ caller: 'notebook' });
  expect(options[1]).not.toHaveProperty('coalesce');
  expect(options[2]).not.toHaveProperty('caller');
});

test('a collector’s share is its own at the worker, and it sees so without a key', async () => {
  const stage = await openStage();
  const { hub: keyed } = await busyWorker(stage);
  const hub = collector(stage, { caller: 'collector' });
  const calls = Array.from({ length: 4 }, () => hub.kis.call('inquire-price', price));
  const [account] = (await keyed.quota.snapshot()).map((each) => each.account);
  const seen = async () => (await hub.quota.snapshot()).find((each) => each.account === account);
  await expect.poll(async () => (await seen())?.callers, { timeout: 15_000 }).toHaveProperty('collector');
  expect(await seen()).toMatchObject({ broker: 'kis', environment: 'real', budgets: [{ name: 'total', inUse: 1 }] });
  await Promise.all(calls);
}, 30_000);

test('equal calls of several programs become one at the worker', async () => {
  const stage = await openStage();
  const { sim } = await busyWorker(stage);
  const first = collector(stage);
  const hubs = [first, collector(stage), collector(stage)];
  // Two others first, so that the line is long enough.
  const others = [1, 2].map(() => first.kis.call('inquire-price', { ...price, FID_INPUT_ISCD: '000660' }));
  await expect.poll(() => sim.journal().calls, { timeout: 15_000 }).toBe(1);
  const calls = hubs.flatMap((hub) => [1, 2].map(() => hub.kis.call('inquire-price', price, { coalesce: true })));
  const ids = (await Promise.all(calls)).map(({ requestId }) => requestId);
  await Promise.all(others);
  expect(new Set(ids).size).toBe(1);
  expect(sim.journal().calls).toBe(3);
}, 30_000);
