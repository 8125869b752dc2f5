import { brokerNames, type BrokerName } from '../../broker/contract.js';
import { isHubError } from '../../error/index.js';
import type { Clock } from '../../runtime/clock.js';
import type { FeedStore, Pool } from '../feed-store.js';

export interface ServedPoolsParts {
  /** Those who serve each other: the prefix of their queues. */
  readonly group: string;
  readonly store: Pick<FeedStore, 'served'>;
  readonly clock: Clock;
  /** After each look, while somebody waits. */
  readonly looked: () => void;
}

const everyMs = 1_000;

/** For a process without keys: where the feeds of each broker meet, as those with keys say. */
export class ServedPools {
  readonly #parts: ServedPoolsParts;
  readonly #pools = new Map<BrokerName, Pool>();
  #timer: (() => void) | undefined;
  #running = false;

  constructor(parts: ServedPoolsParts) {
    this.#parts = parts;
  }

  /** Undefined: nobody has said so yet. A pool that is not served any more stays known until another one is. */
  poolOf(broker: BrokerName): Pool | undefined {
    return this.#pools.get(broker);
  }

  /** Rejects with HUB_REDIS_…. */
  async look(): Promise<void> {
    const { store, group } = this.#parts;
    const served = await store.served(group);
    for (const broker of brokerNames) {
      const own = served.filter((pool) => pool.startsWith(`${broker}:`));
      const known = this.#pools.get(broker);
      // Of several the one of real keys, and one that is known goes on.
      const [first] = own.sort((left, right) => Number(/:paper\b/.test(left)) - Number(/:paper\b/.test(right)));
      if (first !== undefined && (known === undefined || !own.includes(known))) this.#pools.set(broker, first);
    }
  }

  /** Looks again and again, until `close`. */
  follow(): void {
    if (this.#running) return;
    this.#running = true;
    this.#again();
  }

  close(): void {
    this.#running = false;
    this.#timer?.();
  }

  #again(): void {
    const { clock, looked } = this.#parts;
    this.#timer = clock.after(everyMs, () => {
      this.look()
        .then(looked, (error: unknown) => {
          // A server that is away is asked again.
          if (!isHubError(error)) throw error;
        })
        .finally(() => {
          if (this.#running) this.#again();
        });
    });
  }
}
