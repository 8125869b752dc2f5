import type { Clock } from '../runtime/clock.js';
import type { Budget } from './contract.js';
import type { Answered, Entry, Given, Moved, SlotStore, Spender } from './store-contract.js';

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
  #unheard: Given[] = [];
  #moved = new Map<string, Moved>();

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
    if (this.#disarm !== undefined || this.#moved.size > 0) this.#flying = this.#send();
    return this.#flying;
  }

  /** What was answered and has moved, and was not said yet: whoever takes it says it. */
  take(): { readonly answered: readonly Answered[]; readonly moved: readonly Moved[] } {
    this.#disarm?.();
    this.#disarm = undefined;
    const [answered, moved] = [this.#answered, [...this.#moved.values()]];
    this.#answered = [];
    this.#moved.clear();
    const now = this.clock.monotonic();
    for (const answer of answered) answer.agoMs = now - answer.at;
    return { answered, moved };
  }

  /** A slot that was booked for one spender went to another one: for the sums, so the next word that leaves will do. */
  moved(from: Spender, to: Spender): void {
    if (from.priority === to.priority && from.flow === to.flow) return;
    const key = [from.priority, from.flow, to.priority, to.flow].join('\t');
    const count = (this.#moved.get(key)?.count ?? 0) + 1;
    const [{ priority, flow }, other] = [from, { priority: to.priority, flow: to.flow }];
    this.#moved.set(key, { from: { priority, flow }, to: other, count });
  }

  cancel(permits: readonly Given[], lane?: string): void {
    const given = { permits, ...(lane === undefined ? {} : { lane }) };
    this.store.cancel(this.account, given).catch(() => undefined);
  }

  /** Permits that may have been granted, though the word of it never came: for `cancelUnheard`. */
  notHeard(permits: readonly Given[]): void {
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
    const { answered, moved } = this.take();
    if (answered.length + moved.length === 0) return;
    await this.store.complete(this.account, answered, moved).catch(() => undefined);
  }
}
