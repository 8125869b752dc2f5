export { barIntervals, sources, venues, type BarInterval, type CandleRow, type Source, type Venue } from './candle.js';
export { readCandles, type CandleQuery } from './candles.js';
export { readSummary, type StoreSummary } from './summary.js';
