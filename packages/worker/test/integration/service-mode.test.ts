import { errors, type Answer } from '@hub/client';
import { liveQueue } from '@hub/client/service';
import { Worker } from 'bullmq';
import { expect, onTestFinished, test, vi } from 'vitest';

import { jobError } from '../../src/queue/failed-reason.js';
import { answerWith, keyless, price, reasonOf } from '../support/keyless.js';
import { scriptedHub, silentBroker, type Answering } from '../support/scripted-hub.js';
import { openStage, waitingCalls } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };

test('a call is made by the worker, and the whole answer comes back', async () => {
  const stage = await openStage();
  const answering = vi.fn<Answering>(async () => answerWith({ rt_cd: '0', 이름: '삼성전자' }));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const answer = await keyless(stage).kis.call('inquire-price', price, { priority: 'realtime', timeoutMs: 700 });
  expect(answer).toEqual(answerWith({ rt_cd: '0', 이름: '삼성전자' }));
  expect(answering).toHaveBeenCalledExactlyOnceWith(
    'inquire-price',
    { params: price, cursor: {} },
    expect.objectContaining({ priority: 'realtime', timeoutMs: 700, signal: expect.any(AbortSignal) }),
  );
});

test('what the worker cannot do is the same error here', async () => {
  const stage = await openStage();
  const fault = { broker: 'kis', endpoint: 'inquire-price', status: 500, brokerCode: 'EGW00201', meaning: 'too many' };
  const error = new errors.BrokerBusy({ ...fault, brokerMessage: '초당 거래건수를 초과하였습니다.' }, 'Wait.');
  await stage.start({ hub: scriptedHub(undefined, () => Promise.reject(error)) });
  const told = await reasonOf(keyless(stage).kis.call('inquire-price', price));
  expect(told).toBeInstanceOf(errors.BrokerBusy);
  expect(told).toEqual(error);
  expect(told).toMatchObject({ brokerCode: 'EGW00201', retryAfterMs: 1_000, remedy: 'Wait.' });
});

test('ten thousand characters and any script of the world arrive as they were sent', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, async (_endpoint, { params }) => answerWith({ ...params })) });
  const params = {
    FID_COND_MRKT_DIV_CODE: '🂡 삼성전자 \u0000\n"\\',
    FID_INPUT_ISCD: '가'.repeat(10_000),
  };
  expect((await keyless(stage).kis.call('inquire-price', params)).body).toEqual(params);
});

test('pages are walked with the cursor of the broker, and no other header gets through', async () => {
  const stage = await openStage();
  const answering = vi.fn<Answering>(async (_endpoint, { cursor }) => ({
    ...answerWith({ output: [{ x: cursor.tr_cont ?? '' }], ctx_area_nk: 'k', ctx_area_fk: 'f' }),
    headers: { tr_cont: cursor.tr_cont === 'N' ? 'D' : 'M' },
  }));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const hub = keyless(stage);
  const params = { BASS_DT: '20261102', CTX_AREA_NK: '', CTX_AREA_FK: '' };
  const pages: Answer[] = [];
  for await (const page of hub.kis.pages('chk-holiday', params)) pages.push(page);
  expect(pages).toHaveLength(2);
  expect(answering.mock.calls.map(([, { cursor }]) => cursor)).toEqual([{}, { tr_cont: 'N' }]);
  // A cursor is good for the key that gave it.
  expect(answering.mock.calls.map(([, , { keyId }]) => keyId)).toEqual([undefined, pages[0]?.keyId]);
  const disguised = { params: price, cursor: { tr_id: 'TTTC0012U', authorization: 'x' } };
  await expect(hub.kis.page('inquire-price', disguised)).rejects.toMatchObject({
    code: 'HUB_CALL_INVALID',
    message: expect.stringContaining('tr_id, authorization'),
  });
});

test('each broker has its own queue: one that never answers does not hold up the other', async () => {
  const stage = await openStage();
  const kiwoom = vi.fn<Answering>(async () => answerWith({ return_code: '0' }));
  const hub = { ...scriptedHub(undefined, silentBroker), kiwoom: scriptedHub(undefined, kiwoom).kiwoom };
  await stage.start({ hub });
  const caller = keyless(stage);
  expect(caller.brokers).toEqual(['kis', 'kiwoom']);
  const stuck = Array.from({ length: 300 }, () => reasonOf(caller.kis.call('inquire-price', price)));
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(300), patient);
  expect((await caller.kiwoom.call('ka10003', { stk_cd: '005930' })).body).toEqual({ return_code: '0' });
  expect(kiwoom).toHaveBeenCalledExactlyOnceWith('ka10003', expect.anything(), expect.anything());
  await caller.close();
  for (const reason of await Promise.all(stuck)) expect(reason).toBeInstanceOf(errors.HubClosed);
});

