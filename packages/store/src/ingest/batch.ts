import type { CoverageRow } from '../coverage/index.js';
import type { CandleRow } from '../query/index.js';

/** Where the rows of a batch come from. */
export interface Provenance {
  /** Ids of the requests to the broker, in order. */
  readonly requestIds: readonly string[];
  /** The broker's operation: KIS `tr_id`, Kiwoom `api-id`. */
  readonly tr: string;
  readonly broker: 'kis' | 'kiwoom';
  /** First 12 hex digits of SHA-256(app key); never the key. */
  readonly keyId: string;
  /** When the last answer arrived, epoch ms. Of two values for one bar the one fetched later stays. */
  readonly fetchedAtMs: number;
  readonly normaliserVersion: number;
}

/** The rows of one fetched window, with what they prove. Written whole or not at all. */
export interface CandleBatch {
  /** Stable id of the fetched window. A second delivery with this id is a no-op that succeeds. */
  readonly batchId: string;
  readonly provenance: Provenance;
  readonly rows: readonly CandleRow[];
  readonly coverage: readonly CoverageRow[];
}

/** What became of the rows of a batch. A repeated delivery reports the first one's commit, and all rows unchanged. */
export interface WriteResult {
  readonly batchId: string;
  readonly inserted: number;
  readonly updated: number;
  /** Equal to what was stored, or fetched earlier than it. */
  readonly unchanged: number;
  /** Epoch ms. */
  readonly committedAtMs: number;
}
