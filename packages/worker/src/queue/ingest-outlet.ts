import { queuePriority } from '@hub/client/service';

import type { Connections } from './connection.js';
import { queueNames } from './names.js';
import type { IngestPayload } from './payload.js';
import { JobWatch, type Outcome } from './watch.js';

/** Attempts of one commit: with pauses that double, a full disk has some seconds to become free. */
const attempts = 5;
/** A window waits for its commit with a place of its worker occupied, so look often. */
const lookEveryMs = 500;

/** The way to one writer. */
class Outlet {
  readonly #watch: JobWatch;

  constructor(storeId: string, options: IngestOutletsOptions) {
    this.#watch = new JobWatch({ ...options, name: queueNames.ingest(storeId), everyMs: lookEveryMs });
  }

  async publish(id: string, payload: IngestPayload): Promise<void> {
    await this.#watch.queue.add('candles', payload, {
      jobId: id,
      priority: queuePriority.backfill,
      attempts,
      backoff: { type: 'hub' },
      // Rows stay in Redis as long as the job does: keep it until its window has looked, and not many.
      removeOnComplete: { age: 3_600, count: 1_000 },
      removeOnFail: { age: 86_400, count: 1_000 },
    });
  }

  outcome(id: string, signal: AbortSignal): Promise<Outcome> {
    return this.#watch.outcome(id, signal);
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }
}

export interface IngestOutletsOptions {
  readonly connections: Connections;
  readonly prefix: string;
  readonly onError: (error: unknown) => void;
}

/** The ways to all writers that this process has had rows for. */
export class IngestOutlets {
  readonly #options: IngestOutletsOptions;
  readonly #outlets = new Map<string, Outlet>();

  constructor(options: IngestOutletsOptions) {
    this.#options = options;
  }

  to(storeId: string): Outlet {
    const outlet = this.#outlets.get(storeId) ?? new Outlet(storeId, this.#options);
    this.#outlets.set(storeId, outlet);
    return outlet;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#outlets.values()].map((outlet) => outlet.close()));
  }
}
