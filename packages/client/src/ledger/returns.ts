import type { Clock } from '../runtime/clock.js';
import type { Budget, Entry, SlotStore } from './contract.js';

/** One object from its answer until it is said: there may be tens of thousands a second. */
interface Answer extends Entry {
  readonly at: number;
  agoMs: number;
}

/**
 * What a member gives back to the store: answers, permits that were never sent, lanes in which nobody waits any more. None
 * of these words has to arrive: without one, slots stay busy until their leases end, late and never early.
 */
export class Returns {
  #answered: Answer[] = [];
  #flying: Promise<void> = Promise.resolve();
  #unheard: Entry[] = [];

  constructor(
    private readonly account: string,
    private readonly store: SlotStore,
    private readonly clock: Clock,
  ) {}

  /** Answers of one turn of the event loop travel together, off the callers' path. */
  answered(entry: Entry): void {
    this.#answered.push({ permitId: entry.permitId, budgets: entry.budgets, at: this.clock.monotonic(), agoMs: 0 });
    if (this.#answered.length > 1) return;
    this.#flying = Promise.resolve().then(() => this.#send());
  }

  /** Resolves when everything that was answered before has been said, or could not be. */
  flush(): Promise<void> {
    return this.#flying;
  }

  cancel(permits: readonly Entry[], lane?: string): void {
    const given = { permits, ...(lane === undefined ? {} : { lane }) };
    this.store.cancel(this.account, given).catch(() => undefined);
  }

  /** Permits that may have been granted, though the word of it never came: for `cancelUnheard`. */
  notHeard(permits: readonly Entry[]): void {
    this.#unheard.push(...permits);
  }

  cancelUnheard(): void {
    const unheard = this.#unheard;
    this.#unheard = [];
    if (unheard.length > 0) this.cancel(unheard);
  }

  /** The broker refused the call as one too many; `told` is its own figure. */
  refused(budget: Budget, told: number | undefined): void {
    this.store.narrow(this.account, budget, told).catch(() => undefined);
  }

  async #send(): Promise<void> {
    const answered = this.#answered;
    this.#answered = [];
    const now = this.clock.monotonic();
    for (const answer of answered) answer.agoMs = now - answer.at;
    await this.store.complete(this.account, answered).catch(() => undefined);
  }
}
