import { brokerNames, type BrokerName } from '@hub/client';
import { queuePriority } from '@hub/client/service';

import type { Connections } from './connection.js';
import { queueNames, windowJobId, windowOfJob } from './names.js';
import { windowPayload, type WindowPayload, type WindowSpec } from './payload.js';
import { JobWatch, type Outcome } from './watch.js';

/** Attempts of one window, each with all its calls: one where another broker may do it, more where nobody else can. */
export const attemptsAtMost = { first: 1, last: 3 } as const;
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

interface PublishOptions {
  readonly attempts: number;
  readonly signal?: AbortSignal | undefined;
  /** The name of the jobs. */
  readonly label?: string;
}

/** The windows of one store on their way through the bulk queues. */
export class WindowQueue {
  readonly #options: WindowQueueOptions;
  readonly #watches = new Map<BrokerName, JobWatch>();

  constructor(options: WindowQueueOptions) {
    this.#options = options;
  }

  /** One that waits or runs already is joined; what is left of an earlier run is replaced. Stops early on abort. */
  async publish(windows: readonly WindowSpec[], { attempts, signal, label = 'window' }: PublishOptions): Promise<void> {
    for (const broker of brokerNames) {
      const own = windows.filter((window) => window.broker === broker);
      for (let start = 0; start < own.length && signal?.aborted !== true; start += addedTogether) {
        await this.#add(broker, own.slice(start, start + addedTogether), { attempts, label });
      }
    }
  }

  async #add(
    broker: BrokerName,
    windows: readonly WindowSpec[],
    { attempts, label }: Required<Pick<PublishOptions, 'attempts' | 'label'>>,
  ): Promise<void> {
    const { queue } = this.#watch(broker);
    await Promise.all(windows.map((window) => this.#removeEnded(window)));
    await queue.addBulk(
      windows.map((window) => ({
        name: label,
        data: { v: 1, storeId: this.#options.storeId, window, step: { name: 'fetch' } } satisfies WindowPayload,
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

  /** Windows for either broker that wait or are in work, whoever published them. */
  async onTheWay(): Promise<WindowSpec[]> {
    const jobs = await Promise.all(
      brokerNames.map((broker) => this.#watch(broker).queue.getJobs(['active', 'waiting', 'prioritized', 'delayed'])),
    );
    return jobs.flat().flatMap(({ data }): WindowSpec[] => {
      const payload = windowPayload.safeParse(data);
      const ours = payload.success && payload.data.storeId === this.#options.storeId;
      return ours ? [payload.data.window] : [];
    });
  }

  /** Ids of this store's windows that a worker has in hand. */
  async inWork(): Promise<string[]> {
    const jobs = await Promise.all(brokerNames.map((broker) => this.#watch(broker).queue.getJobs(['active'])));
    return jobs.flat().flatMap((job): string[] => {
      const { storeId, id } = windowOfJob((job as { readonly id?: string } | undefined)?.id ?? '');
      return storeId === this.#options.storeId ? [id] : [];
    });
  }

  /** How a published window ended. Rejects with the signal's reason, or when Redis stays away. */
  outcome(window: WindowSpec, signal: AbortSignal): Promise<Outcome> {
    return this.#watch(window.broker).outcome(this.#idOf(window), signal);
  }

  /** Takes a window back unless somebody works on it; its `outcome` is then `gone`. True when it was taken back. */
  async withdraw(window: WindowSpec): Promise<boolean> {
    const id = this.#idOf(window);
    const watch = this.#watch(window.broker);
    const state = await watch.queue.getJobState(id);
    if (state === 'active' || state === 'completed' || state === 'failed') return false;
    const gone = state === 'unknown' || (await watch.queue.remove(id)) === 1;
    if (gone) watch.settle(id, { kind: 'gone' });
    return gone;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.close()));
  }

  #watch(broker: BrokerName): JobWatch {
    const open = this.#watches.get(broker);
    if (open !== undefined) return open;
    const { connections, prefix } = this.#options;
    const watch = new JobWatch({
      name: queueNames.bulk(broker),
      connections,
      prefix,
      everyMs: lookEveryMs,
      giveUpAfterMs,
    });
    this.#watches.set(broker, watch);
    return watch;
  }

  #idOf({ id }: WindowSpec): string {
    return windowJobId(this.#options.storeId, id);
  }

  async #removeEnded(window: WindowSpec): Promise<void> {
    const { queue } = this.#watch(window.broker);
    const id = this.#idOf(window);
    const state = await queue.getJobState(id);
    if (state === 'completed' || state === 'failed') await queue.remove(id);
  }
}
