export type { CandleRow } from './candle.js';
export { readCandles, type CandleQuery } from './candles.js';
export { readSummary, type StoreSummary } from './summary.js';
