import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import pino from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { keyIdOf, type ChannelMessages } from '../../src/index.js';
import { openStage, priceOf } from '../support/hub.js';

/** Collects when it is asked to. */
class Pull extends MetricReader {
  protected override onShutdown = () => Promise.resolve();
  protected override onForceFlush = () => Promise.resolve();
}

const exporter = new InMemorySpanExporter();
const reader = new Pull();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});
beforeEach(() => {
  exporter.reset();
});

const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };

describe('spans', () => {
  it('tell one call each: where it went, by which key, how long it waited, how it ended', async () => {
    await using stage = await openStage();
    const answer = await stage
      .hub()
      .kis.call('inquire-price', priceOf('005930'), { priority: 'realtime', caller: 'chart' });
    const [span, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'GET inquire-price',
      kind: 2, // CLIENT
      instrumentationScope: { name: '@hub/client' },
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'url.path': '/uapi/domestic-stock/v1/quotations/inquire-price',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(stage.sim.url).port),
        'hub.mode': 'direct',
        'hub.broker': 'kis',
        'hub.environment': 'real',
        'hub.endpoint': 'inquire-price',
        'hub.tr': 'FHKST01010100',
        'hub.caller': 'chart',
        'hub.priority': 'realtime',
        'hub.key_id': keyIdOf(stage.key.appKey),
        'hub.attempts': 1,
        'hub.permit.wait_ms': expect.any(Number),
        'hub.outcome': 'ok',
        'hub.request_id': answer.requestId,
      },
    });
    expect(Object.keys(span?.attributes ?? {})).not.toContain('url.full');
  });

  it('of a call that was repeated have its attempts; of one that failed its code', async () => {
    await using stage = await openStage();
    const hub = stage.hub({ retries: 1 });
    stage.sim.faults.add({ kind: '5xx', match: { path: 'inquire-price' }, times: 1 });
    await hub.kis.call('inquire-price', priceOf('005930'));
    stage.sim.faults.add({ kind: 'reset', match: { path: 'order-cash' } });
    await expect(hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({ code: 'HUB_OUTCOME_UNKNOWN' });
    const [repeated, failed] = exporter.getFinishedSpans();
    expect(repeated?.attributes).toMatchObject({
      'hub.attempts': 2,
      'http.request.resend_count': 1,
      'hub.outcome': 'ok',
    });
    expect(repeated?.events.map(({ name }) => name)).toEqual(['hub.permit', 'hub.retry', 'hub.permit']);
    expect(failed).toMatchObject({ name: 'POST order-cash-buy', status: { code: SpanStatusCode.ERROR } });
    expect(failed?.attributes).toMatchObject({
      'error.type': 'HUB_OUTCOME_UNKNOWN',
      'hub.outcome': 'HUB_OUTCOME_UNKNOWN',
    });
    expect(JSON.stringify([failed?.attributes, failed?.status, failed?.events])).not.toContain('12345678');
  });

  it('stand below the span of whoever calls, and above what is done for the call', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    const tracer = trace.getTracer('test');
    const beforeSend = (): Promise<void> => {
      tracer.startSpan('before the send').end();
      return Promise.resolve();
    };
    await tracer.startActiveSpan('mine', async (mine) => {
      await hub.kis.call('inquire-price', priceOf('005930'), { beforeSend });
      mine.end();
    });
    const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name);
    const call = named('GET inquire-price');
    expect(call?.parentSpanContext?.spanId).toBe(named('mine')?.spanContext().spanId);
    expect(named('before the send')?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  });
});

/** Sums and counts by the name of the instrument and one of its attributes. */
const measured = async (name: string, attribute: string): Promise<Record<string, number>> => {
  const { resourceMetrics } = await reader.collect();
  const found: Record<string, number> = {};
  for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)) {
    if (descriptor.name !== name) continue;
    for (const { attributes, value } of dataPoints) {
      const by = String(attributes[attribute]);
      found[by] = (found[by] ?? 0) + (typeof value === 'number' ? value : value.count);
    }
  }
  return found;
};

