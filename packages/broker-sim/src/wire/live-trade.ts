import type { TradeFigures } from './trade-figures.js';

/** A price and when it was first reached. */
export interface Mark {
  readonly price: number;
  /** Second of the KST day. */
  readonly second: number;
}

/** The day so far, the trade included. */
export interface DayFigures {
  readonly open: Mark;
  readonly high: Mark;
  readonly low: Mark;
  /** Shares that buyers took at the offer, and that sellers gave at the bid. */
  readonly bought: number;
  readonly sold: number;
  /** Number of such trades. */
  readonly buys: number;
  readonly sells: number;
}

/** One trade, and its day so far, as both brokers push it. */
export interface PushedTrade extends TradeFigures, DayFigures {
  readonly previousClose: number;
  readonly previousVolume: number;
  readonly listedShares: number;
}
