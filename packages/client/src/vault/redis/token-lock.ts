import Redlock, { ExecutionError, type LockClient } from 'redlock';

import type { RedisPort } from '../../runtime/redis.js';
import type { Identity, TokenLock } from '../contract.js';

/** A lock key of its own: never a data key. */
const lockKey = ({ broker, environment, keyId, purpose }: Identity): string =>
  `api:token:{${broker}:${environment}:${keyId}}:${purpose}:lock`;

/** Lets redlock speak through the hub's own connection, with its time limits, instead of a second client. */
const lockClient = (redis: RedisPort): LockClient => ({
  evalsha: () => Promise.reject(new Error('NOSCRIPT the connection keeps the hashes itself')),
  eval: (lua, keyCount, args) => {
    const texts = args.map(String);
    return redis.run({ name: 'redlock', keys: keyCount, lua }, texts.slice(0, keyCount), texts.slice(keyCount));
  },
});

/** Redlock on the main server, tried once. One server: two would be no quorum and hang when their votes split. */
export const redlockTokenLock = (redis: RedisPort): TokenLock => {
  const redlock = new Redlock([lockClient(redis)], { retryCount: 0 });
  return {
    tryAcquire: async (identity, lifetimeMs) => {
      try {
        const lock = await redlock.acquire([lockKey(identity)], Math.ceil(lifetimeMs));
        return async () => {
          await lock.release();
        };
      } catch (error) {
        if (error instanceof ExecutionError) return undefined;
        throw error;
      }
    },
  };
};
