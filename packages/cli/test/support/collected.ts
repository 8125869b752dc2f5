import { defaultSymbols } from '@hub/broker-sim';
import { koreanDay, openStore, type GapRow, type Store, type TickRow } from '@hub/store';

import { openStage } from './stage.js';

/** Ten o'clock of a day on which all of them trade. */
const day = '2026-11-06';
const start = Date.parse(`${day}T10:00+09:00`);
export const symbols = ['005930', '000660'] as const;

/** A market with some hundred trades a second: its clock runs that much faster than ours. */
export const openMarket = (speed = 100) => {
  const began = performance.now();
  return openStage({
    now: () => start + speed * (performance.now() - began),
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 60, idleShare: 0 })),
  });
};

/** What a collector has left behind. */
export interface Collected {
  /** Trades by share, ascending by cumulative volume. */
  readonly ticks: ReadonlyMap<string, readonly TickRow[]>;
  readonly books: ReadonlyMap<string, readonly { readonly receivedMs: number }[]>;
  readonly gaps: readonly GapRow[];
  readonly rows: number;
  /** Trades before which others are missing, as the cumulative volume tells, though no gap says so. */
  readonly unexcused: readonly string[];
}

export const collected = async (path: string): Promise<Collected> => {
  await using store = await openStore({ path });
  const gaps = await all(store.gaps());
  const ticks = new Map<string, TickRow[]>();
  const books = new Map<string, { receivedMs: number }[]>();
  const unexcused: string[] = [];
  for (const symbol of symbols) {
    books.set(symbol, await all(store.books({ symbol, venue: 'KRX' })));
    const rows = await ticksOf(store, symbol);
    ticks.set(symbol, rows);
    const own = gaps.filter((gap) => gap.kind === 'trade' && gap.symbol === symbol);
    for (const [index, { receivedMs, dayVolume, size }] of rows.entries()) {
      const before = rows[index - 1];
      if (before === undefined || dayVolume - size === before.dayVolume) continue;
      const excused = own.some((gap) => gap.sinceMs <= receivedMs && (gap.untilMs ?? Infinity) >= before.receivedMs);
      if (!excused) unexcused.push(`${symbol} ${dayVolume}`);
    }
  }
  const summary = await store.summary();
  return { ticks, books, gaps, rows: summary.ticks + summary.books + summary.gaps, unexcused };
};

/** The day of its market; today as well, for a feed that tells no date. */
const ticksOf = async (store: Store, symbol: string): Promise<TickRow[]> => {
  const days = new Set([day, koreanDay(Date.now())]);
  const rows = await Promise.all([...days].map((each) => all(store.ticks({ symbol, venue: 'KRX', day: each }))));
  return rows.flat();
};

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};
