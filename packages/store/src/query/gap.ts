import type { FeedKind, Venue } from '../database/index.js';

/** A stretch of time in which something of a feed may be missing. */
export interface GapRow {
  /** The same at its beginning and at its end. */
  readonly id: string;
  readonly broker: 'kis' | 'kiwoom';
  readonly kind: FeedKind;
  /** Empty only of a `notice`. */
  readonly symbol: string;
  readonly venue: Venue;
  /** Everything up to then was received, UTC epoch ms. */
  readonly sinceMs: number;
  /** Everything from then on was received again, UTC epoch ms; null while it lasts, and where nobody has collected the feed since. */
  readonly untilMs: number | null;
  /** The client's word for it, such as `disconnect`; `not-collected`: between two runs of collectors, from the last row of the first. */
  readonly cause: string;
  /** Shares that are missing, where the cumulative volume tells. */
  readonly missing: number | null;
  /** Of the batch that told of it first. */
  readonly batchId: string;
  /** Of the batch that told its end; null also where the end follows from a later run, which received the feed from then on. */
  readonly closedBy: string | null;
}
