import type { Clock } from '../runtime/clock.js';
import type { Protocol } from './contract.js';

/** Every question is a sign of life too; what only a heartbeat can tell is told at least so often. */
const fullBeatMs = 10_000;

/** When a member has to let itself be heard. */
export class Rhythm {
  #lastBeat = -Infinity;
  /** The share that the last heartbeat was answered with is the one that it told of. */
  #settled = false;
  #stop: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly protocol: Protocol,
  ) {}

  /** A heartbeat was heard. Until the store has heard that a share was given up, nobody else is dealt it: `settled`. */
  heard(settled: boolean): void {
    this.#lastBeat = this.clock.monotonic();
    this.#settled = settled;
  }

  /** Members have come or gone: the shares are to be dealt anew. */
  unsettle(): void {
    this.#settled = false;
  }

  /** Whether a heartbeat is due, when the last word that was heard left at `heardAt`. */
  isDue(heardAt: number): boolean {
    const now = this.clock.monotonic();
    return !this.#settled || now - this.#lastBeat >= fullBeatMs || now - heardAt >= this.protocol.beatMs;
  }

  next(look: () => void): void {
    this.stop();
    this.#stop = this.clock.after(this.protocol.beatMs, look);
  }

  stop(): void {
    this.#stop?.();
  }
}
