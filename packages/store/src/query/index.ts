export type { CandleRow } from './candle.js';
export { readCandles, type CandleQuery } from './candles.js';
export { verdicts, type BrokerBar, type Disagreement, type Verdict } from './disagreement.js';
export { readDisagreements, type DisagreementQuery } from './disagreements.js';
export { readSummary, type StoreSummary } from './summary.js';
export type { BookLevelRow, BookRow } from './book.js';
export {
  readBooks,
  readCollected,
  readGaps,
  readTicks,
  type BookQuery,
  type GapQuery,
  type TickQuery,
} from './feeds.js';
export type { GapRow } from './gap.js';
export type { TickRow } from './tick.js';
