import { CallAborted } from '../error/index.js';
import type { Priority } from '../ledger/contract.js';
import type { Clock } from '../runtime/clock.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import type { RoundStore } from './contract.js';
import { Group, type Joint } from './group.js';
import { Rounds } from './rounds.js';

export type { Joint } from './group.js';

export interface Asking {
  /** The digest of what is asked: equal ones get one answer, in all processes. */
  readonly question: string;
  /** What makes callers of this process ask apart nevertheless, because one call could not suit them both. */
  readonly variant: string;
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

export interface CoalescerOptions {
  readonly store: RoundStore;
  readonly clock: Clock;
}

/** Lets callers of all processes who ask the same question share one call while it waits. `T` must survive JSON. */
export class Coalescer<T> {
  readonly #options: CoalescerOptions;
  readonly #rounds: Rounds;
  /** Those that may still be joined, or are about to learn whether they may. */
  readonly #groups = new Map<string, Group<T>>();
  readonly #running = new Set<Group<T>>();

  constructor(options: CoalescerOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.store, options.clock);
  }

  /**
   * Joins a call that waits, or makes one. Rejects with HUB_ABORTED for this caller alone when its signal aborts, with the
   * broker's refusal for everybody, with any other failure of the call for the callers of the process that made it.
   */
  async ask(asking: Asking, make: (joint: Joint) => Promise<T>): Promise<T> {
    const { question, variant, priority, signal } = asking;
    const place = JSON.stringify([question, variant]);
    for (;;) {
      if (signal.aborted) throw new CallAborted({ cause: signal.reason });
      const group = this.#groups.get(place) ?? this.#newGroup(place, asking, make);
      if (group.open) return group.join(priority, signal);
      await unlessAborted(group.seated, signal);
    }
  }

  /** Ends every call; whoever waits elsewhere is told to make it. Never rejects. */
  async close(): Promise<void> {
    for (const group of this.#running) group.stop();
    await Promise.all([...this.#running].map((group) => group.ended()));
    await this.#rounds.close();
  }

  #newGroup(place: string, { question, priority }: Asking, make: (joint: Joint) => Promise<T>): Group<T> {
    const { clock } = this.#options;
    const shut = (): void => {
      if (this.#groups.get(place) === group) this.#groups.delete(place);
    };
    const group = new Group<T>({ question, priority, rounds: this.#rounds, clock, make, shut });
    this.#groups.set(place, group);
    this.#running.add(group);
    void group.ended().then(() => this.#running.delete(group));
    return group;
  }
}
