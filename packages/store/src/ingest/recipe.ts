import type { CandleBatch, WriteResult } from './batch.js';
import { checkBatch } from './check.js';
import { checkFeedBatch } from './check-feed.js';
import { commitBatches } from './commit.js';
import { commitFeedBatches } from './commit-feed.js';
import type { FeedBatch, FeedWriteResult } from './feed-batch.js';
import type { Recipe } from './group-commit.js';

export const candleRecipe: Recipe<CandleBatch, WriteResult> = {
  check: checkBatch,
  rowsOf: ({ rows }) => rows.length,
  commit: commitBatches,
};

export const feedRecipe: Recipe<FeedBatch, FeedWriteResult> = {
  check: checkFeedBatch,
  rowsOf: ({ ticks, books, gaps }) => ticks.length + books.length + gaps.length,
  commit: commitFeedBatches,
};
