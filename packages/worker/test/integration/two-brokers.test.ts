import { errors, type CandleBatch, type CandleQuery } from '@hub/client';
import { expect, test, vi } from 'vitest';

import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import type { BackfillRequest } from '../../src/queue/payload.js';
import { batchOf, gate, scriptedHub, untilAborted } from '../support/scripted-hub.js';
import { candlesOf, openStage, type Stage } from '../support/stage.js';

const request: BackfillRequest = {
  ...{ broker: 'auto', rates: { kis: 18, kiwoom: 5 } },
  ...{ symbols: ['005930', '000660', '035420'], venue: 'KRX', interval: '1m', from: '2026-10-19', to: '2026-11-06' },
};

const dayMs = 86_400_000;

/** Three bars on each day of the window, as a broker would answer it. */
const wholeWindow = (query: CandleQuery): CandleBatch => {
  const days: string[] = [];
  for (let at = Date.parse(query.from); at <= Date.parse(query.to); at += dayMs) {
    const day = new Date(at);
    if (day.getUTCDay() % 6 !== 0) days.push(day.toISOString().slice(0, 10));
  }
  const batches = days.map((from) => batchOf({ ...query, from }));
  return {
    ...batchOf(query),
    days,
    candles: batches.flatMap(({ candles }) => candles),
    finalUntilMs: Date.parse(query.to) + dayMs,
  };
};

const start = (stage: Stage, hub: ReturnType<typeof scriptedHub>, concurrency = 4) =>
  stage.start({ hub, concurrency, store: { store: stage.store, id: stage.storeId } });

const wholeStore = async (stage: Stage): Promise<void> => {
  const plan = await planBackfill({ ...stage, request });
  expect(plan).toMatchObject({ windows: [], tradingDays: 45, coveredDays: 45 });
  expect(await candlesOf(stage.store)).toHaveLength(45 * 3);
};

test('both brokers get their part, and what is stored from either is not fetched again', async () => {
  const stage = await openStage();
  const hub = scriptedHub(async (query) => [wholeWindow(query)]);
  await start(stage, hub);
  const plan = await planBackfill({ ...stage, request });
  const result = await runBackfill({ ...stage, plan });
  expect(result).toMatchObject({ failed: [], rows: 45 * 3 });
  expect(new Set(hub.queries.map(({ broker }) => broker))).toEqual(new Set(['kis', 'kiwoom']));
  await wholeStore(stage);
});

test('what one broker cannot do, the other one does', async () => {
  const stage = await openStage();
  const refused = new errors.TokenRefused('8001', 'App Key와 Secret Key 검증에 실패했습니다', 'Check the keys.');
  const hub = scriptedHub(async (query) => {
    if (query.broker === 'kiwoom') throw refused;
    return [wholeWindow(query)];
  });
  await start(stage, hub);
  const plan = await planBackfill({ ...stage, request });
  expect(plan.windows.some(({ broker }) => broker === 'kiwoom')).toBe(true);
  expect(await runBackfill({ ...stage, plan })).toMatchObject({ windows: plan.windows.length, failed: [] });
  await wholeStore(stage);
});

test('what neither broker can do fails, once, with the reason of the second', async () => {
  const stage = await openStage();
  const hub = scriptedHub(async (query) => {
    if (query.symbol === '035420') throw new errors.SymbolUnknown(query.symbol);
    return [wholeWindow(query)];
  });
  await start(stage, hub);
  const plan = await planBackfill({ ...stage, request });
  const result = await runBackfill({ ...stage, plan });
  const failing = plan.windows.filter(({ symbol }) => symbol === '035420').map(({ id }) => id);
  expect(result.failed.map(({ id }) => id).sort()).toEqual(failing.sort());
  expect(new Set(result.failed.map(({ code }) => code))).toEqual(new Set(['HUB_SYMBOL_UNKNOWN']));
  expect(result.windows).toBe(plan.windows.length - failing.length);
});

test('windows that wait for a broker that stands still go to the other one', async () => {
  const stage = await openStage();
  const stuck = gate();
  const hub = scriptedHub(async (query, signal) => {
    if (query.broker === 'kiwoom') await Promise.race([stuck.opened, untilAborted(signal)]);
    return [wholeWindow(query)];
  });
  await start(stage, hub, 1);
  const plan = await planBackfill({ ...stage, request });
  const running = runBackfill({ ...stage, plan });
  const daysOf = (broker: string): number =>
    hub.queries.filter((query) => query.broker === broker).flatMap((query) => wholeWindow(query).days).length;
  // All but the window that Kiwoom holds (seven days at most) are fetched from KIS.
  await vi.waitFor(() => expect(daysOf('kis')).toBeGreaterThanOrEqual(45 - 7), { timeout: 30_000, interval: 50 });
  stuck.open();
  expect(await running).toMatchObject({ failed: [], windows: plan.windows.length });
  expect(daysOf('kis') + daysOf('kiwoom')).toBe(45);
  await wholeStore(stage);
});

