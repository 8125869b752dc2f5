/** One trade and what a screen shows beside it. Prices and `dayValue` in KRW. */
export interface TradeFigures {
  /** Second of the KST day. */
  readonly second: number;
  readonly price: number;
  readonly size: number;
  /** The buyer took the offer; otherwise the seller hit the bid. */
  readonly buy: boolean;
  /** From the start of the day, this trade included. */
  readonly dayVolume: number;
  readonly dayValue: number;
  readonly ask: number;
  readonly bid: number;
  /** Bought volume of the day over sold volume, percent. */
  readonly strength: number;
}
