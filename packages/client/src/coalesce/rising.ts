import { priorities, type Priority, type Urgency } from '../ledger/contract.js';

/** The class of a call that others join: that of the most urgent of them. */
export class Rising implements Urgency {
  readonly #listeners = new Set<() => void>();
  #priority: Priority;

  constructor(priority: Priority) {
    this.#priority = priority;
  }

  get priority(): Priority {
    return this.#priority;
  }

  onRaise(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  raise(priority: Priority): void {
    if (priorities.indexOf(priority) >= priorities.indexOf(this.#priority)) return;
    this.#priority = priority;
    for (const listener of [...this.#listeners]) listener();
  }
}
