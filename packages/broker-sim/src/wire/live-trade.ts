export interface Mark {
  readonly price: number;
  readonly second: number;
}

/** One trade, and its day so far, as both brokers tell it. */
export interface PushedTrade {
  /** Second of the KST day. */
  readonly second: number;
  readonly price: number;
  readonly size: number;
  readonly buy: boolean;
  readonly dayVolume: number;
  readonly dayValue: number;
  readonly ask: number;
  readonly bid: number;
  readonly strength: number;
  readonly open: Mark;
  readonly high: Mark;
  readonly low: Mark;
  readonly bought: number;
  readonly sold: number;
  readonly buys: number;
  readonly sells: number;
  readonly previousClose: number;
  readonly previousVolume: number;
  readonly listedShares: number;
}
