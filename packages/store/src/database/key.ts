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

/** Every way on which a trade or an order book comes. */
export const feedSources = ['WS_KIS', 'WS_KIWOOM', 'REST_API_KIS', 'REST_API_KIWOOM'] as const;
/** Pushed by the WebSocket of a broker, or asked for at its REST interface. */
export type FeedSource = (typeof feedSources)[number];

/** Every kind of live feed. */
export const feedKinds = ['trade', 'book', 'notice'] as const;
/** Trades, order books, or what becomes of own orders. */
export type FeedKind = (typeof feedKinds)[number];