test('a stop withdraws the windows of both', async () => {
  const stage = await openStage();
  const hub = scriptedHub(async (_query, signal) => untilAborted(signal));
  const service = await start(stage, hub, 1);
  const plan = await planBackfill({ ...stage, request });
  const stop = new AbortController();
  const running = runBackfill({ ...stage, plan, signal: stop.signal });
  await vi.waitFor(() => expect(hub.queries.length).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
  stop.abort();
  await service.close();
  const result = await running;
  expect(result.windows).toBe(0);
  expect(result.withdrawn).toBeGreaterThanOrEqual(plan.windows.length - 2);
  for (const name of ['bulk-kis', 'bulk-kiwoom']) {
    expect(await stage.queue(name).getJobCounts('waiting', 'prioritized', 'delayed')).toEqual({
      ...{ waiting: 0, prioritized: 0, delayed: 0 },
    });
  }
});

test('a second run waits for what the first one left on its way, and fetches it from nobody else', async () => {
  const stage = await openStage();
  const stuck = gate();
  const hub = scriptedHub(async (query) => {
    await stuck.opened;
    return [wholeWindow(query)];
  });
  await start(stage, hub, 2);
  const plan = await planBackfill({ ...stage, request });
  const killed = new AbortController();
  const first = runBackfill({ ...stage, plan, signal: killed.signal });
  await vi.waitFor(() => expect(hub.queries).toHaveLength(4), { timeout: 10_000 }); // two at each broker
  killed.abort(); // what waits is withdrawn; what is in work goes on

  const rates = { kis: 1_000, kiwoom: 1 }; // another split
  const second = await planBackfill({ ...stage, request: { ...request, rates } });
  const asked = hub.queries.map(({ broker, symbol, from, to }) => ({ broker, symbol, from, to }));
  for (const window of asked) expect(second.windows).toContainEqual(expect.objectContaining(window));
  const running = runBackfill({ ...stage, plan: second });
  stuck.open();
  expect(await running).toMatchObject({ failed: [], windows: second.windows.length });
  await first;
  const fetched = hub.queries.flatMap((query) => wholeWindow(query).days.map((day) => `${query.symbol} ${day}`));
  expect(fetched).toHaveLength(45);
  expect(new Set(fetched).size).toBe(45);
  await wholeStore(stage);
});

test('when neither broker can be reached a window fails after its attempts at both, and is not passed on for ever', async () => {
  const stage = await openStage();
  const hub = scriptedHub(() => Promise.reject(new errors.BrokerUnreachable('ka10080', 'no route', false)));
  await start(stage, hub);
  const one = { ...request, symbols: ['005930'], from: '2026-11-06' };
  const plan = await planBackfill({ ...stage, request: one });
  expect(plan.windows).toHaveLength(1);
  const result = await runBackfill({ ...stage, plan });
  expect(result).toMatchObject({ windows: 0, failed: [{ code: 'HUB_BROKER_UNREACHABLE' }] });
  // Once at the broker of the plan, three times at the other one, three times at the first: there is nobody else then.
  const planned = plan.windows[0]?.broker;
  const tries = [true, ...Array<boolean>(3).fill(false), ...Array<boolean>(3).fill(true)];
  expect(hub.queries.map(({ broker }) => broker === planned)).toEqual(tries);
});

/** Kiwoom's history is taken to end before 2026-10-28; KIS knows all days. */
const endingHistory = (query: CandleQuery): CandleBatch => {
  const whole = wholeWindow(query);
  if (query.broker === 'kis') return whole;
  const days = whole.days.filter((day) => day >= '2026-10-28');
  const from = Date.parse('2026-10-28T00:00:00+09:00');
  return { ...whole, days, candles: whole.candles.filter(({ startMs }) => startMs >= from) };
};

test('days that one broker does not speak for are asked of the other one', async () => {
  const stage = await openStage();
  const hub = scriptedHub(async (query) => [endingHistory(query)]);
  await start(stage, hub);
  const plan = await planBackfill({ ...stage, request });
  const result = await runBackfill({ ...stage, plan });
  expect(result).toMatchObject({ windows: plan.windows.length, failed: [], unproven: [] });
  await wholeStore(stage);
});

test('days that the only broker does not speak for are told, and stay missing', async () => {
  const stage = await openStage();
  await start(
    stage,
    scriptedHub(async (query) => [endingHistory(query)]),
  );
  const series = { venue: 'KRX', interval: '1m', from: '2026-10-26', to: '2026-10-30' } as const;
  const alone: BackfillRequest = { broker: 'kiwoom', symbols: ['005930'], ...series };
  const plan = await planBackfill({ ...stage, request: alone });
  const result = await runBackfill({ ...stage, plan });
  const days = ['2026-10-26', '2026-10-27'];
  expect(result).toMatchObject({ windows: 1, failed: [], rows: 9, unproven: [{ symbol: '005930', days }] });
  expect(await planBackfill({ ...stage, request: alone })).toMatchObject({ tradingDays: 5, coveredDays: 3 });
});

test('the only broker that is left is tried with patience', async () => {
  const stage = await openStage();
  const failures = new Map<string, number>();
  const hub = scriptedHub(async (query) => {
    const key = `${query.symbol} ${query.from}`;
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    if (query.broker === 'kiwoom' || failed < 2) throw new errors.BrokerUnreachable('chart', 'no route', false);
    return [wholeWindow(query)];
  });
  await start(stage, hub);
  const plan = await planBackfill({ ...stage, request });
  expect(await runBackfill({ ...stage, plan })).toMatchObject({ failed: [], windows: plan.windows.length });
  await wholeStore(stage);
});
