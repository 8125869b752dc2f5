import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { demoKeys, startBrokerSim, type BrokerSimOptions } from '@hub/broker-sim';
import { createHub, type Hub } from '@hub/client';
import { openStore, type OverrideDay } from '@hub/store';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { planBackfill } from '../../src/backfill/plan.js';
import { startCalendar, type CalendarEvent } from '../../src/calendar/daily.js';
import { calendarDisagreements } from '../../src/calendar/disagreement.js';
import { refreshTradingDays, sharedTradingDays } from '../../src/calendar/refresh.js';
import { askCalendar, askHoles } from '../../src/queue/ask.js';
import { openStage } from '../support/stage.js';

const kst = (text: string): number => Date.parse(`${text}+09:00`);
const friday = kst('2026-11-27T12:00:00');

/** A broker that is simulated, a store, and a corner of Redis. `hub()` is one of another process each time. */
const open = async (options: BrokerSimOptions = {}) => {
  const stage = await openStage();
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const sim = await startBrokerSim({ network: 'none', keys: [key], ...options });
  onTestFinished(() => sim.close());
  const hub = (): Hub => {
    const made = createHub({ redis: redisUrls(), kis: { ...key, baseUrl: sim.url } }, { env: {} });
    onTestFinished(() => made.close());
    return made;
  };
  const corner = { redisUrl: stage.redisUrl, prefix: `${stage.prefix}:calendar` };
  return { ...stage, sim, hub, corner, asked: () => sim.journal().byTr.CTCA0903R ?? 0 };
};

test('the days that KIS tells are saved for every venue, by opnd_yn; the next one of that day makes no call', async () => {
  const { corner, hub, store, asked } = await open();
  const first = await refreshTradingDays({ ...corner, hub: hub(), store, now: () => friday });
  expect(first).toMatchObject({ kind: 'asked', days: expect.objectContaining({ length: 3 * 24 }) });
  const range = { fromDay: '2026-11-27', toDay: '2026-11-30' };
  const days = await store.tradingDays({ venue: 'KRX', ...range });
  expect(days.map(({ day, state }) => `${day} ${state}`)).toEqual([
    ...['2026-11-27 open', '2026-11-28 closed', '2026-11-29 closed', '2026-11-30 open'],
  ]);
  expect(days[0]).toMatchObject({ openMs: null, closeMs: null, source: 'CTCA0903R', fetchedAtMs: friday });
  expect((await store.tradingDays({ venue: 'NXT', ...range })).map(({ state }) => state)).toEqual(
    days.map(({ state }) => state),
  );
  expect(await calendarDisagreements(store, [], friday)).toEqual([]);

  const evening = () => kst('2026-11-27T23:59:59');
  expect(await refreshTradingDays({ ...corner, hub: hub(), store, now: evening })).toMatchObject({ kind: 'shared' });
  expect(await sharedTradingDays(corner)).toHaveLength(3 * 24);
  expect(asked()).toBe(1);
  const midnight = () => kst('2026-11-28T00:00:00');
  expect(await refreshTradingDays({ ...corner, hub: hub(), store, now: midnight })).toMatchObject({ kind: 'asked' });
  expect(asked()).toBe(2);
});

test('of processes that begin at once one makes the call', async () => {
  const { corner, hub, asked } = await open();
  const all = await Promise.all(
    [hub(), hub(), hub()].map((each) => refreshTradingDays({ ...corner, hub: each, now: () => friday })),
  );
  expect(all.filter(({ kind }) => kind === 'asked')).toHaveLength(1);
  expect(asked()).toBe(1);
  expect(await refreshTradingDays({ ...corner, hub: hub(), now: () => friday })).toMatchObject({ kind: 'shared' });
  expect(asked()).toBe(1);
});

test('a call that fails is not repeated on that day, neither by its retries nor by others', async () => {
  const { corner, hub, sim, asked } = await open();
  sim.faults.add({ kind: 'reset', match: { tr: 'CTCA0903R' }, times: 5 });
  for (const each of [hub(), hub()]) {
    expect(await refreshTradingDays({ ...corner, hub: each, now: () => friday })).toEqual({ kind: 'spent' });
    expect(asked()).toBe(1);
  }
});

test('with keys of Kiwoom alone it goes on quietly, and takes what others have been told', async () => {
  const { corner, hub, sim, store, asked } = await open();
  const kiwoom = createHub(
    { redis: redisUrls(), kiwoom: { appKey: randomUUID(), secretKey: 'x'.repeat(43), baseUrl: sim.url } },
    { env: {} },
  );
  onTestFinished(() => kiwoom.close());
  const events: CalendarEvent[] = [];
  const common = { ...corner, store, now: () => friday, onEvent: (event: CalendarEvent) => void events.push(event) };
  await using quiet = startCalendar({ ...common, hub: kiwoom });
  await quiet.ready;
  expect(events).toEqual([]);
  expect(sim.journal().calls).toBe(0);

  await refreshTradingDays({ ...corner, hub: hub(), now: () => friday });
  await using told = startCalendar({ ...common, hub: kiwoom });
  await told.ready;
  expect(events).toEqual([{ kind: 'calendar-refreshed', asked: false, days: 72, lastDay: '2026-12-20' }]);
  expect(asked()).toBe(1);
});

