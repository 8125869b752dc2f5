import type { CandleBatch, CandleQuery } from '../broker/candle.js';
import { checkQuery, type Retention } from '../broker/candle-query.js';
import type { CandleSource } from '../broker/candle-source.js';
import type { BrokerName } from '../broker/contract.js';
import { estimatedKisCalls, kisCandleBatches, kisRetention } from '../broker/kis/candles.js';
import type { KisEndpointName } from '../broker/kis/catalogue.js';
import {
  estimatedKiwoomCalls,
  kiwoomCandleBatches,
  kiwoomDaysAtOnce,
  kiwoomRetention,
} from '../broker/kiwoom/candles.js';
import type { KiwoomEndpointName } from '../broker/kiwoom/catalogue.js';

export { normaliserVersion, sourceOf } from '../broker/candle.js';
export { brokerNames } from '../broker/contract.js';

const retentions = { kis: kisRetention, kiwoom: kiwoomRetention } as const satisfies Record<BrokerName, Retention>;

/**
 * Raised before anything is sent: HUB_SYMBOL_UNKNOWN, HUB_CALL_INVALID, HUB_RANGE. `now` (UTC epoch ms) decides what is
 * too old and what has not happened yet.
 */
export const checkCandleQuery = (query: CandleQuery, now: number): void => {
  checkQuery(query, now, retentions[query.broker ?? 'kis']);
};

type Series = Pick<CandleQuery, 'venue' | 'interval' | 'broker'>;

/** Calls that a range of trading days takes at most, for plans. `today` is the KST day of the plan. */
export const estimatedCandleCalls = (series: Series, days: readonly string[], today: string): number =>
  series.broker === 'kiwoom' ? estimatedKiwoomCalls(series, days) : estimatedKisCalls(series, days, today);

/** Trading days of minute bars that a broker answers best together. */
export const daysAtOnce = (broker: BrokerName, { venue }: Pick<CandleQuery, 'venue'>): number =>
  broker === 'kiwoom' ? kiwoomDaysAtOnce(venue) : 1;

export interface CandleSources {
  readonly kis: CandleSource<KisEndpointName>;
  readonly kiwoom: CandleSource<KiwoomEndpointName>;
}

/** The bars of a range from one broker, window by window; checked first, see `checkCandleQuery`. */
export async function* candleBatchesOf(
  query: CandleQuery & { readonly broker: BrokerName },
  sources: CandleSources,
): AsyncGenerator<CandleBatch> {
  checkCandleQuery(query, sources[query.broker].now());
  yield* query.broker === 'kiwoom' ? kiwoomCandleBatches(query, sources.kiwoom) : kisCandleBatches(query, sources.kis);
}
