import type { CandleBatch, CandleQuery, Interval } from '../broker/candle.js';
import { checkQuery, checkStock, type Retention, type StockQuery } from '../broker/candle-query.js';
import type { BrokerName } from '../broker/contract.js';
import { estimatedKisCalls, kisCandleBatches, kisRetention } from '../broker/kis/candles.js';
import type { KisEndpointName } from '../broker/kis/catalogue.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kisOrderBook, kisQuote } from '../broker/kis/quotes.js';
import { kisTickBatches } from '../broker/kis/ticks.js';
import {
  estimatedKiwoomCalls,
  kiwoomCandleBatches,
  kiwoomDaysAtOnce,
  kiwoomRetention,
} from '../broker/kiwoom/candles.js';
import type { KiwoomEndpointName } from '../broker/kiwoom/catalogue.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { kiwoomOrderBook, kiwoomQuote } from '../broker/kiwoom/quotes.js';
import { kiwoomTickBatches } from '../broker/kiwoom/ticks.js';
import type { MarketSource } from '../broker/market-source.js';
import { RangeInvalid } from '../error/index.js';
import type { OrderBook, Quote } from '../broker/quote.js';
import type { TickBatch, TickQuery } from '../broker/tick.js';

export { normaliserVersion, sourceOf } from '../broker/candle.js';
export { brokerNames } from '../broker/contract.js';

const retentions = { kis: kisRetention, kiwoom: kiwoomRetention } as const satisfies Record<BrokerName, Retention>;

/**
 * Throws what `hub.candles` would reject with before anything is sent: HUB_SYMBOL_UNKNOWN, HUB_CALL_INVALID (venue, interval,
 * broker), HUB_RANGE. `now` (UTC epoch ms) decides what is too old and what has not happened yet. A query that names no broker
 * is judged as one of KIS.
 */
export const checkCandleQuery = (query: CandleQuery, now: number): void => {
  checkStock(query);
  checkQuery(query, now, retentions[query.broker ?? 'kis']);
};

type Series = Pick<CandleQuery, 'venue' | 'interval' | 'broker'>;

/**
 * Calls that a range of trading days takes at most, for plans; asks nobody. `days` and `today`, the day of the plan, are KST
 * days `YYYY-MM-DD`. A series that names no broker is one of KIS.
 */
export const estimatedCandleCalls = (series: Series, days: readonly string[], today: string): number =>
  series.broker === 'kiwoom' ? estimatedKiwoomCalls(series, days) : estimatedKisCalls(series, days, today);

/** Trading days of minute bars that a broker answers best together: 1 at KIS, which is asked day by day. */
export const daysAtOnce = (broker: BrokerName, { venue }: Pick<CandleQuery, 'venue'>): number =>
  broker === 'kiwoom' ? kiwoomDaysAtOnce(venue) : 1;

/**
 * Calendar days for which a broker keeps bars, as far as is known (see its `limits.ts` for source and date); Infinity for
 * daily bars, which reach back for decades.
 */
export const historyKeptDays = (broker: BrokerName, interval: Interval): number =>
  interval === '1d' ? Number.POSITIVE_INFINITY : retentions[broker].minuteBarDays;

/**
 * Of how many sessions a broker tells single trades, the running one included, as far as is known (see its `limits.ts` for source and
 * date).
 */
export const tradeSessionsKept = (broker: BrokerName): number =>
  ({ kis: kisLimits, kiwoom: kiwoomLimits })[broker].tradeSessions.value;

export interface MarketSources {
  readonly kis: MarketSource<KisEndpointName>;
  readonly kiwoom: MarketSource<KiwoomEndpointName>;
}

/** A query that says whom to ask. */
export type Addressed<Query> = Query & { readonly broker: BrokerName };

/** The bars of a range from one broker, window by window; checked first, see `checkCandleQuery`. */
export async function* candleBatchesOf(
  query: Addressed<CandleQuery>,
  sources: MarketSources,
): AsyncGenerator<CandleBatch> {
  checkStock(query);
  checkCandleQuery(query, sources[query.broker].now());
  yield* query.broker === 'kiwoom' ? kiwoomCandleBatches(query, sources.kiwoom) : kisCandleBatches(query, sources.kis);
}

/** The trades of the latest session, or of a stretch of it, that a broker tells by REST, newest first, page by page. */
export async function* tickBatchesOf(query: Addressed<TickQuery>, sources: MarketSources): AsyncGenerator<TickBatch> {
  checkStock(query);
  checkStretch(query);
  yield* query.broker === 'kiwoom' ? kiwoomTickBatches(query, sources.kiwoom) : kisTickBatches(query, sources.kis);
}

/** HUB_RANGE before anything is sent. */
const checkStretch = ({ fromMs, toMs }: TickQuery): void => {
  const flaw = [fromMs, toMs].some((ms) => ms !== undefined && !Number.isFinite(ms))
    ? 'is no stretch of time'
    : fromMs === undefined && toMs !== undefined
      ? 'has no beginning'
      : (fromMs ?? 0) > (toMs ?? Infinity)
        ? 'ends before it begins'
        : undefined;
  if (flaw === undefined) return;
  const shown = `fromMs ${String(fromMs)}, toMs ${String(toMs)}`;
  throw new RangeInvalid(`${shown}: ${flaw}`, 'Give UTC epoch ms: fromMs, and toMs not before it.');
};

export const quoteOf = async (query: Addressed<StockQuery>, sources: MarketSources): Promise<Quote> => {
  checkStock(query);
  return query.broker === 'kiwoom' ? kiwoomQuote(query, sources.kiwoom) : kisQuote(query, sources.kis);
};

export const orderBookOf = async (query: Addressed<StockQuery>, sources: MarketSources): Promise<OrderBook> => {
  checkStock(query);
  return query.broker === 'kiwoom' ? kiwoomOrderBook(query, sources.kiwoom) : kisOrderBook(query, sources.kis);
};
