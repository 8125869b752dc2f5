export const venues = ['KRX', 'NXT', 'UN'] as const;
/** The Korea Exchange, Nextrade, or both together as the brokers merge them. */
export type Venue = (typeof venues)[number];

export const barIntervals = ['1m', '1d'] as const;
export type BarInterval = (typeof barIntervals)[number];

export const sources = [
  'REST_API_KIS',
  'REST_API_KIWOOM',
  'TICK_AGGREGATION_VERIFIED',
  'TICK_AGGREGATION_UNVERIFIED',
] as const;
/** Where a bar comes from, best first: `candles_best` picks by this order. */
export type Source = (typeof sources)[number];

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
