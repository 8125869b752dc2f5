import { tradingDays, type Venue } from './calendar.js';
import { instant, kstDay, kstSecond, type Day } from './kst.js';
import { historyFrom, type Market } from './market.js';
import type { Bar } from './bars.js';

/** What is asked of the truth. */
export interface TruthQuery {
  readonly symbols: readonly string[];
  readonly venue: Venue;
  readonly interval: '1m' | '1d';
  /** First and last day, both inclusive, `YYYY-MM-DD` or `YYYYMMDD`, KST. */
  readonly from: string;
  readonly to: string;
}

/** One bar that is over. Prices in KRW; `value` is the traded value of this bar alone (KRW). */
export interface TruthRow {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: '1m' | '1d';
  /** Start of the bar, epoch ms UTC; a daily bar starts at KST midnight. */
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number;
}

/** One symbol on one trading day of the range. */
export interface TruthDay {
  readonly symbol: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Bars of this day that are over. */
  readonly rows: number;
  readonly halted: boolean;
  /** False when the chart endpoint no longer offers the day. */
  readonly retained: boolean;
}

/** What a store must hold now: every bar that is over, and what is to be known of each day. */
export interface Truth {
  readonly rows: readonly TruthRow[];
  /** Trading days of the range up to today, of each symbol. */
  readonly days: readonly TruthDay[];
}

const dashed = (day: Day): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;

/** What a store must hold at `at` (epoch ms) about the days of the query. Days without trading and days to come are not listed. */
export const truthAt = (
  market: Market,
  query: TruthQuery,
  clock: { readonly at: number; readonly oldestMinuteDay: Day },
): Truth => {
  const today = kstDay(clock.at);
  const second = kstSecond(clock.at);
  const from = query.from.replaceAll('-', '');
  const asked = query.to.replaceAll('-', '');
  const to = asked < today ? asked : today;
  const { venue, interval } = query;
  const oldest = interval === '1m' ? clock.oldestMinuteDay : historyFrom;
  const rows: TruthRow[] = [];
  const days: TruthDay[] = [];

  const barsOver = (symbol: string, day: Day): readonly Bar[] => {
    if (interval === '1d') {
      const over = day < today || second >= (market.session(venue, day)?.overAt ?? 0);
      const bar = over ? market.day(symbol, venue, day) : undefined;
      return bar === undefined ? [] : [bar];
    }
    const bars = market.bars(symbol, venue, day);
    return day < today ? bars : bars.filter((bar) => (bar.minute + 1) * 60 <= second);
  };

  for (const symbol of query.symbols) {
    for (const day of tradingDays(from < historyFrom ? historyFrom : from, to)) {
      const bars = barsOver(symbol, day);
      days.push({
        symbol,
        day: dashed(day),
        rows: bars.length,
        halted: market.halted(symbol, day),
        retained: day >= oldest,
      });
      for (const { minute, open, high, low, close, volume, value } of bars) {
        const startMs = instant(day, minute * 60);
        rows.push({ symbol, venue, interval, startMs, open, high, low, close, volume, value });
      }
    }
  }
  return { rows, days };
};