it('metrics count calls, durations, waits, repetitions, refusals and token requests', async () => {
  await using stage = await openStage({ limit: { perSecond: 1 } });
  const before = {
    calls: await measured('hub.calls', 'hub.endpoint'),
    tokens: await measured('hub.token.issues', 'hub.outcome'),
    waits: await measured('hub.permit.wait.duration', 'hub.broker'),
  };
  // The hub believes in more than the broker grants, so one of them is refused.
  const hub = stage.hub({ kis: { perSecond: 2 } });
  const days = {
    FID_COND_MRKT_DIV_CODE: 'J',
    FID_INPUT_ISCD: '005930',
    FID_PERIOD_DIV_CODE: 'D',
    FID_ORG_ADJ_PRC: '0',
  };
  const range = { FID_INPUT_DATE_1: '20261102', FID_INPUT_DATE_2: '20261106' };
  const chart = () => hub.kis.call('inquire-daily-itemchartprice', { ...days, ...range });
  await Promise.all([chart(), chart(), chart()]);
  const endpoint = 'inquire-daily-itemchartprice';
  expect((await measured('hub.calls', 'hub.endpoint'))[endpoint]).toBe((before.calls[endpoint] ?? 0) + 3);
  expect((await measured('hub.call.duration', 'hub.endpoint'))[endpoint]).toBe(3);
  const waits = (await measured('hub.permit.wait.duration', 'hub.broker')).kis ?? 0;
  expect(waits - (before.waits.kis ?? 0)).toBeGreaterThan(3);
  expect((await measured('hub.retries', 'error.type')).HUB_BROKER_BUSY).toBeGreaterThan(0);
  expect((await measured('hub.refusals', 'hub.budget')).total).toBeGreaterThan(0);
  expect((await measured('hub.token.issues', 'hub.outcome')).ok).toBe((before.tokens.ok ?? 0) + 1);
});

describe('channels', () => {
  const heard: { readonly name: string; readonly message: unknown }[] = [];
  const names = ['hub:call:start', 'hub:permit', 'hub:retry', 'hub:call:end', 'hub:call:error', 'hub:notice'] as const;
  const listeners = names.map((name) => [name, (message: unknown) => void heard.push({ name, message })] as const);
  beforeEach(() => {
    heard.length = 0;
    for (const [name, listener] of listeners) subscribe(name, listener);
  });
  afterEach(() => {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  });

  it('carry a call from its start to its end, and what happens on the way', async () => {
    await using stage = await openStage();
    const hub = stage.hub({ retries: 1 });
    stage.sim.faults.add({ kind: '5xx', match: { path: 'inquire-price' }, times: 1 });
    const { requestId } = await hub.kis.call('inquire-price', priceOf('005930'));
    const course = heard.filter(({ name }) => name !== 'hub:notice');
    expect(course.slice(0, 5).map(({ name }) => name)).toEqual([
      'hub:call:start',
      'hub:permit',
      'hub:retry',
      'hub:permit',
      'hub:call:end',
    ]);
    const end = course[4]?.message as ChannelMessages['hub:call:end'];
    expect(end).toMatchObject({ requestId, attempts: 2, status: 200, call: { endpoint: 'inquire-price', id: 1 } });
    expect(
      heard.some(
        ({ message }) => Reflect.get(Object(Reflect.get(Object(message), 'notice')), 'kind') === 'token-issued',
      ),
    ).toBe(true);
    // One object all the way: it may be the key of a WeakMap.
    expect(new Set(course.slice(0, 5).map(({ message }): unknown => Reflect.get(Object(message), 'call'))).size).toBe(
      1,
    );
  });
});

it('a logger of pino gets notices and failed calls, without secrets', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  await using stage = await openStage();
  const hub = stage.hub({ retries: 0 }, { logger });
  stage.sim.faults.add({ kind: 'html', match: { path: 'order-cash' } });
  await expect(hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({ code: 'HUB_OUTCOME_UNKNOWN' });
  const records = lines.map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>);
  expect(records.map(({ level, notice, code }) => [level, notice ?? code])).toEqual([
    [30, 'token-issued'],
    [50, 'HUB_OUTCOME_UNKNOWN'],
  ]);
  const text = lines.join('');
  for (const secret of [stage.key.appKey, stage.key.appSecret, order.CANO]) expect(text).not.toContain(secret);
});

describe('a listener that throws', () => {
  it('of notices ends neither the call nor this process', async () => {
    await using stage = await openStage();
    let told = 0;
    const notify = (): never => {
      told += 1;
      throw new Error('broken listener');
    };
    const hub = stage.hub({ retries: 0 }, { notify });
    expect(await hub.kis.call('inquire-price', priceOf('005930'))).toMatchObject({ status: 200 });
    expect(told).toBeGreaterThan(0);
  });
});
