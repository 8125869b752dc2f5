import type { CandleBatch, WriteResult } from './batch.js';
import { BrokersHere } from './brokers-here.js';
import { checkBatch } from './check.js';
import { checkFeedBatch } from './check-feed.js';
import { commitBatches } from './commit.js';
import { commitFeedBatches } from './commit-feed.js';
import type { FeedBatch, FeedWriteResult } from './feed-batch.js';
import type { Recipe } from './group-commit.js';

/** Of one store: it remembers what it has seen there. */
export const candleRecipe = (keepRaw = false): Recipe<CandleBatch, WriteResult> => {
  const brokers = new BrokersHere();
  return {
    check: checkBatch,
    rowsOf: ({ rows }) => rows.length,
    commit: (connection, batches, nowMs) => commitBatches(connection, batches, nowMs, { brokers, keepRaw }),
  };
};

export const feedRecipe: Recipe<FeedBatch, FeedWriteResult> = {
  check: checkFeedBatch,
  rowsOf: ({ ticks, books, gaps }) => ticks.length + books.length + gaps.length,
  commit: commitFeedBatches,
};
