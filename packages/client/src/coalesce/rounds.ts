import { randomBytes } from 'node:crypto';

import { sleep, type Clock } from '../runtime/clock.js';
import type { Priority } from '../ledger/contract.js';
import type { Outcome, RoundMessage, RoundStore } from './contract.js';

/** Ends of rounds that are remembered: the word of one may overtake the answer to the question that joined it. */
const remembered = 256;

/** This process's part in the rounds of all: one inbox, and what it leads and follows. */
export class Rounds {
  readonly #inbox = randomBytes(8).toString('hex');
  readonly #leading = new Map<string, (priority: Priority) => void>();
  readonly #following = new Map<string, Set<() => void>>();
  readonly #over = new Set<string>();
  #listening: Promise<() => void> | undefined;
  #count = 0;

  constructor(
    readonly store: RoundStore,
    private readonly clock: Clock,
  ) {}

  /** Rejects when the store is away. */
  async open(): Promise<void> {
    this.#listening ??= this.store
      .listen(this.#inbox, (message) => {
        this.#receive(message);
      })
      .catch((error: unknown) => {
        this.#listening = undefined;
        throw error;
      });
    await this.#listening;
  }

  /** A name for a round that this process would lead; `raised` is told from now on until `forget`. */
  name(raised: (priority: Priority) => void): string {
    this.#count += 1;
    const round = `${this.#inbox}/${String(this.#count)}`;
    this.#leading.set(round, raised);
    return round;
  }

  forget(round: string): void {
    this.#leading.delete(round);
  }

  /** What a round of somebody else ends with; `failed` when its leader is gone. Ends with the signal, as `failed`. */
  async follow(question: string, round: string, forMs: number, signal: AbortSignal): Promise<Outcome> {
    let leftMs = forMs;
    for (;;) {
      await this.#ended(round, leftMs + 1, signal);
      const state = signal.aborted ? undefined : await this.store.look(question, round);
      if (state?.kind === 'over') return state.outcome;
      if (state?.kind !== 'running') return { kind: 'failed' };
      leftMs = state.forMs;
    }
  }

  async close(): Promise<void> {
    (await this.#listening?.catch(() => undefined))?.();
    this.#listening = undefined;
  }

  /** Resolves at the end of a round, after so long, or with the signal. */
  async #ended(round: string, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#over.has(round) || signal.aborted) return;
    const wake = new AbortController();
    const stop = (): void => {
      wake.abort();
    };
    const listeners = this.#following.get(round) ?? new Set();
    this.#following.set(round, listeners.add(stop));
    signal.addEventListener('abort', stop, { once: true });
    await sleep(this.clock, ms, wake.signal);
    signal.removeEventListener('abort', stop);
    listeners.delete(stop);
    if (listeners.size === 0) this.#following.delete(round);
  }

  #receive(message: RoundMessage): void {
    if (message.kind === 'raise') {
      this.#leading.get(message.round)?.(message.priority);
      return;
    }
    this.#over.add(message.round);
    const [oldest = ''] = this.#over;
    if (this.#over.size > remembered) this.#over.delete(oldest);
    for (const wake of this.#following.get(message.round) ?? []) wake();
  }
}
