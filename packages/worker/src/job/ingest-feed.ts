import type { Store } from '@hub/store';

import type { Task } from '../queue/consumer.js';
import type { FeedPayload, FeedResult } from '../queue/feed-payload.js';
import { feedBatchOf } from '../queue/feed-wire.js';

/** Writes what feeds have told. Resolves, and thereby acknowledges, only after the commit. */
export const ingestFeed = async (
  { id, payload }: Task<FeedPayload>,
  effects: { readonly store: Pick<Store, 'writeFeed'>; readonly committed: (result: FeedResult, rows: number) => void },
): Promise<FeedResult> => {
  const { batchId: _batchId, ...result } = await effects.store.writeFeed(feedBatchOf(id, payload));
  effects.committed(result, payload.ticks.length + payload.books.length + payload.gaps.length);
  return result;
};
