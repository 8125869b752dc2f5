// What is right of a stretch once it is settled, case by case: a second Sentinel and a second backfill spend no call.
import { randomUUID } from 'node:crypto';

import { defaultSymbols, type BrokerSimOptions } from '@hub/broker-sim';
import type { FeedBatch, KnownStretch, NewTick, Venue } from '@hub/store';
import { expect, test } from 'vitest';

import { planBackfill } from '../../src/backfill/plan.js';
import { runBackfill } from '../../src/backfill/run.js';
import { openWorld, type World } from '../support/holes.js';

interface Series {
  readonly symbol: string;
  readonly venue: Venue;
}

interface Settled {
  readonly world: World;
  /** `state by reason` of each hole, in the order of their beginnings. */
  readonly closings: readonly string[];
  /** Of the minute bars and of the trades: `from–to state`, KST. */
  readonly bars: readonly string[];
  /** Calls of the first round, and of the second. */
  readonly calls: readonly [first: number, second: number];
}

const instant = (day: string, wallClock: string): number => Date.parse(`${day}T${wallClock}+09:00`);
const kst = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19);

const truthOf = (world: World, { symbol, venue }: Series, day: string): NewTick[] => {
  const { second, volume, price } = world.sim.market.ticks(symbol, venue, day.replaceAll('-', ''));
  return [...second].map((each, index): NewTick => {
    const atMs = instant(day, '00:00:00') + each * 1_000;
    const dayVolume = volume[index] ?? 0;
    return {
      ...{ symbol, venue, day, dayVolume, atMs, receivedMs: atMs + 150, price: price[index] ?? 0 },
      ...{ size: dayVolume - (volume[index - 1] ?? 0), dayValue: null, side: null, ask: null, bid: null },
    };
  });
};

const gapOf = (series: Series, day: string, from: string, to: string): FeedBatch['gaps'][number] => ({
  ...{ id: randomUUID(), kind: 'trade', ...series, cause: 'disconnect', missing: null },
  ...{ sinceMs: instant(day, from), untilMs: instant(day, to) },
});

interface Story {
  /** When it is settled, KST. */
  readonly now: readonly [day: string, wallClock: string];
  readonly market?: Pick<BrokerSimOptions, 'symbols' | 'haltedSymbolDays'>;
  readonly series: Series;
  /** Days whose minute bars are wanted. */
  readonly days: readonly [from: string, to: string];
  readonly gaps: readonly FeedBatch['gaps'][number][];
  /** Those of the gaps that are holes. */
  readonly holes: number;
  readonly ticks?: (world: World) => readonly NewTick[];
}

const settle = async ({ now, market = {}, series, days, gaps, holes, ticks }: Story): Promise<Settled> => {
  const world = await openWorld(instant(...now), market);
  const { stage, sim, tell, watch, ended } = world;
  const { redisUrl, prefix, storeId, store } = stage;
  const { symbol, venue } = series;
  const request = { broker: 'kis', symbols: [symbol], venue, interval: '1m', from: days[0], to: days[1] } as const;
  const backfill = async (): Promise<void> => {
    const plan = await planBackfill({ redisUrl, prefix, storeId, request });
    expect(await runBackfill({ redisUrl, prefix, plan })).toMatchObject({ failed: [] });
  };
  await tell({ ticks: ticks?.(world) ?? [], gaps });
  const first = await watch();
  const found = await ended(holes);
  await first.close();
  await backfill();
  const { calls } = sim.journal();
  expect(await store.holes({ kind: 'trade' })).toEqual([]);
  const second = await watch();
  // A hole that costs nothing: the second Sentinel has been all the way round when it has ended.
  await tell({ ticks: [], gaps: [{ ...gapOf(series, now[0], '11:00:00', '11:00:01'), kind: 'book' }] });
  await ended(holes + 1);
  await second.close();
  await backfill();
  const known = await store.coverageOf({
    ...{ symbols: [symbol], venue, kind: 'candle', interval: '1m', fromDay: days[0], toDay: days[1] },
  });
  return {
    world,
    closings: found
      .toSorted((left, right) => left.hole.fromMs - right.hole.fromMs)
      .map(({ closing }) =>
        'by' in closing ? `${closing.state} by ${closing.by}` : `${closing.state}: ${closing.reason}`,
      ),
    bars: known.stretches.map(shown),
    calls: [calls, sim.journal().calls - calls],
  };
};

const shown = ({ day, fromMs, toMs, state }: KnownStretch): string => `${day} ${kst(fromMs)}–${kst(toMs)} ${state}`;

const samsung = { symbol: '005930', venue: 'KRX' } as const;
const thin = { symbol: '003460', venue: 'KRX' } as const;

test('a halted share: halted by the word of the broker, and its trades lack nothing', async () => {
  const { closings, bars, calls } = await settle({
    now: ['2026-11-06', '20:30:00'],
    market: { haltedSymbolDays: [{ symbol: '005930', day: '20261106' }] },
    series: samsung,
    days: ['2026-11-06', '2026-11-06'],
    gaps: [gapOf(samsung, '2026-11-06', '11:00:00', '11:10:00')],
    holes: 1,
  });
  expect(closings).toEqual(['recovered by kis']);
  expect(bars).toEqual(['2026-11-06 09:00:00–15:31:00 halted']);
  expect(calls[1]).toBe(0);
});