test('two hubs in one process get their own answers', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, async (_endpoint, { params }) => answerWith({ ...params })) });
  const [one, two] = [keyless(stage), keyless(stage)];
  const ask = async (hub: typeof one, symbol: string) =>
    (await hub.kis.call('inquire-price', { ...price, FID_INPUT_ISCD: symbol })).body.FID_INPUT_ISCD;
  const symbols = Array.from({ length: 50 }, (_each, index) => String(index));
  const answers = await Promise.all(symbols.flatMap((symbol) => [ask(one, `1.${symbol}`), ask(two, `2.${symbol}`)]));
  expect(answers).toEqual(symbols.flatMap((symbol) => [`1.${symbol}`, `2.${symbol}`]));
});

test('what is not offered in service mode is refused before anything is queued', async () => {
  const stage = await openStage();
  const call = keyless(stage).kis.call('inquire-price', price, { beforeSend: () => Promise.resolve() });
  await expect(call).rejects.toMatchObject({
    code: 'HUB_CALL_INVALID',
    message: expect.stringContaining('beforeSend'),
  });
  expect(await waitingCalls(stage)).toBe(0);
});

test('a hub without keys cannot serve others', async () => {
  const stage = await openStage();
  await expect(stage.start({ hub: keyless(stage) })).rejects.toMatchObject({
    code: 'HUB_CONFIG',
    problems: [expect.stringContaining('service mode')],
  });
});

test('a broker that nobody serves is told within seconds, and nobody makes the call later', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, async () => answerWith({}), ['kis']) });
  const hub = keyless(stage);
  const startedAt = performance.now();
  const away = { code: 'HUB_SERVICE_AWAY', message: expect.stringContaining('kiwoom') };
  await expect(hub.kiwoom.call('ka10003', { stk_cd: '005930' })).rejects.toMatchObject(away);
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  expect(await hub.kis.call('inquire-price', price)).toMatchObject({ status: 200 });
  await vi.waitFor(async () => expect(await waitingCalls(stage, 'kiwoom')).toBe(0), patient);
});

test('a call waits for a worker that is started again', async () => {
  const stage = await openStage();
  const first = await stage.start({ hub: scriptedHub(undefined, silentBroker) });
  const call = keyless(stage).kis.call('inquire-price', price);
  await vi.waitFor(async () => expect(await stage.queue(liveQueue('kis')).getActiveCount()).toBe(1), patient);
  await first.close();
  await stage.start({ hub: scriptedHub(undefined, async () => answerWith({ by: 'the second' })) });
  expect((await call).body).toEqual({ by: 'the second' });
});

test('a call that the worker cannot read is HUB_PAYLOAD_INVALID for its caller', async () => {
  const stage = await openStage();
  // A worker of a version that reads nothing of ours, not even whom to tell.
  const failing = new Worker(
    liveQueue('kis'),
    () => Promise.reject(jobError(new errors.PayloadInvalid('live-kis', 'v: expected 2'))),
    { connection: stage.redis, prefix: stage.prefix },
  );
  onTestFinished(() => failing.close());
  const reason = await reasonOf(keyless(stage).kis.call('inquire-price', price));
  expect(reason).toBeInstanceOf(errors.PayloadInvalid);
  expect(reason).toMatchObject({ message: expect.stringContaining('v: expected 2') });
});

test('a call of another version is a dead letter, and its caller is told', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub() });
  const foreign = { v: 2, callId: 'c-1', replyTo: 'r-1', appSecret: 'canary' };
  await stage.queue(liveQueue('kis')).add('call', foreign, { priority: 3, attempts: 1 });
  const stream = `${stage.prefix}:service:reply:r-1`;
  await vi.waitFor(async () => expect(await stage.redis.xlen(stream)).toBe(1), patient);
  const [entry] = await stage.redis.xrange(stream, '-', '+');
  expect(JSON.parse(entry?.[1][1] ?? '')).toMatchObject({
    callId: 'c-1',
    outcome: { kind: 'failure', failure: { code: 'HUB_PAYLOAD_INVALID' } },
  });
  await vi.waitFor(async () => expect(await stage.queue('dead').getPrioritizedCount()).toBe(1), patient);
});

test('a call that somebody takes out of its queue is queued again, some times', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, async () => answerWith({})) });
  const hub = keyless(stage);
  const queue = stage.queue(liveQueue('kis'));
  await queue.pause();
  const call = hub.kis.call('inquire-price', price);
  await vi.waitFor(async () => expect(await queue.count()).toBe(1), patient);
  await queue.obliterate({ force: true });
  expect(await call).toMatchObject({ status: 200 });
});

test('neither calls nor answers stay behind in Redis beyond their time', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, async () => answerWith({})) });
  const hub = keyless(stage);
  await Promise.all(Array.from({ length: 20 }, () => hub.kis.call('inquire-price', price)));
  const [stream = ''] = await stage.redis.keys(`${stage.prefix}:service:reply:*`);
  await vi.waitFor(async () => expect(await stage.redis.xlen(stream)).toBe(0), patient);
  for (const key of await stage.redis.keys(`${stage.prefix}:service:*`)) {
    expect([key, await stage.redis.pttl(key)]).toEqual([key, expect.toSatisfy((ms: number) => ms > 0)]);
  }
});
