import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { redisUrls, startRedisPair } from '../../../../test/support/redis.js';
import type { Identity } from '../../src/vault/contract.js';
import { redlockTokenLock } from '../../src/vault/redis/token-lock.js';
import { sleep, systemClock } from '../../src/runtime/clock.js';
import { freshKeyId, portTo } from '../support/world.js';

const redis = portTo('main', redisUrls().main);
const lock = redlockTokenLock(redis);
const other = redlockTokenLock(portTo('main', redisUrls().main));
afterAll(() => redis.close());

describe('token lock: redlock', () => {
  let identity: Identity;
  beforeEach(() => {
    identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
  });
  const taken = async (): Promise<boolean> => {
    const release = await other.tryAcquire(identity, 1_000);
    await release?.();
    return release === undefined;
  };

  it('says at once that somebody else holds it', async () => {
    await lock.tryAcquire(identity, 5_000);
    const before = performance.now();
    expect(await other.tryAcquire(identity, 5_000)).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('is free again after its release', async () => {
    const release = await lock.tryAcquire(identity, 5_000);
    expect(await taken()).toBe(true);
    await release?.();
    expect(await taken()).toBe(false);
  });

  it('is free again after its lifetime when its holder died', async () => {
    await lock.tryAcquire(identity, 60);
    expect(await taken()).toBe(true);
    await sleep(systemClock, 70);
    expect(await taken()).toBe(false);
  });

  it('of an expired holder does not release the lock of the next one', async () => {
    const late = await lock.tryAcquire(identity, 40);
    await sleep(systemClock, 60);
    await other.tryAcquire(identity, 5_000);
    await late?.().catch(() => undefined);
    expect(await lock.tryAcquire(identity, 1_000)).toBeUndefined();
  });

  it('goes to one of many who try at the same moment', async () => {
    const tries = await Promise.all(Array.from({ length: 20 }, () => lock.tryAcquire(identity, 5_000)));
    expect(tries.filter((release) => release !== undefined)).toHaveLength(1);
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)('never hangs when its server is gone (%s)', async (signal) => {
    await using pair = await startRedisPair();
    const port = portTo('main', pair.mainUrl, 300);
    const lonely = redlockTokenLock(port);
    const release = await lonely.tryAcquire(identity, 1_000);
    expect(release).toBeDefined();
    await pair.killMain(signal);
    const before = performance.now();
    const [acquired, released] = await Promise.allSettled([lonely.tryAcquire(identity, 1_000), release?.()]);
    expect(acquired.status === 'rejected' || acquired.value === undefined).toBe(true);
    expect(released.status).toBe('rejected');
    expect(performance.now() - before).toBeLessThan(3_000);
    await port.close();
    await pair.killMain('SIGKILL');
  });
});
