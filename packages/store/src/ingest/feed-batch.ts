import type { FeedSource, Venue } from '../database/index.js';
import type { BookRow, GapRow, TickRow } from '../query/index.js';

/** Where the rows of a feed batch come from. */
export interface FeedProvenance {
  readonly broker: 'kis' | 'kiwoom';
  /** The way of all its ticks and books; one of the broker's own. */
  readonly source: FeedSource;
  /** First 12 hex digits of SHA-256(app key), never the key; null where a feed is held by another process. */
  readonly keyId: string | null;
  /** When the last of its events arrived, UTC epoch ms. */
  readonly receivedAtMs: number;
  /** `normaliserVersion` of the client that made the rows. */
  readonly normaliserVersion: number;
}

/** A trade to be written. */
export type NewTick = Omit<TickRow, 'source' | 'batchId'>;
/** An order book to be written. */
export type NewBook = Omit<BookRow, 'source' | 'batchId'>;
/** A gap to be written, or the end of one that was. */
export type NewGap = Omit<GapRow, 'broker' | 'batchId' | 'closedBy'>;

/** A feed that a collector receives from then on. */
export interface FeedBeginning {
  readonly kind: 'trade' | 'book';
  readonly symbol: string;
  readonly venue: Venue;
  /** Everything from then on reaches the collector, UTC epoch ms. */
  readonly atMs: number;
}

/**
 * The collector that tells a batch, from its start to its end. Its batches have to be committed in order, so that what the last one
 * tells is where its rows end.
 */
export interface FeedRun {
  /** The same in all batches of one run, and in none of another. 100 characters at most. */
  readonly id: string;
  /** Each feed once, with its first rows or before them. Where it is left out, a run begins with its first row. */
  readonly begun: readonly FeedBeginning[];
}

/** The part of a gap that lies within one trading day, and which a batch is to close. Instants: UTC epoch ms. */
export interface FeedRecovery {
  readonly gapId: string;
  readonly kind: 'trade' | 'book';
  readonly symbol: string;
  readonly venue: Venue;
  /** The Korean trading day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Whether the batch brings all that a broker tells of this stretch. The part is closed if the cumulative volume proves that
   * nothing is missing from the trade before it until the one behind it, or until the last one that the broker told; where nobody
   * was asked there has to be one behind it.
   */
  readonly asked: boolean;
  /** Why nobody can tell what is missing, in English: then it is given up. */
  readonly unavailable?: string;
  /** The same where brokers have told it once and do so no longer. */
  readonly expired?: string;
}

/** What live feeds of one broker have told in a while. Written whole or not at all. */
export interface FeedBatch {
  /** Stable. A second delivery with this id is a no-op that succeeds. */
  readonly batchId: string;
  readonly provenance: FeedProvenance;
  /**
   * With it the time since an earlier run becomes a gap with the cause `not-collected`, from the last row of that run on, and a gap
   * that the earlier run left open ends where this one begins. Left out, nothing is known of the time between.
   */
  readonly run?: FeedRun;
  /** It brings back what a gap has left out. */
  readonly recovery?: FeedRecovery;
  /** Of two with one identity, here or in the store, the first one stays. */
  readonly ticks: readonly NewTick[];
  readonly books: readonly NewBook[];
  /** Told again with its end, a gap is closed. */
  readonly gaps: readonly NewGap[];
}

/** What became of a feed batch: how many rows the store did not have. A repeated delivery reports none. */
export interface FeedWriteResult {
  readonly batchId: string;
  readonly ticks: number;
  readonly books: number;
  /** Gaps that are new, or whose end is. */
  readonly gaps: number;
  /** Of a batch with a recovery. */
  readonly recovery?: RecoveryResult;
  /** UTC epoch ms, by the clock of the store. */
  readonly committedAtMs: number;
}

/** What became of a part of a gap. */
export interface RecoveryResult {
  /** `open`: the chain of cumulative volumes is still broken. */
  readonly state: 'recovered' | 'unavailable' | 'expired' | 'open';
  /** Shares that the chain lacks; 0 unless it is open. */
  readonly missing: number;
}
