import type { FeedSource, Venue } from '../database/index.js';

/** What waits at one price. */
export interface BookLevelRow {
  /** KRW, at most 4 decimals. */
  readonly price: number;
  /** Shares. */
  readonly size: number;
}

/** One state of an order book. One that two collectors wrote is one row. */
export interface BookRow {
  readonly symbol: string;
  readonly venue: Venue;
  /** Time of the exchange, UTC epoch ms, whole seconds; null where the broker's could not be read. */
  readonly atMs: number | null;
  /** When it reached the process that holds the feed, UTC epoch ms of that machine. */
  readonly receivedMs: number;
  /** The lowest first, ten at most. */
  readonly asks: readonly BookLevelRow[];
  /** The highest first, ten at most. */
  readonly bids: readonly BookLevelRow[];
  /** Shares on either side as the broker adds them up. */
  readonly totalAskSize: number;
  readonly totalBidSize: number;
  /** What an auction would have printed; null outside of one. */
  readonly expected: BookLevelRow | null;
  readonly source: FeedSource;
  /** Of the batch that brought it. */
  readonly batchId: string;
}
