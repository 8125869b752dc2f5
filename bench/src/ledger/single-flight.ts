import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';

import { tell } from '../harness/child.js';
import { epochMs, quantile, rounded } from '../harness/numbers.js';
import { openCycles, type LedgerOrder } from './cycle.js';

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface Flown {
  readonly kind: 'flown';
  /** From the question to the leave, ms. */
  readonly acquire: Spread;
  /** A PING there and back in between, ms. */
  readonly ping: Spread;
}

const warmUp = 50;
/** What was not waited for (a completion) must not lie in the way of what comes next. */
const pauseMs = 1;

const spread = (values: readonly number[]): Spread => ({
  p50: rounded(quantile(values, 0.5), 3),
  p99: rounded(quantile(values, 0.99), 3),
});

/** In the child: one leave after the other, a PING between two of them. */
export const flySingly = async (order: LedgerOrder): Promise<void> => {
  const cycles = await openCycles({ ...order, count: 1 });
  const redis = new Redis(order.redisUrl);
  const taken = { acquire: [] as number[], ping: [] as number[] };
  const ways = {
    acquire: async () => {
      const start = epochMs();
      let end = start;
      await cycles.cycle(() => (end = epochMs()));
      return end - start;
    },
    ping: async () => {
      const start = epochMs();
      await redis.ping();
      return epochMs() - start;
    },
  } as const;
  for (let round = -warmUp; round < order.count; round += 1) {
    // Whoever goes first has the colder caches, so they take turns at that too.
    for (const way of round % 2 === 0 ? (['acquire', 'ping'] as const) : (['ping', 'acquire'] as const)) {
      await sleep(pauseMs);
      const ms = await ways[way]();
      if (round >= 0) taken[way].push(ms);
    }
  }
  redis.disconnect();
  tell({ kind: 'flown', acquire: spread(taken.acquire), ping: spread(taken.ping) } as Flown);
  await cycles.close();
};
