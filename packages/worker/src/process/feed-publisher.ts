import { errors } from '@hub/client';
import { defaultPrefix, queuePriority } from '@hub/client/service';
import type { FeedBatch } from '@hub/store';

import { WindowLost } from '../error.js';
import { feedPayloadOf } from '../job/feed-payload.js';
import { connect, redisFailure } from '../queue/connection.js';
import { readFailedReason } from '../queue/failed-reason.js';
import { feedResult, type FeedResult } from '../queue/feed-payload.js';
import { queueNames } from '../queue/names.js';
import { JobWatch } from '../queue/watch.js';

/** Where a collector writes: resolves after the commit. */
export interface FeedSink {
  /** `signal` ends the wait, not the write. */
  write(batch: FeedBatch, signal: AbortSignal): Promise<FeedResult>;
}

/** A sink that reaches the one writer of a store, on whatever machine. */
export interface FeedPublisher extends FeedSink, AsyncDisposable {
  /** Closes the connections; what was published stays in the queue. */
  close(): Promise<void>;
}

/** Attempts of one commit within the queue; the pauses double, so a full disk has some minutes to become free. */
const attempts = 8;
const lookEveryMs = 500;

/**
 * Publishes to the writer of the store. A batch that has reached Redis is written by whoever becomes the writer, also when
 * this process has gone. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const openFeedPublisher = async (options: {
  readonly redisUrl: string;
  readonly storeId: string;
  readonly prefix?: string;
}): Promise<FeedPublisher> => {
  const { redisUrl, storeId, prefix = defaultPrefix } = options;
  const connections = await connect(redisUrl, () => undefined);
  const watch = new JobWatch({ name: queueNames.feed(storeId), connections, prefix, everyMs: lookEveryMs });
  const publish = async (batch: FeedBatch): Promise<void> => {
    const { queue } = watch;
    // What failed before is tried anew; one that waits or is in work is joined.
    if ((await queue.getJobState(batch.batchId)) === 'failed') await queue.remove(batch.batchId);
    await queue.add('feed', feedPayloadOf(batch), {
      jobId: batch.batchId,
      priority: queuePriority.backfill,
      attempts,
      backoff: { type: 'hub' },
      removeOnComplete: { age: 600, count: 1_000 },
      removeOnFail: { age: 86_400, count: 1_000 },
    });
  };
  const close = (): Promise<void> => connections.close(() => watch.close());
  return {
    write: async (batch, signal) => {
      await publish(batch).catch((error: unknown) => {
        throw redisFailure(redisUrl, error);
      });
      const outcome = await watch.outcome(batch.batchId, signal);
      if (outcome.kind === 'completed') return feedResult.parse(outcome.value);
      // Writing is idempotent, so one that vanished is simply written again.
      if (outcome.kind === 'gone') throw new WindowLost(batch.batchId);
      throw new errors.RemoteFailure(readFailedReason(outcome.reason));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
