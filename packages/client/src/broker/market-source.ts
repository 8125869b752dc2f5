import type { Answer } from '../request/contract.js';
import type { BrokerName, Params } from './contract.js';

/** How market data of a broker is fetched: calls through the hub, by the names of its catalogue. */
export interface MarketSource<Name extends string> {
  readonly call: (endpoint: Name, params: Params) => Promise<Answer>;
  /** At most `maxPages` of them; 100 unless given. */
  readonly pages: (endpoint: Name, params: Params, maxPages?: number) => AsyncIterable<Answer>;
  readonly now: () => number;
}

/** Which answers rows come from. */
export interface Provenance {
  readonly broker: BrokerName;
  /** The broker's operation: KIS `tr_id`, Kiwoom `api-id`. */
  readonly tr: string;
  /** Of the calls that were answered, in their order; the same as in `Answer`, spans and log lines. */
  readonly requestIds: readonly string[];
  /** When the last of the answers was complete, UTC epoch ms. */
  readonly fetchedAtMs: number;
  /** By whose quota: first 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
}

/** When the first answer of a window was complete: later ones can only know more. */
export const answeredAt = (answers: readonly Answer[], now: number): number => answers[0]?.receivedAt ?? now;

export const provenanceOf = (broker: BrokerName, answers: readonly Answer[], now: number): Provenance => ({
  broker,
  tr: answers[0]?.tr ?? '',
  requestIds: answers.map(({ requestId }) => requestId),
  fetchedAtMs: answers.at(-1)?.receivedAt ?? now,
  keyId: answers[0]?.keyId ?? '',
});
