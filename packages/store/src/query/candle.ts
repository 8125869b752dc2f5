import type { BarInterval, Source, Venue } from '../database/index.js';

/** One bar. Its key is (symbol, venue, interval, startMs, source): no source overwrites another. */
export interface CandleRow {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: BarInterval;
  /** Start of the bar, UTC epoch ms. A daily bar starts at midnight in Korea. */
  readonly startMs: number;
  readonly source: Source;
  /** Prices are raw KRW (not adjusted), at most 4 decimals. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares. */
  readonly volume: number;
  /** Traded value in KRW; null where the source does not tell. */
  readonly value: number | null;
}
