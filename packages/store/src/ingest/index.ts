export type { CandleBatch, Provenance, RawPage, WriteResult } from './batch.js';
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
} from './feed-batch.js';
export { verifyTicks, type Verification, type VerifyQuery } from './verify-ticks.js';
export { GroupCommit } from './group-commit.js';
export { candleRecipe, feedRecipe } from './recipe.js';