test('a day of the past without a bar: nobody says why, so it is verified empty', async () => {
  const { bars, calls } = await settle({
    now: ['2026-11-06', '20:30:00'],
    market: { haltedSymbolDays: [{ symbol: '005930', day: '20261104' }] },
    series: samsung,
    days: ['2026-11-04', '2026-11-04'],
    gaps: [gapOf(samsung, '2026-11-04', '11:00:00', '11:10:00')],
    holes: 1,
  });
  expect(bars).toEqual(['2026-11-04 09:00:00–15:31:00 verified_empty']);
  expect(calls[1]).toBe(0);
});

test('the examination day: an hour later, and what lies before the opening is no hole', async () => {
  const { closings, bars, calls } = await settle({
    now: ['2026-11-19', '20:30:00'],
    series: samsung,
    days: ['2026-11-19', '2026-11-19'],
    gaps: [gapOf(samsung, '2026-11-19', '09:10:00', '09:20:00'), gapOf(samsung, '2026-11-19', '16:10:00', '16:10:30')],
    holes: 1,
  });
  expect(closings).toEqual(['recovered by kis']);
  expect(bars).toEqual(['2026-11-19 10:00:00–16:31:00 present']);
  expect(calls[1]).toBe(0);
});

test('minutes of Nextrade alone: filled from Nextrade, and none of KRX', async () => {
  const nextrade = { symbol: '005930', venue: 'NXT' } as const;
  const { world, closings, bars, calls } = await settle({
    now: ['2026-11-06', '20:30:00'],
    series: nextrade,
    days: ['2026-11-06', '2026-11-06'],
    gaps: [
      gapOf(nextrade, '2026-11-06', '08:10:00', '08:10:30'),
      // The same time of KRX is outside its session.
      gapOf(samsung, '2026-11-06', '08:10:00', '08:10:30'),
    ],
    holes: 1,
  });
  expect(closings).toEqual(['recovered by kis']);
  expect(bars).toEqual(['2026-11-06 08:00:00–20:01:00 present']);
  const told = async (venue: Venue): Promise<string[]> => {
    const hours: string[] = [];
    for await (const { atMs } of world.stage.store.ticks({ symbol: '005930', venue, day: '2026-11-06' }))
      hours.push(kst(atMs ?? 0).slice(0, 2));
    return [...new Set(hours)];
  };
  expect(await told('NXT')).toEqual(['08']);
  expect(await told('KRX')).toEqual([]);
  expect(calls[1]).toBe(0);
});

test('an expired day: bars in place of trades that nobody tells any more, and neither where both are too old', async () => {
  const { closings, bars, calls } = await settle({
    now: ['2026-11-06', '12:00:00'],
    series: samsung,
    days: ['2025-06-02', '2025-06-02'],
    gaps: [gapOf(samsung, '2025-06-02', '11:00:00', '11:10:00'), gapOf(samsung, '2026-11-02', '11:00:00', '11:10:00')],
    holes: 2,
  });
  const lost = 'expired: no broker tells the trades of that day any more';
  expect(closings).toEqual([`${lost}; nor do they tell its minute bars`, `${lost}; its minute bars are here`]);
  expect(bars).toEqual(['2025-06-02 09:00:00–15:31:00 expired']);
  // A day of minute bars at KIS, and nothing for what is older than any broker keeps.
  expect(calls).toEqual([4, 0]);
});

test('minutes without a trade: known to be empty within a day that is here, and a hole in them costs nothing', async () => {
  const day = '2026-11-06';
  const { world, closings, bars, calls } = await settle({
    now: [day, '20:30:00'],
    market: { symbols: defaultSymbols },
    series: thin,
    days: [day, day],
    gaps: [gapOf(thin, day, '12:00:00', '12:00:20')],
    holes: 1,
    // Another feed has told the trades around it.
    ticks: (around) => truthOf(around, thin, day),
  });
  expect(closings).toEqual(['recovered by present']);
  expect(bars).toEqual([`${day} 09:00:00–15:31:00 present`]);
  let minutes = 0;
  for await (const { volume } of world.stage.store.candles({ symbols: [thin.symbol], interval: '1m' }))
    minutes += volume > 0 ? 1 : 0;
  expect(minutes).toBeGreaterThan(0);
  expect(minutes).toBeLessThan(200);
  expect(calls[1]).toBe(0);
});

test('the day of a split: raw prices, each day with its own volumes, no mismatch and no gap', async () => {
  const [before, day] = ['2026-02-27', '2026-03-03'];
  const { world, closings, bars, calls } = await settle({
    now: ['2026-11-06', '12:00:00'],
    market: { symbols: defaultSymbols },
    series: thin,
    days: [before, day],
    gaps: [gapOf(thin, day, '11:00:00', '11:00:20')],
    holes: 1,
    ticks: (around) => [...truthOf(around, thin, before), ...truthOf(around, thin, day)],
  });
  expect(closings).toEqual(['recovered by present']);
  expect(bars).toEqual([`${before} 09:00:00–15:31:00 present`, `${day} 09:00:00–15:31:00 present`]);
  const { store } = world.stage;
  for (const each of [before, day]) {
    expect(await store.verifyTicks({ venue: 'KRX', day: each })).toMatchObject({ gaps: 0 });
  }
  const closes: number[] = [];
  for await (const { close } of store.candles({ symbols: [thin.symbol], interval: '1m' })) closes.push(close);
  // One old share is five new ones.
  expect((closes[0] ?? 0) / (closes.at(-1) ?? 1)).toBeGreaterThan(4);
  expect(await store.holes({ kind: 'trade' })).toEqual([]);
  expect(calls[1]).toBe(0);
});
