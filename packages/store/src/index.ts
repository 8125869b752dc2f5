export {
  calendarDay,
  calendarDays,
  calendarSources,
  closings,
  isKnownDay,
  koreanDay,
  phaseRules,
  phases,
  session,
  startOfDay,
  tradingDays,
} from './calendar/index.js';
export type {
  CalendarDay,
  CalendarSource,
  Closing,
  DayOpinion,
  DayTold,
  OverrideDay,
  Phase,
  PhaseName,
  PhaseRule,
  Session,
  TradingDay,
  TradingDayQuery,
} from './calendar/index.js';
export { coverageStates } from './coverage/index.js';
export type {
  CoverageQuery,
  CoverageRow,
  CoverageState,
  KnownKind,
  KnownQuery,
  KnownSeries,
  KnownSession,
  KnownShare,
  KnownStretch,
  KnownStretchQuery,
  KnownTime,
  MissingDaysBySymbolQuery,
  MissingDaysQuery,
} from './coverage/index.js';
export { barIntervals, feedKinds, feedSources, sources, venues } from './database/index.js';
export type { BarInterval, FeedKind, FeedSource, Source, Venue } from './database/index.js';
export {
  BatchInvalid,
  DayInvalid,
  ExportRefused,
  MigrationChanged,
  StoreClosed,
  StoreError,
  StoreFull,
  StoreLocked,
  StoreNewer,
  StoreUnreadable,
  type Flaw,
  type Holder,
} from './error/index.js';
export { exportTables } from './export/index.js';
export type {
  CompactResult,
  ExportResult,
  ExportTable,
  ParquetExport,
  SnapshotResult,
  TableExport,
} from './export/index.js';
export type { CandleBatch, Provenance, RawPage, WriteResult } from './ingest/index.js';
export type {
  FeedBatch,
  FeedBeginning,
  FeedProvenance,
  FeedRecovery,
  FeedRun,
  FeedWriteResult,
  NewBook,
  NewGap,
  NewTick,
  RecoveryResult,
  Verification,
  VerifyQuery,
} from './ingest/index.js';
export type { RawTidied } from './raw/index.js';
export type { Hole, HoleQuery } from './hole/index.js';
export { verdicts } from './query/index.js';
export type {
  BookLevelRow,
  BookQuery,
  BookRow,
  BrokerBar,
  CandleQuery,
  CandleRow,
  Disagreement,
  DisagreementQuery,
  GapQuery,
  GapRow,
  StoreSummary,
  TickQuery,
  TickRow,
  Verdict,
} from './query/index.js';
export { compactStore, openStore, type Store, type StoreOptions } from './store.js';
export { findingCodes, verifyStore } from './verify/index.js';
export type {
  FindingCode,
  RawCheck,
  RawChecked,
  RawPayload,
  VerifyFinding,
  VerifyOptions,
  VerifyResult,
} from './verify/index.js';
