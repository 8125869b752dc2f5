import { randomUUID } from 'node:crypto';

import { demoKeys, startBrokerSim, type BrokerSimOptions } from '@hub/broker-sim';
import { createHub, errors, type HubOptions } from '@hub/client';
import { liveQueue } from '@hub/client/service';
import { expect, onTestFinished, test, vi } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { answerWith, keyless, order, price, reasonOf } from '../support/keyless.js';
import { scriptedHub } from '../support/scripted-hub.js';
import { openStage } from '../support/stage.js';

/** A worker with the keys of a simulated KIS, and a hub without any. */
const open = async (simOptions: BrokerSimOptions = {}, kis: HubOptions['kis'] = {}) => {
  const stage = await openStage();
  // A key of its own: the token of another test's simulator is in the shared vault.
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const environment = simOptions.environment ?? 'real';
  const sim = await startBrokerSim({ keys: [{ ...key, environment }], ...simOptions });
  onTestFinished(() => sim.close());
  const direct = createHub({ redis: redisUrls(), kis: { ...key, environment, baseUrl: sim.url, ...kis } }, { env: {} });
  onTestFinished(() => direct.close());
  return { stage, sim, direct, hub: keyless(stage) };
};

const account = { account: '12345678-01' };

test('candles are the same by either way', async () => {
  const { stage, direct, hub } = await open();
  await stage.start({ hub: direct });
  const query = { symbol: '005930', venue: 'KRX', interval: '1m', from: '2026-11-02', to: '2026-11-02' } as const;
  const read = async (source: typeof hub) => {
    const candles = [];
    for await (const candle of source.candles(query)) candles.push(candle);
    return candles;
  };
  const candles = await read(hub);
  expect(candles).toHaveLength(381);
  expect(candles).toEqual(await read(direct));
  for await (const batch of hub.candleBatches({ ...query, interval: '1d' })) {
    expect(batch).toMatchObject({ broker: 'kis', tr: 'FHKST03010100', keyId: expect.stringMatching(/^[0-9a-f]{12}$/) });
  }
});

