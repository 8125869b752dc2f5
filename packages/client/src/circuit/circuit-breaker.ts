import { randomUUID } from 'node:crypto';

import { CircuitOpen } from '../error/index.js';
import { sleep, type Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import { circuitProtocol, type CircuitPolicy, type CircuitState, type CircuitStore } from './contract.js';

export interface CircuitBreakerOptions {
  /** Shared by all processes. */
  readonly store: CircuitStore;
  /** What this process goes by alone while the shared one is away. */
  readonly fallback: CircuitStore;
  readonly policy: CircuitPolicy;
  readonly clock: Clock;
  readonly notify: Notify;
}

/** What this process knows of a circuit. */
interface View {
  state: CircuitState;
  /** Monotonic instant before which nobody need ask for a probe. */
  dueAt: number;
  /** The call that this process lets through. */
  probe?: string | undefined;
  /** Hearing of it, from the first call on; settled as soon as its state was looked at, or could not be. */
  hearing?: Promise<void>;
  /** Ends its news; there is no need to. */
  listens?: () => void;
  heard: boolean;
  deaf: boolean;
}

/** Somebody for whom these circuits matter. */
interface Waiting {
  readonly accounts: readonly string[];
  readonly inVain: () => void;
}

/** How long the first call by a key waits to be told that its circuit is open. */
const firstLookMs = 500;

/**
 * Circuits as this process sees them. What a call needs is told at once, from what was heard; commands go to the store when a
 * call failed, when the first one after a failure succeeded, and when an open circuit is due. Nothing here ever throws.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #views = new Map<string, View>();
  /** Calls that wait for their turn. */
  readonly #waiting = new Set<Waiting>();

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Whether the state of these circuits was looked at once; from then on news keep it right. */
  knows(accounts: readonly string[]): boolean {
    return this.#never || accounts.every((account) => this.#views.get(account)?.heard === true);
  }

  /** Looks at circuits that were never looked at; not for long, since the broker is most likely well. */
  async meet(accounts: readonly string[]): Promise<void> {
    const over = new AbortController();
    const looks = accounts.map((account) => this.#hear(account));
    await Promise.race([Promise.all(looks), sleep(this.#options.clock, firstLookMs, over.signal)]);
    over.abort();
  }

  isOpen(account: string): boolean {
    return this.#views.get(account)?.state.kind === 'open';
  }

  /** Calls back when the last of these circuits opens, or at once when all of them are; the returned function stops that. */
  onAllOpen(accounts: readonly string[], inVain: () => void): () => void {
    const waiting = { accounts, inVain };
    this.#waiting.add(waiting);
    if (accounts.every((account) => this.isOpen(account))) inVain();
    return () => {
      this.#waiting.delete(waiting);
    };
  }

  /** Whether it is worth while to ask for a probe. */
  isDue(account: string): boolean {
    const view = this.#views.get(account);
    return view?.state.kind === 'open' && view.dueAt <= this.#options.clock.monotonic();
  }

  /** What calls end with that could go by these accounts alone: the one that is due first is named. */
  refusal(accounts: readonly string[]): CircuitOpen {
    const { clock } = this.#options;
    const [first] = accounts
      .flatMap((account) => {
        const { state, dueAt = 0 } = this.#views.get(account) ?? {};
        return state?.kind === 'open' ? [{ account, dueAt, since: state.since, failure: state.code }] : [];
      })
      .sort((one, other) => one.dueAt - other.dueAt);
    const { account = accounts[0] ?? '', dueAt = 0, since = clock.now(), failure = '' } = first ?? {};
    const forMs = Math.max(0, Math.ceil(dueAt - clock.monotonic()));
    return new CircuitOpen(account, { since, until: Math.round(clock.now() + forMs), forMs, failure });
  }

  /**
   * Asks to let one call through. The returned function gives that up, should the call end without a word about the broker;
   * undefined: it may not go, unless the circuit is found to be closed.
   */
  async probe(account: string): Promise<(() => void) | undefined> {
    const name = randomUUID();
    const answer = await this.#ask((store) => store.probe(account, name));
    if (answer.kind !== 'go') {
      this.#see(account, answer);
      return undefined;
    }
    const view = this.#view(account);
    view.probe = name;
    view.dueAt = this.#options.clock.monotonic() + circuitProtocol.lookMs;
    return () => {
      if (view.probe !== name) return;
      view.probe = undefined;
      void this.#ask((store) => store.release(account, name));
    };
  }

  /** The broker has spoken, whatever it said. Costs nothing unless a failure is remembered. */
  answered(account: string): void {
    const view = this.#views.get(account);
    if (view === undefined || (view.state.kind === 'closed' && view.state.failures === 0)) return;
    view.probe = undefined;
    this.#see(account, { kind: 'closed', failures: 0 });
    void this.#ask((store) => store.heal(account));
    void this.#options.fallback.heal(account);
  }

  /** No answer of the broker, but this code. */
  failed(account: string, code: string): void {
    if (this.#never) return;
    const view = this.#view(account);
    const { probe } = view;
    view.probe = undefined;
    if (view.deaf) delete view.hearing;
    void this.#hear(account);
    void this.#ask((store) => store.fail(account, code, probe)).then((state) => {
      this.#see(account, state);
    });
  }

  get #never(): boolean {
    return this.#options.policy.failures === 0;
  }

  #tellWaiting(account: string): void {
    for (const { accounts, inVain } of this.#waiting) {
      if (accounts.includes(account) && accounts.every((each) => this.isOpen(each))) inVain();
    }
  }

  #view(account: string): View {
    let view = this.#views.get(account);
    if (view === undefined) {
      view = { state: { kind: 'closed', failures: 0 }, dueAt: 0, heard: false, deaf: false };
      this.#views.set(account, view);
    }
    return view;
  }

  /** Once per account; again after a failure when it could not be done. */
  #hear(account: string): Promise<void> {
    const view = this.#view(account);
    const { store } = this.#options;
    const hear = async (): Promise<void> => {
      try {
        // Once, though it may be looked at again and again: a store that only listens would keep every listener.
        view.listens ??= await store.listen(account, (state) => {
          this.#see(account, state);
        });
        this.#see(account, await store.look(account));
        view.deaf = false;
      } catch {
        // Its calls tell this process how the broker is; the store is tried again when one fails.
        view.deaf = true;
      }
      view.heard = true;
    };
    return (view.hearing ??= hear());
  }

  /** While the shared store is away this process goes by its own. */
  async #ask<T>(command: (store: CircuitStore) => Promise<T>): Promise<T> {
    const { store, fallback } = this.#options;
    try {
      return await command(store);
    } catch {
      return command(fallback);
    }
  }

  #see(account: string, state: CircuitState): void {
    const view = this.#view(account);
    const { state: before } = view;
    const { clock, notify } = this.#options;
    view.state = state;
    if (state.kind === 'open') {
      const { since, forMs, tries, code } = state;
      view.dueAt = clock.monotonic() + forMs;
      const known = before.kind === 'open' && before.since === since && before.tries >= tries;
      if (!known) notify({ kind: 'circuit-open', account, since, forMs, tries, code });
      if (before.kind === 'closed') this.#tellWaiting(account);
      return;
    }
    if (before.kind === 'open') {
      notify({ kind: 'circuit-closed', account, afterMs: Math.max(0, clock.now() - before.since) });
    }
  }
}
