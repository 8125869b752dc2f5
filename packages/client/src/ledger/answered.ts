import type { Clock } from '../runtime/clock.js';
import type { Entry } from './contract.js';

interface Answer extends Entry {
  readonly at: number;
}

/** Answers that the store is still to hear of: those of one turn of the event loop travel together, off the callers' path. */
export class Answered {
  #waiting: Answer[] = [];
  #flying: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly send: (answered: readonly (Entry & { readonly agoMs: number })[]) => Promise<void>,
  ) {}

  add(entry: Entry): void {
    this.#waiting.push({ ...entry, at: this.clock.monotonic() });
    if (this.#waiting.length > 1) return;
    this.#flying = Promise.resolve().then(() => this.#send());
  }

  /** Resolves when everything that was added before has been said, or could not be. */
  flush(): Promise<void> {
    return this.#flying;
  }

  async #send(): Promise<void> {
    const answered = this.#waiting;
    this.#waiting = [];
    const now = this.clock.monotonic();
    // If the word is lost, the slots stay busy until their leases end: late, never early.
    await this.send(answered.map(({ at, ...entry }) => ({ ...entry, agoMs: now - at }))).catch(() => undefined);
  }
}
