import type { Clock } from '../runtime/clock.js';
import type { Answered, Budget, Entry, SlotStore } from './contract.js';

/** One object from its answer until it is said: there may be tens of thousands a second. */
interface Answer extends Answered {
  readonly at: number;
  agoMs: number;
}

/** Where slots are plentiful nobody plans by an answer: it waits so long for a question that it can travel with. */
const lingerMs = 100;

/**
 * What a member gives back to the store: answers, permits that were never sent, lanes in which nobody waits any more. None
 * of these words has to arrive: without one, slots stay busy until their leases end, late and never early.
 */
export class Returns {
  /** Whether slots are plentiful, as far as the last reply tells. */
  unhurried = false;
  #answered: Answer[] = [];
  #disarm: (() => void) | undefined;
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
    if (this.unhurried) {
      this.#disarm = this.clock.after(lingerMs, () => {
        this.#flying = this.#send();
      });
    } else {
      this.#flying = Promise.resolve().then(() => this.#send());
    }
  }

  /** What was held is free: said at once, and by a word of its own. Resolves when it is heard, or could not be. */
  released({ permitId, budgets }: Entry): Promise<void> {
    return this.store.complete(this.account, [{ permitId, budgets, agoMs: 0 }]).catch(() => undefined);
  }

  /** Resolves when everything that was answered before has been said, or could not be. */
  flush(): Promise<void> {
    if (this.#disarm !== undefined) this.#flying = this.#send();
    return this.#flying;
  }

  /** What was answered and not said yet: whoever takes it says it. */
  take(): readonly Answered[] {
    this.#disarm?.();
    this.#disarm = undefined;
    const answered = this.#answered;
    this.#answered = [];
    const now = this.clock.monotonic();
    for (const answer of answered) answer.agoMs = now - answer.at;
    return answered;
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
    const answered = this.take();
    if (answered.length > 0) await this.store.complete(this.account, answered).catch(() => undefined);
  }
}
