import { errors, type Answer } from '@hub/client';
import { liveQueue } from '@hub/client/service';
import { expect, test, vi } from 'vitest';

import { answerWith, keyless, order, price, reasonOf } from '../support/keyless.js';
import { gate, scriptedHub, silentBroker, untilAborted, type Answering } from '../support/scripted-hub.js';
import { openStage, waitingCalls } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };

/** As the transport does: asks for leave before the bytes would leave. */
const leaving =
  (answer: (attempt: number) => Promise<Answer>): Answering =>
  async (_endpoint, _page, { beforeSend }) => {
    await beforeSend?.();
    return answer(1);
  };

test('a call that is aborted before its pick-up leaves the queue at once', async () => {
  const stage = await openStage();
  const end = new AbortController();
  const call = reasonOf(keyless(stage).kis.call('inquire-price', price, { signal: end.signal }));
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(1), patient);
  const abortedAt = performance.now();
  end.abort(new Error('enough'));
  expect(await call).toMatchObject({ code: 'HUB_ABORTED', cause: { message: 'enough' } });
  expect(performance.now() - abortedAt).toBeLessThan(500);
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(0), patient);
});

test('a call that is aborted after its pick-up is ended in the worker', async () => {
  const stage = await openStage();
  const picked = gate();
  const signals: AbortSignal[] = [];
  await stage.start({
    hub: scriptedHub(undefined, (_endpoint, _page, { signal }) => {
      if (signal !== undefined) signals.push(signal);
      picked.open();
      return untilAborted(signal);
    }),
  });
  const end = new AbortController();
  const call = reasonOf(keyless(stage).kis.call('inquire-price', price, { signal: end.signal }));
  await picked.opened;
  end.abort();
  expect(await call).toBeInstanceOf(errors.CallAborted);
  await vi.waitFor(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true]), patient);
});

test('an order that is aborted in the queue is never sent', async () => {
  const stage = await openStage();
  const hub = keyless(stage);
  const end = new AbortController();
  const call = reasonOf(hub.kis.call('order-cash-buy', order, { signal: end.signal }));
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(1), patient);
  end.abort();
  expect(await call).toMatchObject({ code: 'HUB_ABORTED' });
  const answering = vi.fn(leaving(async () => answerWith({})));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  await hub.kis.call('inquire-price', price);
  expect(answering).toHaveBeenCalledOnce();
});

test('an order that is aborted in the hand of a worker, before it leaves, does not leave', async () => {
  const stage = await openStage();
  const [picked, goOn] = [gate(), gate()];
  const left = vi.fn();
  await stage.start({
    hub: scriptedHub(undefined, async (_endpoint, _page, { beforeSend }) => {
      picked.open();
      await goOn.opened;
      await beforeSend?.();
      left();
      return answerWith({});
    }),
  });
  const end = new AbortController();
  const call = reasonOf(keyless(stage).kis.call('order-cash-buy', order, { signal: end.signal }));
  await picked.opened;
  end.abort();
  expect(await call).toMatchObject({ code: 'HUB_ABORTED' });
  goOn.open();
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(0), patient);
  expect(left).not.toHaveBeenCalled();
});

test.each([
  ['an abort', (end: AbortController) => end.abort(), 'HUB_ABORTED'],
  ['the end of its hub', (_end: AbortController, close: () => Promise<void>) => close(), 'HUB_CLOSED'],
])('of an order that may have left, %s leaves the outcome unknown', async (_name, stop, cause) => {
  const stage = await openStage();
  const left = gate();
  const answering = leaving(() => {
    left.open();
    return new Promise<Answer>(() => undefined);
  });
  await stage.start({
    hub: scriptedHub(undefined, (...call) => Promise.race([answering(...call), silentBroker(...call)])),
  });
  const hub = keyless(stage);
  const end = new AbortController();
  const call = reasonOf(hub.kis.call('order-cash-buy', order, { signal: end.signal }));
  await left.opened;
  const stopping = stop(end, () => hub.close());
  const reason = await call;
  await stopping;
  expect(reason).toBeInstanceOf(errors.OutcomeUnknown);
  expect(reason).toMatchObject({ remedy: expect.stringContaining('inquire-daily-ccld'), cause: { code: cause } });
});

