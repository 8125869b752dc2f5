import type { Connections } from './connection.js';
import { queueNames, windowJobId } from './names.js';
import type { WindowPayload, WindowSpec } from './payload.js';
import { queuePriority } from './priority.js';
import { JobWatch, type Outcome } from './watch.js';

/** Attempts of one window, each with all its calls. */
const attempts = 3;
/** Windows added with one command. */
const addedTogether = 500;
const lookEveryMs = 2_000;
/** A restart of Redis is sat out, a Redis that stays away is not. */
const giveUpAfterMs = 20_000;

export interface WindowQueueOptions {
  readonly connections: Connections;
  readonly prefix: string;
  readonly storeId: string;
}

/** The windows of one store on their way through the bulk queue. */
export class WindowQueue {
  readonly #storeId: string;
  readonly #watch: JobWatch;

  constructor({ connections, prefix, storeId }: WindowQueueOptions) {
    this.#storeId = storeId;
    this.#watch = new JobWatch({
      name: queueNames.bulk,
      connections,
      prefix,
      everyMs: lookEveryMs,
      giveUpAfterMs,
    });
  }

  /** One that waits or runs already is joined; what is left of an earlier run is replaced. Stops early on abort. */
  async publish(windows: readonly WindowSpec[], signal?: AbortSignal): Promise<void> {
    for (let start = 0; start < windows.length && signal?.aborted !== true; start += addedTogether) {
      const some = windows.slice(start, start + addedTogether);
      await Promise.all(some.map((window) => this.#removeEnded(this.#idOf(window))));
      await this.#watch.queue.addBulk(
        some.map((window) => ({
          name: 'window',
          data: { v: 1, storeId: this.#storeId, window, step: { name: 'fetch' } } satisfies WindowPayload,
          opts: {
            jobId: this.#idOf(window),
            priority: queuePriority.backfill,
            attempts,
            backoff: { type: 'hub' },
            removeOnComplete: { age: 3_600, count: 5_000 },
            removeOnFail: { age: 86_400, count: 5_000 },
          },
        })),
      );
    }
  }

  /** How a published window ended. Rejects with the signal's reason, or when Redis stays away. */
  outcome(window: WindowSpec, signal: AbortSignal): Promise<Outcome> {
    return this.#watch.outcome(this.#idOf(window), signal);
  }

  /** Takes a window back unless somebody works on it; its `outcome` is then `gone`. */
  async withdraw(window: WindowSpec): Promise<void> {
    const id = this.#idOf(window);
    const state = await this.#watch.queue.getJobState(id);
    if (state === 'active' || state === 'completed' || state === 'failed') return;
    if (state === 'unknown' || (await this.#watch.queue.remove(id)) === 1) this.#watch.settle(id, { kind: 'gone' });
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }

  #idOf({ id }: WindowSpec): string {
    return windowJobId(this.#storeId, id);
  }

  async #removeEnded(id: string): Promise<void> {
    const state = await this.#watch.queue.getJobState(id);
    if (state === 'completed' || state === 'failed') await this.#watch.queue.remove(id);
  }
}
