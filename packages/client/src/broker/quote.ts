import type { sourceOf, Venue } from './candle.js';
import type { BrokerName } from './contract.js';
import type { Provenance } from './market-source.js';

/** The state of one share when the answer was complete (`fetchedAtMs`). Prices in KRW; figures of the latest session. */
export interface Quote extends Provenance {
  readonly symbol: string;
  readonly venue: Venue;
  /** Of the last trade; the base price while there is none. */
  readonly price: number;
  /** What the day is counted from: the close before, or what takes its place after a split and the like. */
  readonly base: number;
  /** Of the first trade of the session; null while nothing has traded. */
  readonly open: number | null;
  /** null like `open`. */
  readonly high: number | null;
  /** null like `open`. */
  readonly low: number | null;
  /** The highest price that the exchange lets through today. */
  readonly upperLimit: number;
  /** The lowest one. */
  readonly lowerLimit: number;
  /** Shares traded in the session. */
  readonly volume: number;
  /** KRW traded in the session; null where the broker does not tell it (Kiwoom). */
  readonly value: number | null;
  readonly source: (typeof sourceOf)[BrokerName];
}

/** What waits at one price, in KRW and shares. */
export interface BookLevel {
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly size: number;
}

/** The order book when the answer was complete (`fetchedAtMs`). Levels without a price are left out. */
export interface OrderBook extends Provenance {
  readonly symbol: string;
  readonly venue: Venue;
  /** Offers of sellers, the lowest first, ten at most. */
  readonly asks: readonly BookLevel[];
  /** Bids of buyers, the highest first, ten at most. */
  readonly bids: readonly BookLevel[];
  /** Shares on either side as the broker adds them up, levels beyond the tenth included. */
  readonly totalAskSize: number;
  readonly totalBidSize: number;
  /**
   * Time of day of the last change, in ms since midnight KST. The brokers name no day, and on closed days they show the book of
   * the last session, so it is no instant. null where no time is told.
   */
  readonly timeOfDayMs: number | null;
  readonly source: (typeof sourceOf)[BrokerName];
}
