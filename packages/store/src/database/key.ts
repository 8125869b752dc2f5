/** Every venue. */
export const venues = ['KRX', 'NXT', 'UN'] as const;
/** The Korea Exchange, Nextrade, or both together as the brokers merge them. */
export type Venue = (typeof venues)[number];

/** Every interval of bars. */
export const barIntervals = ['1m', '1d'] as const;
/** Bars of a minute, or of a trading day. */
export type BarInterval = (typeof barIntervals)[number];

/** Every source, best first. */
export const sources = [
  'REST_API_KIS',
  'REST_API_KIWOOM',
  'TICK_AGGREGATION_VERIFIED',
  'TICK_AGGREGATION_UNVERIFIED',
] as const;
/** Where data comes from, best first: `candles_best` picks by this order. */
export type Source = (typeof sources)[number];
