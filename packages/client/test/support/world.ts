import { randomBytes } from 'node:crypto';

import { fakeClock } from '../../src/testing/index.js';
import { sleep, systemClock, type Clock } from '../../src/runtime/clock.js';
import { redisPort, type RedisPort } from '../../src/runtime/redis.js';

/** Time of one test: a fake clock that is moved, or the real one where a Redis server counts. */
export interface World {
  readonly clock: Clock;
  /** At least `ms` go by. */
  pass(ms: number): Promise<void>;
  /** Lets time go by until the work is done. */
  until<T>(work: Promise<T>): Promise<T>;
}

export const fakeWorld = (): World => {
  const clock = fakeClock('2026-11-23T01:00:00Z');
  return {
    clock,
    pass: (ms) => clock.advance(ms),
    until: async (work) => {
      const state = { done: false };
      const finished = work.finally(() => {
        state.done = true;
      });
      finished.catch(() => undefined);
      await clock.advance(0);
      for (let step = 0; !state.done && step < 100_000; step += 1) await clock.advance(1);
      return finished;
    },
  };
};

export const realWorld = (): World => ({
  clock: systemClock,
  pass: (ms) => sleep(systemClock, ms + 2),
  until: (work) => work,
});

/** A name that no other test uses, in the form of a key id. */
export const freshKeyId = (): string => randomBytes(6).toString('hex');

export const portTo = (role: 'main' | 'gatekeeper' | 'lock', url: string, timeoutMs = 2_000): RedisPort =>
  redisPort({ role, url, connectTimeoutMs: timeoutMs, commandTimeoutMs: timeoutMs });
