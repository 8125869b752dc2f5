import { randomBytes } from 'node:crypto';

import { afterAll } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { redlockTokenLock } from '../../src/vault/redis/token-lock.js';
import { redisTokenStore } from '../../src/vault/redis/token-store.js';
import { portTo, realWorld } from '../support/world.js';
import { tokenStoreSuite } from './suite/token-store.js';
import { vaultAttacksSuite } from './suite/vault-attacks.js';
import { vaultTracesSuite } from './suite/vault-traces.js';
import { vaultSuite } from './suite/vault.js';

const redis = portTo('main', redisUrls().main);
afterAll(() => redis.close());

const make =
  (...vaultKeys: readonly Buffer[]) =>
  () => {
    const world = realWorld();
    const store = redisTokenStore({
      redis,
      now: () => world.clock.now(),
      vaultKeys,
    });
    return { ...world, store, lock: redlockTokenLock([redis]) };
  };

tokenStoreSuite('redis', make());
tokenStoreSuite('redis, encrypted', make(randomBytes(32)));
vaultSuite('redis', make());
vaultTracesSuite('redis', make());
vaultAttacksSuite('redis', make());