test('with a key for paper trading too: chk-holiday is for real accounts alone', async () => {
  const { corner, sim, redis } = await open({ environment: 'paper' });
  const kis = { appKey: randomUUID(), appSecret: demoKeys.appSecret, environment: 'paper', baseUrl: sim.url } as const;
  const paper: Hub = createHub({ redis: redisUrls(), kis }, { env: {} });
  expect(await refreshTradingDays({ ...corner, hub: paper, now: () => friday })).toEqual({ kind: 'no-kis' });
  await paper.close();
  expect(await redis.keys(`${corner.prefix}:*`)).toEqual([]);
  expect(sim.journal().calls).toBe(0);
});

test('a running keeper asks again when a Korean day has begun, and tells each disagreement once', async () => {
  const { corner, hub, asked } = await open();
  const overrides: OverrideDay[] = [
    {
      ...{ venue: 'KRX', day: '2026-12-01', state: 'closed', openMs: null, closeMs: null },
      source: 'mine',
      reason: 'test',
    },
  ];
  const folder = await mkdtemp(join(tmpdir(), 'hub-calendar-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore({ path: join(folder, 'market.duckdb'), calendar: overrides });
  onTestFinished(() => store.close());
  const events: CalendarEvent[] = [];
  let now = friday;
  let hear: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  await using keeper = startCalendar({
    ...{ ...corner, hub: hub(), store, overrides, now: () => now, lookEveryMs: 20 },
    onEvent: (event) => {
      events.push(event);
      if (events.filter(({ kind }) => kind === 'calendar-refreshed').length === 2) hear();
    },
  });
  await keeper.ready;
  expect(events).toMatchObject([
    { kind: 'calendar-refreshed', asked: true },
    {
      ...{ kind: 'calendar-disagreement', venues: ['KRX'], day: '2026-12-01', counts: 'closed, by mine' },
      others: ['open, by CTCA0903R', expect.stringMatching(/^open 09:00-15:30, by built-in/)],
    },
  ]);
  now = kst('2026-11-28T00:00:01');
  await heard;
  await keeper.close();
  expect(events.filter(({ kind }) => kind === 'calendar-disagreement')).toHaveLength(1);
  expect(asked()).toBe(2);
});

test('a day that nobody knows spends no quota: it is neither planned nor a hole', async () => {
  const { hub, sim, start, store, redisUrl, prefix, storeId } = await open();
  await start({ hub: hub(), store: { store, id: storeId } });
  const series = { broker: 'kis', venue: 'KRX', interval: '1d', symbols: ['005930'] } as const;
  const request = { ...series, from: '2023-12-28', to: '2024-01-03' };
  await expect(planBackfill({ redisUrl, prefix, storeId, request })).rejects.toMatchObject({ code: 'HUB_RANGE' });
  const gap = {
    ...({ id: 'g', kind: 'trade', symbol: '005930', venue: 'KRX', cause: 'disconnect', missing: null } as const),
    ...{ sinceMs: kst('2023-12-28T10:00:00'), untilMs: kst('2023-12-28T10:05:00') },
  };
  const provenance = {
    broker: 'kis',
    source: 'WS_KIS',
    keyId: null,
    receivedAtMs: friday,
    normaliserVersion: 1,
  } as const;
  await store.writeFeed({ batchId: 'b', provenance, ticks: [], books: [], gaps: [gap] });
  expect(await askHoles({ redisUrl, prefix, storeId })).toEqual([]);
  const told = { venue: 'KRX', day: '2023-12-28', state: 'open', openMs: null, closeMs: null } as const;
  await store.saveTradingDays([{ ...told, source: 'told by a test', fetchedAtMs: 1 }]);
  expect(await askHoles({ redisUrl, prefix, storeId })).toMatchObject([{ day: '2023-12-28' }]);
  const day = { venue: 'KRX', fromDay: '2023-12-28', toDay: '2023-12-28' } as const;
  const [known] = await askCalendar({ redisUrl, prefix, storeId }, day);
  expect([known]).toEqual(await store.calendar(day));
  expect(known).toMatchObject({ state: 'open', hoursAssumed: true, source: 'told by a test' });
  expect(sim.journal()).toMatchObject({ calls: 0, tokenIssues: { kis: 0 } });
});
