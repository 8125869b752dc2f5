/**
 * The only door to time within a process. Instants are UTC epoch milliseconds; `monotonic` has no relation to them
 * and never goes back. Timers may fire up to 1 ms early, so whoever waits for an instant looks at the clock again: with less
 * than that to go, it does so in every turn of the event loop.
 */
export interface Clock {
  /** UTC epoch ms; may jump either way. */
  now(): number;
  /** ms since some instant of this process. */
  monotonic(): number;
  /** Calls `fire` once after `ms`; the returned function takes it back. */
  after(ms: number, fire: () => void): () => void;
}

/** The longest delay that Node's timers take; longer ones would fire at once. */
const longestTimerMs = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, fire) => {
    // A timer takes a millisecond at least, and a call in its time would wait for what is left of it.
    if (ms < 1) {
      const turn = setImmediate(fire);
      return () => {
        clearImmediate(turn);
      };
    }
    const timer = setTimeout(fire, Math.min(ms, longestTimerMs));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. Callers look at the signal themselves. */
export const sleep = async (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> => {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
};

/** Resolves not before `clock.monotonic()` has reached `instant` (timers fire early now and then). */
export const sleepUntil = async (clock: Clock, instant: number, signal?: AbortSignal): Promise<void> => {
  for (;;) {
    const left = instant - clock.monotonic();
    if (left <= 0 || signal?.aborted === true) return;
    await sleep(clock, left, signal);
  }
};
