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
  /** Everything from then on was received again, UTC epoch ms; null while it lasts, and where nobody has told its end. */
  readonly untilMs: number | null;
  /** The client's word for it, such as `disconnect`. */
  readonly cause: string;
  /** Shares that are missing, where the cumulative volume tells. */
  readonly missing: number | null;
  /** Of the batch that told of it first. */
  readonly batchId: string;
  /** Of the batch that told its end. */
  readonly closedBy: string | null;
}
