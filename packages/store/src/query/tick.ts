import type { FeedSource, Venue } from '../database/index.js';

/** One trade. Symbol, venue, day and `dayVolume` are its identity: both brokers, feeds and pages agree on it. */
export interface TickRow {
  readonly symbol: string;
  readonly venue: Venue;
  /** The Korean trading day, `YYYY-MM-DD`. */
  readonly day: string;
  /** Shares that were traded on the day so far, this trade included. */
  readonly dayVolume: number;
  /** Time of the exchange, UTC epoch ms, whole seconds; null where the broker's could not be read. */
  readonly atMs: number | null;
  /** When it reached the process that holds the feed, UTC epoch ms of that machine. */
  readonly receivedMs: number;
  /** KRW, at most 4 decimals. */
  readonly price: number;
  /** Shares of this trade. */
  readonly size: number;
  /** KRW that were traded on the day so far; Kiwoom tells whole millions. null where it is not told. */
  readonly dayValue: number | null;
  /** Who moved: `buy` took the offer, `sell` hit the bid. null in auctions and where it is not told. */
  readonly side: 'buy' | 'sell' | null;
  /** Best offer at the trade, KRW; null where that side was empty. */
  readonly ask: number | null;
  /** Best bid at the trade, KRW; likewise. */
  readonly bid: number | null;
  readonly source: FeedSource;
  /** Of the batch that brought it. */
  readonly batchId: string;
}
