import type { Random } from '../../runtime/random.js';

/** How a session comes back. All in ms; reasons in docs/guide/realtime.md. */
export const backOff = {
  firstMs: 250,
  longestMs: 60_000,
  /** Somebody else has the socket, or the broker has not noticed yet that it was ours. */
  inUseMs: 1_000,
  /** After so long a session counts as stable, and the next break begins anew. */
  stableMs: 30_000,
  /** So many attempts in a row without a stable session stop the key for a while, long before a broker would ban it. */
  mostAttempts: 12,
  stopMs: 600_000,
} as const;

/** Pauses between attempts: twice as long each time, with jitter, until a session was stable. */
export class BackOff {
  #attempts = 0;
  #inUse = 0;

  constructor(private readonly random: Random) {}

  /** A session that lasted for `lastedMs` has ended. `inUse`: because somebody else has it. */
  ended(lastedMs: number, inUse: boolean): void {
    this.#attempts = lastedMs >= backOff.stableMs ? 0 : this.#attempts + 1;
    this.#inUse = inUse ? this.#inUse + 1 : 0;
  }

  /** A new try was asked for by somebody. */
  reset(): void {
    this.#attempts = 0;
    this.#inUse = 0;
  }

  /** How often it was tried in vain. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Whether to stop: going on would look like abuse. */
  get exhausted(): boolean {
    return this.#attempts >= backOff.mostAttempts;
  }

  /** ms until the next attempt. */
  pauseMs(): number {
    if (this.exhausted) return backOff.stopMs;
    const doubled = (firstMs: number, times: number): number => Math.min(backOff.longestMs, firstMs * 2 ** (times - 1));
    const pause =
      this.#inUse > 0 ? doubled(backOff.inUseMs, this.#inUse) : doubled(backOff.firstMs, Math.max(1, this.#attempts));
    return pause * (0.75 + this.random() / 2);
  }
}
