import { setTimeout as sleep } from 'node:timers/promises';

import { koreanDay, type Hole } from '@hub/store';

import { failureOf } from '../error.js';
import type { SentinelEvent } from './event.js';
import { closeHole, recoveryIdOf, type LadderEffects } from './ladder.js';
import { ranked, seriesOf } from './rank.js';

export interface RoundsOptions {
  /** Holes that are in hand at once. */
  readonly atOnce: number;
  /** How often it looks without being told, ms. */
  readonly lookEveryMs: number;
  readonly look: () => Promise<Hole[]>;
  readonly tell: (event: SentinelEvent) => void;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

const firstAgainMs = 2_000;
const longestAgainMs = 300_000;

/** Tried and not ended: how often, and when it may be tried again (monotonic). */
interface Setback {
  readonly times: number;
  readonly notBefore: number;
}

/** Looks, and takes in hand what it finds, round after round. */
export class Rounds {
  /** As the last look has found them, but for those that have ended since. */
  #known: readonly Hole[] = [];
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #setbacks = new Map<string, Setback>();
  #woken = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly options: RoundsOptions,
    private readonly effects: LadderEffects,
  ) {}

  /** There is something new. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Until the signal; then waits for what is in hand. */
  async run(): Promise<void> {
    while (!this.options.signal.aborted) {
      this.#woken = false;
      try {
        this.#known = ranked(await this.options.look(), koreanDay(this.effects.now()));
        this.#take();
      } catch (error) {
        this.options.onError(error);
      }
      await this.#pause();
    }
    await Promise.allSettled(this.#inHand.values());
  }

  #take(): void {
    const { atOnce, tell } = this.options;
    const now = performance.now();
    for (const hole of this.#known) {
      if (this.#inHand.size >= atOnce) return;
      const series = seriesOf(hole);
      const id = recoveryIdOf(this.effects.storeId, hole);
      const waits = (this.#setbacks.get(id)?.notBefore ?? 0) > now;
      if (waits || this.options.signal.aborted || this.#inHand.has(series)) continue;
      tell({ kind: 'hole-found', id, hole });
      const work = this.#close(id, hole).finally(() => {
        this.#inHand.delete(series);
        this.#known = this.#known.filter((each) => each !== hole);
        // Another one of the series, or one that had no place, is next.
        this.#take();
      });
      this.#inHand.set(series, work);
    }
  }

  async #close(id: string, hole: Hole): Promise<void> {
    const { tell } = this.options;
    const began = performance.now();
    try {
      const closing = await closeHole(hole, this.effects);
      if (closing.state === 'waiting') this.#setback(id);
      else this.#setbacks.delete(id);
      tell({ kind: 'hole-ended', id, hole, closing, tookMs: performance.now() - began });
    } catch (error) {
      if (this.options.signal.aborted) return;
      const { code, message } = failureOf(error);
      tell({ kind: 'hole-failed', id, hole, code, message, againInMs: this.#setback(id) });
    }
  }

  #setback(id: string): number {
    const times = (this.#setbacks.get(id)?.times ?? 0) + 1;
    const againInMs = Math.min(longestAgainMs, firstAgainMs * 2 ** (times - 1));
    this.#setbacks.set(id, { times, notBefore: performance.now() + againInMs });
    return againInMs;
  }

  async #pause(): Promise<void> {
    if (this.#woken || this.options.signal.aborted) return;
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const setbacks = [...this.#setbacks.values()].map(({ notBefore }) => notBefore - performance.now());
    const ms = Math.max(50, Math.min(this.options.lookEveryMs, ...setbacks.filter((each) => each > 0)));
    const stop = (): void => {
      over.abort();
    };
    this.options.signal.addEventListener('abort', stop, { once: true });
    await Promise.race([woken, sleep(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
    this.options.signal.removeEventListener('abort', stop);
    over.abort();
  }
}