test('an order goes out once, with the account of the worker', async () => {
  const { stage, sim, direct, hub } = await open({}, account);
  await stage.start({ hub: direct });
  const answer = await hub.kis.call('order-cash-buy', order, { priority: 'order' });
  const { orders } = sim.journal();
  expect(orders).toMatchObject({
    count: 1,
    list: [{ body: { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930' } }],
  });
  expect(answer).toMatchObject({ tr: 'TTTC0012U', body: { rt_cd: '0', output: { ODNO: orders.list[0]?.odno } } });
});

const rawPrice = { path: '/uapi/domestic-stock/v1/quotations/inquire-price', tr: 'FHKST01010100', params: price };
const rawOrder = {
  method: 'POST',
  path: '/uapi/domestic-stock/v1/trading/order-cash',
  tr: 'TTTC0012U',
  params: { CANO: '12345678', ACNT_PRDT_CD: '01', ...order },
} as const;

test('a raw call is the same by either way', async () => {
  const { stage, sim, direct, hub } = await open();
  await stage.start({ hub: direct });
  const [there, here] = [await hub.kis.raw(rawPrice), await direct.kis.raw(rawPrice)];
  expect(there).toEqual({ ...here, receivedAt: there.receivedAt, requestId: there.requestId, headers: there.headers });
  expect(there.body.output).toHaveProperty('stck_prpr');
  const posted = await hub.kis.raw(rawOrder);
  expect(posted).toMatchObject({ tr: 'TTTC0012U', body: { rt_cd: '0' } });
  expect(sim.journal().orders.count).toBe(1);
});

test('a raw call that may change something is never made twice, and its outcome may be unknown', async () => {
  const { stage, sim, direct, hub } = await open();
  await stage.start({ hub: direct });
  sim.faults.add({ kind: 'reset', match: { path: 'order-cash' } });
  const reason = await reasonOf(hub.kis.raw(rawOrder));
  expect(reason).toBeInstanceOf(errors.OutcomeUnknown);
  expect(reason).toMatchObject({ remedy: expect.stringContaining('the orders of the day') });
  expect(sim.journal().orders.count).toBe(1);
});

test.each([
  ['a token request', { path: '/oauth2/tokenP', tr: 'FHKST01010100' }],
  ['an order as a read', { ...rawOrder, replayable: true }],
])('%s is no raw call: it does not get into the queue, and out of it not to the broker', async (_name, call) => {
  const { stage, sim, direct, hub } = await open();
  const refused = { code: 'HUB_CALL_INVALID' };
  await expect(hub.kis.raw(call)).rejects.toMatchObject(refused);
  const queue = stage.queue(liveQueue('kis'));
  expect(await queue.getJobCountByTypes('prioritized', 'waiting', 'active')).toBe(0);
  // A caller that does not check, of another make.
  await stage.start({ hub: direct });
  const { path, tr, replayable = true } = { replayable: undefined, ...call };
  const payload = { v: 1, callId: randomUUID(), broker: 'kis', endpoint: tr, params: {}, cursor: {} };
  const more = { raw: { method: 'POST', path, replayable }, priority: 'order', replyTo: 'nobody' };
  const job = await queue.add('call', { ...payload, ...more, deadlineAt: Date.now() + 60_000 }, { priority: 1 });
  await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), { timeout: 10_000 });
  expect(sim.journal().entries.map(({ path: called }) => called)).not.toContain(path);
  expect(sim.journal().orders.count).toBe(0);
});

test('what the worker has not set, or its environment does not offer, is told as in direct mode', async () => {
  const { stage, direct, hub } = await open({ environment: 'paper' });
  await stage.start({ hub: direct });
  const holidays = { BASS_DT: '20261102', CTX_AREA_NK: '', CTX_AREA_FK: '' };
  const calls = [hub.kis.call('order-cash-buy', order), hub.kis.call('chk-holiday', holidays)].map(reasonOf);
  const [accountless, paper] = await Promise.all(calls);
  expect(accountless).toBeInstanceOf(errors.CallInvalid);
  expect(accountless).toMatchObject({ message: expect.stringContaining('CANO is missing') });
  expect(paper).toMatchObject({ message: expect.stringContaining('not offered for paper') });
});

test('what the broker refuses arrives in its own words', async () => {
  const { stage, direct, hub } = await open();
  await stage.start({ hub: direct });
  const call = (source: typeof hub) =>
    reasonOf(source.kis.call('inquire-price', { ...price, FID_COND_MRKT_DIV_CODE: 'Q' }));
  const [here, there] = [await call(direct), await call(hub)];
  expect(there).toBeInstanceOf(errors.BrokerRefused);
  expect(JSON.stringify(there)).toBe(JSON.stringify(here));
  expect(there).toMatchObject({ fault: (here as errors.BrokerRefused).fault });
});

test('an order that the broker does not answer is unknown, with its inquiry', async () => {
  const { stage, sim, direct, hub } = await open({}, account);
  await stage.start({ hub: direct });
  sim.faults.add({ kind: 'reset', match: { path: 'order-cash' } });
  const reason = await reasonOf(hub.kis.call('order-cash-buy', order));
  expect(reason).toBeInstanceOf(errors.OutcomeUnknown);
  expect(reason).toMatchObject({ remedy: expect.stringContaining('inquire-daily-ccld') });
  expect(sim.journal().orders.count).toBe(1);
});

test('a broker that is slow does not slow the other one down', async () => {
  const { stage, sim, direct, hub } = await open();
  const kiwoom = scriptedHub(undefined, async () => answerWith({ return_code: '0' })).kiwoom;
  const { kis } = direct;
  await stage.start({ hub: { ...scriptedHub(), kis, kiwoom, admit: () => ({}) } });
  await hub.kis.call('inquire-price', price);
  sim.faults.add({ kind: 'delay', ms: 3_000 });
  const order: string[] = [];
  const slow = hub.kis.call('inquire-price', price).then(() => order.push('kis'));
  await vi.waitFor(async () => expect(await stage.queue(liveQueue('kis')).getActiveCount()).toBe(1), {
    timeout: 5_000,
  });
  for (let count = 0; count < 20; count += 1) {
    await hub.kiwoom.call('ka10003', { stk_cd: '005930' }).then(() => order.push('kiwoom'));
  }
  await slow;
  expect(order).toEqual([...Array.from({ length: 20 }, () => 'kiwoom'), 'kis']);
});

test('an order overtakes a hundred calls of a backfill that were there before', async () => {
  const { stage, sim, direct, hub } = await open({ limit: { perSecond: 20 } }, { ...account, perSecond: 20 });
  await stage.start({ hub: direct });
  await hub.kis.call('inquire-price', price);
  const backfill = Array.from({ length: 100 }, () => hub.kis.call('inquire-price', price, { priority: 'backfill' }));
  await vi.waitFor(async () => expect(await stage.queue(liveQueue('kis')).getActiveCount()).toBeGreaterThan(60), {
    timeout: 10_000,
    interval: 5,
  });
  await hub.kis.call('order-cash-buy', order, { priority: 'order' });
  const behind = sim.journal().entries.filter(({ path }) => path.endsWith('inquire-price')).length;
  await Promise.all(backfill);
  // Nearly all of them were waiting; those that had their turn already are not called back.
  expect(behind).toBeLessThan(60);
  expect(sim.journal()).toMatchObject({ breaches: 0, orders: { count: 1 } });
}, 30_000);
