export { subtract, type Interval } from './interval.js';
export { missingDays, type MissingDaysBySymbolQuery, type MissingDaysQuery } from './missing-days.js';
export {
  readKnown,
  readShares,
  type KnownKind,
  type KnownQuery,
  type KnownSeries,
  type KnownSession,
  type KnownShare,
  type KnownStretch,
  type KnownStretchQuery,
  type KnownTime,
} from './known.js';
export { readCoverage, type CoverageQuery, type CoverageRow } from './row.js';
export { coverageStates, learn, type CoverageState, type Stretch } from './state.js';