test.each([
  ['inquire-price', price],
  ['order-cash-buy', order],
] as const)(
  '%s: after the deadline the caller is told, and a worker that comes later does not make it',
  async (name, params) => {
    const stage = await openStage();
    const hub = keyless(stage);
    const startedAt = performance.now();
    const late = await reasonOf(hub.kis.call(name, params, { deadlineMs: 300 }));
    expect(late).toMatchObject({ code: 'HUB_SERVICE_AWAY', message: expect.stringContaining('was not made') });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    const answering = vi.fn(leaving(async () => answerWith({})));
    await stage.start({ hub: scriptedHub(undefined, answering) });
    await hub.kis.call('inquire-price', price);
    expect(answering).toHaveBeenCalledOnce();
  },
);

test('a worker that is there and slow is no reason to start another one: the deadline is told', async () => {
  const stage = await openStage();
  await stage.start({ hub: scriptedHub(undefined, (_endpoint, _page, { signal }) => untilAborted(signal)) });
  const late = await reasonOf(keyless(stage).kis.call('inquire-price', price, { deadlineMs: 300 }));
  expect(late).toMatchObject({ code: 'HUB_TIMEOUT', message: expect.stringContaining('300 ms, waiting included') });
});

test('a job whose caller died is not made after its deadline', async () => {
  const stage = await openStage();
  const call = { v: 1, callId: 'c', broker: 'kis', endpoint: 'inquire-price', params: price, cursor: {} };
  const queue = stage.queue(liveQueue('kis'));
  const [seconds] = await stage.redis.time();
  const rest = { priority: 'interactive', replyTo: 'nobody', deadlineAt: Number(seconds) * 1_000 - 1 };
  await queue.add('call', { ...call, ...rest }, { priority: 3 });
  const answering = vi.fn<Answering>(async () => answerWith({}));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), patient);
  expect(answering).not.toHaveBeenCalled();
});

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])('a wall clock that is %s changes nothing', async (_name, aheadMs) => {
  const stage = await openStage();
  const deadlines: (number | undefined)[] = [];
  await stage.start({
    hub: scriptedHub(undefined, async (_endpoint, _page, { deadlineMs }) => {
      deadlines.push(deadlineMs);
      return answerWith({});
    }),
  });
  const clock = {
    now: () => Date.now() + aheadMs,
    monotonic: () => performance.now(),
    after: (ms: number, fire: () => void) => {
      const timer = setTimeout(fire, ms);
      return () => clearTimeout(timer);
    },
  };
  await keyless(stage, { clock }).kis.call('inquire-price', price, { deadlineMs: 5_000 });
  expect(deadlines[0]).toBeGreaterThan(3_000);
  expect(deadlines[0]).toBeLessThanOrEqual(5_000);
});

test('calls have a deadline when their caller names none: half a minute for orders, ten for the rest', async () => {
  const stage = await openStage();
  const hub = keyless(stage);
  const calls = [hub.kis.call('inquire-price', price), hub.kis.call('order-cash-buy', order)].map(reasonOf);
  await vi.waitFor(async () => expect(await waitingCalls(stage)).toBe(2), patient);
  const jobs = await stage.queue(liveQueue('kis')).getJobs(['prioritized']);
  const left = jobs.map(({ data }) => {
    const { endpoint, deadlineAt } = data as { endpoint: string; deadlineAt: number };
    return [endpoint, Math.round((deadlineAt - Date.now()) / 10_000) * 10];
  });
  expect(Object.fromEntries(left)).toEqual({ 'inquire-price': 600, 'order-cash-buy': 30 });
  await hub.close();
  expect(await Promise.all(calls)).toEqual([expect.any(errors.HubClosed), expect.any(errors.HubClosed)]);
});
