import type { sourceOf, Venue } from './candle.js';
import type { BrokerName } from './contract.js';
import type { StockQuery } from './candle-query.js';
import type { Provenance } from './market-source.js';

/** One trade, normalised. Prices in KRW, sizes in shares. null: this broker's answer does not tell it. */
export interface Tick {
  readonly symbol: string;
  readonly venue: Venue;
  /** UTC epoch ms. The brokers tell whole seconds in KST; several trades may share one, and their order tells them apart. */
  readonly atMs: number;
  /** KRW. */
  readonly price: number;
  /** Shares of this trade. */
  readonly size: number;
  /**
   * Shares that were traded on its day so far, this trade included. Symbol, venue, day and this figure are the identity of a
   * trade; `dayVolume − size` differs from the figure of the trade before where one is missing.
   */
  readonly dayVolume: number;
  /** KRW that were traded on its day so far, this trade included. Kiwoom. */
  readonly dayValue: number | null;
  /** Who moved: `buy` took the offer, `sell` hit the bid. Kiwoom. */
  readonly side: 'buy' | 'sell' | null;
  /** Best offer and best bid at the trade. null also where that side of the book was empty. */
  readonly ask: number | null;
  readonly bid: number | null;
  readonly source: (typeof sourceOf)[BrokerName];
}

/** Which trades of a share. Instants: UTC epoch ms, of the exchange, which tells whole seconds; both belong to the range. */
export interface TickQuery extends StockQuery {
  /** Older ones may follow on the page that these end on, but no further page is asked for. */
  readonly fromMs?: number;
  /** The first page begins here where the broker can, and not with the newest trade. With `fromMs` only. */
  readonly toMs?: number;
}

/** The trades of one page with their provenance, newest first. */
export interface TickBatch extends Provenance {
  /** The KST trading day that they happened on, `YYYY-MM-DD`. */
  readonly day: string;
  /** Trades that share a second stand in the broker's own order. */
  readonly ticks: readonly Tick[];
}
