import type { Answer } from '../request/contract.js';
import type { CandleBatch } from './candle.js';
import type { BrokerName, Params } from './contract.js';

/** How the bars of a broker are fetched: calls through the hub, by the names of its catalogue. */
export interface CandleSource<Name extends string> {
  readonly call: (endpoint: Name, params: Params) => Promise<Answer>;
  readonly pages: (endpoint: Name, params: Params) => AsyncIterable<Answer>;
  readonly now: () => number;
}

/** When the first answer of a window was complete: later ones can only know more. */
export const answeredAt = (answers: readonly Answer[], now: number): number => answers[0]?.receivedAt ?? now;

/** Where the bars of a window come from. */
export const provenanceOf = (
  broker: BrokerName,
  answers: readonly Answer[],
  now: number,
): Pick<CandleBatch, 'broker' | 'tr' | 'requestIds' | 'fetchedAtMs' | 'keyId'> => ({
  broker,
  tr: answers[0]?.tr ?? '',
  requestIds: answers.map(({ requestId }) => requestId),
  fetchedAtMs: answers.at(-1)?.receivedAt ?? now,
  keyId: answers[0]?.keyId ?? '',
});
