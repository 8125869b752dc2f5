import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { OpenPeer } from './contract.js';

/** A counter of each second; who is refused comes back when it says so. */
export const openRateLimiterFlexible: OpenPeer = async ({ redisUrl, perSecond }) => {
  const client = new Redis(redisUrl);
  const limiter = new RateLimiterRedis({ storeClient: client, points: perSecond, duration: 1, keyPrefix: 'bench' });
  await client.ping();
  const leave = async (): Promise<void> => {
    for (;;) {
      try {
        await limiter.consume('key');
        return;
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        await sleep(Math.max(1, refused.msBeforeNext));
      }
    }
  };
  return {
    run: async (work) => {
      await leave();
      await work();
    },
    close: async () => {
      await Promise.resolve();
      client.disconnect();
    },
  };
};
