import type { BrokerName } from './contract.js';
import type { Provenance } from './market-source.js';

/** Where a share trades: KRX, NXT (Nextrade), or UN, both books together. Part of every market-data key. */
export type Venue = 'KRX' | 'NXT' | 'UN';

export type Interval = '1m' | '1d';

/** Which broker's REST answer a row comes from. */
export const sourceOf = { kis: 'REST_API_KIS', kiwoom: 'REST_API_KIWOOM' } as const satisfies Record<
  BrokerName,
  string
>;

/** One bar, normalised. Prices in KRW, raw (unadjusted); volume in shares; value is the traded amount of this bar, KRW. */
export interface Candle {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: Interval;
  /** Start of the bar, UTC epoch ms. A daily bar starts at midnight KST of its trading day. */
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** null where the broker's figures do not tell it (Kiwoom's minutes); Kiwoom's days tell whole millions of KRW. */
  readonly value: number | null;
  readonly source: (typeof sourceOf)[BrokerName];
}

/** What to fetch: KST trading days `YYYY-MM-DD`, both ends included. */
export interface CandleQuery {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: Interval;
  readonly from: string;
  readonly to: string;
  /** Whom to ask; by default the first of `hub.brokers`. */
  readonly broker?: BrokerName;
}

/** The bars of one window with their provenance, ascending. */
export interface CandleBatch extends Provenance {
  /** The KST days that this batch answers for, including those without a bar. */
  readonly days: readonly string[];
  readonly candles: readonly Candle[];
  /** Bars that start before this instant are final; later ones are not in the batch. UTC epoch ms. */
  readonly finalUntilMs: number;
}

/** Changes whenever the same raw answer would give other rows. */
export const normaliserVersion = 2;
