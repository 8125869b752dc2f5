export type { CandleBatch, Provenance, WriteResult } from './batch.js';
export type {
  FeedBatch,
  FeedBeginning,
  FeedProvenance,
  FeedRun,
  FeedWriteResult,
  NewBook,
  NewGap,
  NewTick,
} from './feed-batch.js';
export { GroupCommit } from './group-commit.js';
export { candleRecipe, feedRecipe } from './recipe.js';
