import { setMaxListeners } from 'node:events';

import { CallAborted } from '../error/index.js';
import type { Priority, Urgency } from '../ledger/contract.js';
import { sleep, type Clock } from '../runtime/clock.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import { coalescing, type Outcome } from './contract.js';
import { answered, failedWith, readTold } from './outcome.js';
import { Rising } from './rising.js';
import type { Rounds } from './rounds.js';

/** How the one call of a group is to be made. */
export interface Joint {
  readonly urgency: Urgency;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** To be awaited with the permit in hand, before the bytes leave. Never rejects. */
  readonly beforeSend: () => Promise<void>;
}

export interface GroupParts<T> {
  readonly question: string;
  readonly priority: Priority;
  readonly rounds: Rounds;
  readonly clock: Clock;
  readonly make: (joint: Joint) => Promise<T>;
  /** Nobody may join any more: the next one who asks needs a group of its own. */
  readonly shut: () => void;
}

/** The permit is in hand meanwhile, and a leave to send lasts for a second: whoever cannot be reached by then elects anew. */
const closeWithinMs = 500;

/**
 * Callers of one process that ask the same question. Together they take one seat among all processes: they lead, and make
 * the call, or they follow whoever does. Callers may join until the question is put to the others, and, when their group
 * leads, until the call leaves.
 */
export class Group<T> {
  readonly #parts: GroupParts<T>;
  readonly #rising: Rising;
  readonly #end = new AbortController();
  readonly #outcome: Promise<T>;
  readonly #farewells = new Set<Promise<unknown>>();
  #waiting = 0;
  #open = true;
  #shut = false;
  /** How many groups elsewhere have joined, once that is final; undefined also when it could not be asked. */
  #followers: number | undefined;
  #sent = false;
  #takeSeat: () => void = () => undefined;
  /** Resolves when it is known whether others may join. */
  readonly seated: Promise<void>;

  constructor(parts: GroupParts<T>) {
    this.#parts = parts;
    this.#rising = new Rising(parts.priority);
    setMaxListeners(0, this.#end.signal);
    this.seated = new Promise((resolve) => {
      this.#takeSeat = resolve;
    });
    this.#outcome = this.#run();
    this.#outcome.catch(() => undefined); // everybody may have left
  }

  /** Whether one more caller may join now. */
  get open(): boolean {
    return this.#open;
  }

  /** Resolves when all of it is over, the word to the others included. Never rejects. */
  async ended(): Promise<void> {
    await this.#outcome.catch(() => undefined);
    await Promise.all(this.#farewells);
  }

  /** The answer that all share; HUB_ABORTED for this caller alone when its signal aborts. */
  async join(priority: Priority, signal: AbortSignal): Promise<T> {
    this.#waiting += 1;
    this.#rising.raise(priority);
    try {
      return await unlessAborted(this.#outcome, signal);
    } finally {
      this.#waiting -= 1;
      // Who waits elsewhere for a call that has left gets its answer.
      if (this.#waiting === 0 && (this.#followers ?? 0) === 0) this.stop();
    }
  }

  stop(): void {
    this.#close();
    this.#end.abort();
  }

  #close(): void {
    this.#open = false;
    if (this.#shut) return;
    this.#shut = true;
    this.#parts.shut();
    this.#takeSeat();
  }

  async #run(): Promise<T> {
    const { question, rounds } = this.#parts;
    const { signal } = this.#end;
    await Promise.resolve(); // let the callers of this tick line up first
    for (;;) {
      if (signal.aborted) throw new CallAborted();
      const round = rounds.name((priority) => {
        this.#rising.raise(priority);
      });
      const seat = await this.#sit(round);
      if (seat?.kind !== 'follow') return this.#lead(seat === undefined ? undefined : round);
      rounds.forget(round);
      // From here on a caller could come after the call has left.
      this.#close();
      const outcome = await rounds.follow(question, seat.round, seat.forMs, signal).catch(() => undefined);
      if (outcome?.kind === 'told') return readTold(outcome.text) as T; // what another process got for the same question
      if (outcome?.kind !== 'failed') return this.#lead(undefined);
    }
  }

  /** Undefined: the others cannot be reached, so the call is made without them. */
  async #sit(round: string) {
    const { question, rounds } = this.#parts;
    try {
      await rounds.open();
      this.#open = false;
      return await rounds.store.join(question, round, this.#rising.priority);
    } catch {
      rounds.forget(round);
      return undefined;
    }
  }

  async #lead(round: string | undefined): Promise<T> {
    this.#open = !this.#shut;
    this.#takeSeat();
    const stop = round === undefined ? undefined : this.#renew(round);
    let outcome: Outcome = { kind: 'failed' };
    try {
      if (this.#end.signal.aborted) throw new CallAborted();
      const answer = await this.#parts.make({
        urgency: this.#rising,
        signal: this.#end.signal,
        beforeSend: this.#closer(round),
      });
      outcome = answered(answer);
      return answer;
    } catch (error) {
      outcome = failedWith(error);
      throw error;
    } finally {
      stop?.();
      this.#close();
      if (round !== undefined) this.#settle(round, outcome);
    }
  }

  /** Nobody joins once the call may have left: an answer must not be older than its question. */
  #closer(round: string | undefined): () => Promise<void> {
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      this.#close();
      this.#sent = true;
      if (round === undefined) return;
      const { question, rounds, clock } = this.#parts;
      const bound = new AbortController();
      const late = sleep(clock, closeWithinMs, bound.signal).then(() => undefined);
      this.#followers = await Promise.race([rounds.store.close(question, round).catch(() => undefined), late]);
      bound.abort();
    };
    return () => (closing ??= close());
  }

  #renew(round: string): () => void {
    const { question, rounds, clock } = this.#parts;
    const again = (): (() => void) =>
      clock.after(coalescing.renewMs, () => {
        stop = again();
        rounds.store.renew(question, round).catch(() => undefined);
      });
    let stop = again();
    return () => {
      stop();
    };
  }

  #settle(round: string, outcome: Outcome): void {
    const { question, rounds } = this.#parts;
    rounds.forget(round);
    if (this.#followers === 0) return;
    // Whoever may have joined too late must not get this answer.
    const certain = !this.#sent || this.#followers !== undefined;
    const farewell = rounds.store
      .settle(question, round, certain ? outcome : { kind: 'failed' })
      .catch(() => undefined);
    this.#farewells.add(farewell);
  }
}
