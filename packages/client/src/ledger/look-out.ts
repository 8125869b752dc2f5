import { sleep, type Clock } from '../runtime/clock.js';

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Tries again and again, once at a time whoever asks for it, with longer pauses up to a second. */
export class LookOut {
  #looking = false;

  constructor(
    private readonly clock: Clock,
    private readonly ended: AbortSignal,
  ) {}

  /** Until `over` says so; an attempt that fails is followed by the next one. */
  async untilOver(over: () => boolean, attempt: () => Promise<void>): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (let pauseMs = firstPauseMs; !over(); pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      await sleep(this.clock, pauseMs, this.ended);
      // Not yet.
      await attempt().catch(() => undefined);
    }
    this.#looking = false;
  }
}
