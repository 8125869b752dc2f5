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
  /** When the last answer arrived, UTC epoch ms. Of two values for one bar the one fetched later stays. */
  readonly fetchedAtMs: number;
  /** `normaliserVersion` of the client that made the rows. */
  readonly normaliserVersion: number;
}

/** One answer of a broker as it came. Holds no header but those that point to the next page: never a token or a key. */
export interface RawPage {
  /** What was asked, and what else reading the answer again takes, as JSON. */
  readonly request: string;
  /** The JSON body. */
  readonly body: string;
  /** When the answer was complete, UTC epoch ms. */
  readonly fetchedAtMs: number;
}

/** The rows of one fetched window, with what they prove. Written whole or not at all. */
export interface CandleBatch {
  /** Stable id of the fetched window. A second delivery with this id is a no-op that succeeds. */
  readonly batchId: string;
  readonly provenance: Provenance;
  /** No two of one key; anything that breaks the contract of `CandleRow` is HUB_BATCH_INVALID. */
  readonly rows: readonly CandleRow[];
  /** What the answers behind the rows prove, empty stretches included. */
  readonly coverage: readonly CoverageRow[];
  /** The answers behind the rows, in the order in which they were asked for; kept by a store with `rawKeepDays`. */
  readonly raw?: readonly RawPage[];
}

/** What became of the rows of a batch. A repeated delivery reports the first one's commit, and all rows unchanged. */
export interface WriteResult {
  readonly batchId: string;
  /** Bars that the store did not have of this source. */
  readonly inserted: number;
  /** Bars that it had with another value. */
  readonly updated: number;
  /** Equal to what was stored, or fetched earlier than it. */
  readonly unchanged: number;
  /** UTC epoch ms, by the clock of the store. */
  readonly committedAtMs: number;
}
