import type { BrokerName } from './contract.js';
import type { Provenance } from './market-source.js';

/** Where a share trades: KRX, NXT (Nextrade), or UN, both books together. Part of every market-data key. */
export type Venue = 'KRX' | 'NXT' | 'UN';

/** Bars of a minute, or of a trading day. */
export type Interval = '1m' | '1d';

/** The source of rows by the broker whose REST answer they come from; `@hub/store` keeps them apart by it. */
export const sourceOf = { kis: 'REST_API_KIS', kiwoom: 'REST_API_KIWOOM' } as const satisfies Record<
  BrokerName,
  string
>;

/** One bar, normalised. Prices in KRW, raw (unadjusted); volume in shares; value is the traded amount of this bar, KRW. */
export interface Candle {
  /** As in the query: six characters, ETN with their `Q`. */
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: Interval;
  /** Start of the bar, UTC epoch ms. A daily bar starts at midnight KST of its trading day. */
  readonly startMs: number;
  /** Of the first trade, KRW. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Of the last trade, KRW. */
  readonly close: number;
  /** Shares traded in this bar. */
  readonly volume: number;
  /** null where the broker's figures do not tell it (Kiwoom's minutes); Kiwoom's days tell whole millions of KRW. */
  readonly value: number | null;
  readonly source: (typeof sourceOf)[BrokerName];
}

/** What to fetch: KST days `YYYY-MM-DD`, both ends included. */
export interface CandleQuery {
  /** Six characters, the first a digit; ETN with their `Q`. Anything else is HUB_SYMBOL_UNKNOWN. */
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: Interval;
  /**
   * First day. Minute bars are asked for up to 365 calendar days back, else HUB_RANGE: so long KIS keeps them (portal and one
   * measurement, 2026-09-14, observed); Kiwoom publishes no end (2026-11-23, uncertain).
   */
  readonly from: string;
  /** Last day; today is allowed, a later one is HUB_RANGE. */
  readonly to: string;
  /** Whom to ask; by default the first of `hub.brokers`. */
  readonly broker?: BrokerName;
}

/** The bars of one window with their provenance, ascending. */
export interface CandleBatch extends Provenance {
  /** The KST days that this batch answers for, including those without a bar. */
  readonly days: readonly string[];
  /**
   * Those of `days` on which the broker says that trading in the share is halted, and that nothing has traded; left out where none is.
   * KIS tells it of today alone (`iscd_stat_cls_code`); of other days without a bar no broker says why.
   */
  readonly halted?: readonly string[];
  /** All of one symbol, venue and interval. */
  readonly candles: readonly Candle[];
  /** Bars that start before this instant are final; later ones are not in the batch. UTC epoch ms. */
  readonly finalUntilMs: number;
}

/** The version of how answers become rows: changes whenever the same raw answer would give other rows. */
export const normaliserVersion = 2;
