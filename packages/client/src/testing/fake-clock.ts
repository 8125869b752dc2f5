import { setImmediate as nextCheckPhase } from 'node:timers/promises';

import type { Clock } from '../runtime/clock.js';

/** A clock that stands still until it is told to advance. */
export interface FakeClock extends Clock {
  /** Moves time on, fires every timer that falls due in its order, and lets the promises behind each settle. */
  advance(ms: number): Promise<void>;
  /** Timers that are set and have not fired. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

/** Lets everything that is ready to run do so, also what waits for the check phase of the event loop, and what follows from it. */
const settle = async (): Promise<void> => {
  await nextCheckPhase();
  await nextCheckPhase();
};

/** `start` is an ISO text or UTC epoch ms. */
export const fakeClock = (start: string | number = 0): FakeClock => {
  let now = typeof start === 'string' ? Date.parse(start) : start;
  const origin = now;
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((left, right) => left.due - right.due)[0];
  return {
    now: () => now,
    monotonic: () => now - origin,
    after: (ms, fire) => {
      const timer = { due: now + ms, fire };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.fire();
        await settle();
      }
      now = until;
      await settle();
    },
    get pending() {
      return timers.size;
    },
  };
};
