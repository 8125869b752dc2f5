// What a store needs to know of market data without making a call.
export { normaliserVersion } from '../broker/candle.js';
export { checkCandleQuery, estimatedCandleCalls } from '../broker/kis/candles.js';
