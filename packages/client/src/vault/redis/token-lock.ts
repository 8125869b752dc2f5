import Redlock, { ExecutionError, type LockClient } from 'redlock';

import type { RedisPort } from '../../runtime/redis.js';
import type { Identity, TokenLock } from '../contract.js';

/** A lock key of its own: never a data key. */
const lockKey = ({ broker, environment, keyId, purpose }: Identity): string =>
  `api:token:{${broker}:${environment}:${keyId}}:${purpose}:lock`;

/** Lets redlock speak through the hub's own connection, with its time limits, instead of a second client. */
const lockClient = (redis: RedisPort, failed: (error: unknown) => void): LockClient => ({
  evalsha: () => Promise.reject(new Error('NOSCRIPT the connection keeps the hashes itself')),
  eval: async (lua, keyCount, args) => {
    const texts = args.map(String);
    try {
      return await redis.run({ name: 'redlock', keys: keyCount, lua }, texts.slice(0, keyCount), texts.slice(keyCount));
    } catch (error) {
      failed(error);
      throw error;
    }
  },
});

/**
 * Redlock, tried once: on one server, or by a majority of three or more. An even number is refused, for two votes can
 * split and nobody would ever get the lock. Rejects with HUB_REDIS_… when so many servers are away that no majority is left.
 */
export const redlockTokenLock = (servers: readonly RedisPort[]): TokenLock => {
  if (servers.length % 2 === 0) throw new Error(`a lock over ${String(servers.length)} servers has no majority`);
  const majority = Math.floor(servers.length / 2) + 1;
  return {
    tryAcquire: async (identity, lifetimeMs) => {
      const failures = new Map<RedisPort, unknown>();
      const clients = servers.map((redis) => lockClient(redis, (error) => failures.set(redis, error)));
      const redlock = new Redlock(clients, { retryCount: 0 });
      try {
        const lock = await redlock.acquire([lockKey(identity)], Math.ceil(lifetimeMs));
        return async () => {
          await lock.release();
        };
      } catch (error) {
        if (!(error instanceof ExecutionError)) throw error;
        // Waiting for somebody else to give it back is of no use when nobody can have it.
        if (servers.length - failures.size < majority) throw [...failures.values()][0];
        return undefined;
      }
    },
  };
};
