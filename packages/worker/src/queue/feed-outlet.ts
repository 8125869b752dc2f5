import { errors } from '@hub/client';
import { queuePriority } from '@hub/client/service';
import type { FeedBatch } from '@hub/store';

import { WindowLost } from '../error.js';
import { feedPayloadOf } from './feed-wire.js';
import type { Connections } from './connection.js';
import { readFailedReason } from './failed-reason.js';
import { feedResult, type FeedResult } from './feed-payload.js';
import { queueNames } from './names.js';
import { JobWatch } from './watch.js';

/** Where rows of feeds are written: resolves after the commit. */
export interface FeedSink {
  /** `signal` ends the wait, not the write. */
  write(batch: FeedBatch, signal: AbortSignal): Promise<FeedResult>;
}

/** Attempts of one commit within the queue; the pauses double, so a full disk has some minutes to become free. */
const attempts = 8;
const lookEveryMs = 500;

export interface FeedOutletOptions {
  readonly connections: Connections;
  readonly prefix: string;
  readonly onError?: (error: unknown) => void;
}

/** The way to one writer, on whatever machine. */
export class FeedOutlet implements FeedSink {
  readonly #watch: JobWatch;

  constructor(storeId: string, options: FeedOutletOptions) {
    this.#watch = new JobWatch({ ...options, name: queueNames.feed(storeId), everyMs: lookEveryMs });
  }

  async write(batch: FeedBatch, signal: AbortSignal): Promise<FeedResult> {
    await this.#publish(batch);
    const outcome = await this.#watch.outcome(batch.batchId, signal);
    if (outcome.kind === 'completed') return feedResult.parse(outcome.value);
    // Writing is idempotent, so one that vanished is simply written again.
    if (outcome.kind === 'gone') throw new WindowLost(batch.batchId);
    throw new errors.RemoteFailure(readFailedReason(outcome.reason));
  }

  close(): Promise<void> {
    return this.#watch.close();
  }

  async #publish(batch: FeedBatch): Promise<void> {
    const { queue } = this.#watch;
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
  }
}

/** The ways to all writers that this process has had rows for. */
export class FeedOutlets {
  readonly #outlets = new Map<string, FeedOutlet>();

  constructor(private readonly options: FeedOutletOptions) {}

  to(storeId: string): FeedOutlet {
    const outlet = this.#outlets.get(storeId) ?? new FeedOutlet(storeId, this.options);
    this.#outlets.set(storeId, outlet);
    return outlet;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#outlets.values()].map((outlet) => outlet.close()));
  }
}
