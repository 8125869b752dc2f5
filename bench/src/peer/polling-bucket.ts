import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';

import type { OpenPeer } from './contract.js';

const pollMs = 10;

/** KEYS 1 bucket {level, filled}   ARGV 1 capacity, which is also the refill per second   REPLY 1 granted · 0 empty */
const take = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local capacity = tonumber(ARGV[1])
local bucket = redis.call('HMGET', KEYS[1], 'level', 'filled')
local level, filled = tonumber(bucket[1] or capacity), tonumber(bucket[2] or now)
level = math.min(capacity, level + (now - filled) * capacity / 1000)
local granted = level >= 1 and 1 or 0
redis.call('HSET', KEYS[1], 'level', string.format('%.17g', level - granted), 'filled', string.format('%.17g', now))
return granted`;

type WithTake = Redis & { takeToken(key: string, capacity: number): Promise<number> };

/** What many projects write themselves: a token bucket in Lua that every caller polls. */
export const openPollingBucket: OpenPeer = async ({ redisUrl, perSecond }) => {
  const client = new Redis(redisUrl);
  client.defineCommand('takeToken', { numberOfKeys: 1, lua: take });
  await client.ping();
  return {
    run: async (work) => {
      while ((await (client as WithTake).takeToken('bench:bucket', perSecond)) !== 1) await sleep(pollMs);
      await work();
    },
    close: async () => {
      await Promise.resolve();
      client.disconnect();
    },
  };
};
