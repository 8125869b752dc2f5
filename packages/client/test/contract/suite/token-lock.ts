import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startRedisServers, type RedisServers } from '../../../../../test/support/redis.js';
import { sleep, systemClock } from '../../../src/runtime/clock.js';
import type { RedisPort } from '../../../src/runtime/redis.js';
import type { Identity, TokenLock } from '../../../src/vault/contract.js';
import { freshKeyId } from '../../support/world.js';

export interface TokenLockMaker {
  /** Servers that vote. */
  readonly servers: number;
  readonly port: (url: string) => RedisPort;
  /** A lock as one process has it. */
  readonly lock: (ports: readonly RedisPort[]) => TokenLock;
}

/** All that a try or a release may take when a server does not answer: the connection's own limits. */
const boundedMs = 3_000;
const atOnceMs = 500;

const timed = async <T>(work: Promise<T>): Promise<{ result: PromiseSettledResult<T>; ms: number }> => {
  const start = performance.now();
  const [result] = await Promise.allSettled([work]);
  return { result, ms: performance.now() - start };
};

/** Locks of several processes over the same servers; closes what it opened. */
const openLocks = async (maker: TokenLockMaker) => {
  const servers = await startRedisServers(maker.servers);
  const ports: RedisPort[] = [];
  return {
    servers,
    lock: (urls = servers.urls): TokenLock => {
      const own = urls.map((url) => maker.port(url));
      ports.push(...own);
      return maker.lock(own);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(ports.map((port) => port.close()));
      await servers[Symbol.asyncDispose]();
    },
  };
};

/** Runs one command on every server. */
const onEach = async <T>({ urls }: RedisServers, command: (client: Redis) => Promise<T>): Promise<T[]> =>
  Promise.all(
    urls.map(async (url) => {
      const client = new Redis(url);
      try {
        return await command(client);
      } finally {
        client.disconnect();
      }
    }),
  );

/** What every token lock promises: each row of the table of faults of known lock libraries that can show in a lock that is tried once. */
export const tokenLockSuite = (name: string, maker: TokenLockMaker): void => {
  describe(`token lock: ${name}`, () => {
    let open: Awaited<ReturnType<typeof openLocks>>;
    let mine: TokenLock;
    let other: TokenLock;
    let identity: Identity;
    beforeAll(async () => {
      open = await openLocks(maker);
      [mine, other] = [open.lock(), open.lock()];
    });
    afterAll(() => open[Symbol.asyncDispose]());
    beforeEach(() => {
      identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
    });
    const taken = async (): Promise<boolean> => {
      const release = await other.tryAcquire(identity, 1_000);
      await release?.();
      return release === undefined;
    };

    it('says at once that somebody else holds it', async () => {
      await mine.tryAcquire(identity, 5_000);
      const { result, ms } = await timed(other.tryAcquire(identity, 5_000));
      expect(result).toEqual({ status: 'fulfilled', value: undefined });
      expect(ms).toBeLessThan(atOnceMs);
    });

    it('is free again after its release', async () => {
      const release = await mine.tryAcquire(identity, 5_000);
      expect(await taken()).toBe(true);
      await release?.();
      expect(await taken()).toBe(false);
    });

    it('is free again after its lifetime when its holder died', async () => {
      await mine.tryAcquire(identity, 60);
      expect(await taken()).toBe(true);
      await sleep(systemClock, 70);
      expect(await taken()).toBe(false);
    });

    it('of an expired holder releases nothing of the next one, and says so at once', async () => {
      const late = await mine.tryAcquire(identity, 40);
      await sleep(systemClock, 60);
      await other.tryAcquire(identity, 5_000);
      const { ms } = await timed(late?.() ?? Promise.reject(new Error('not acquired')));
      expect(ms).toBeLessThan(atOnceMs);
      expect(await mine.tryAcquire(identity, 1_000)).toBeUndefined();
    });

    it('goes to one at most of many who try at the same moment', async () => {
      const locks = Array.from({ length: 5 }, () => open.lock());
      const tries = await Promise.all(locks.flatMap((lock) => [1, 2, 3].map(() => lock.tryAcquire(identity, 5_000))));
      expect(tries.filter((release) => release !== undefined).length).toBeLessThanOrEqual(1);
      // A vote that splits leaves nothing behind: either it is held, or the next one gets it.
      expect(await taken()).toBe(tries.some((release) => release !== undefined));
    });

    it('asks no server again and again, neither for a lock that is held nor for one that is lost', async () => {
      const calls = async (): Promise<number> => {
        const stats = await onEach(open.servers, (client) => client.info('commandstats'));
        return stats
          .flatMap((text) => [...text.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)])
          .reduce((sum, [, count]) => sum + Number(count), 0);
      };
      const lost = await mine.tryAcquire(identity, 20);
      await sleep(systemClock, 30);
      await other.tryAcquire(identity, 5_000);
      const before = await calls();
      await lost?.().catch(() => undefined);
      await mine.tryAcquire(identity, 5_000);
      await sleep(systemClock, 300);
      // A release, a try, the release of what that try may have got, and each script a second time where it is new.
      expect((await calls()) - before).toBeLessThanOrEqual(6 * maker.servers);
    });

    it('has a key of its own, which is no data key, in the database of its URL', async () => {
      await onEach(open.servers, (client) => client.flushall());
      const elsewhere = open.lock(open.servers.urls.map((url) => `${url}?db=3`));
      await elsewhere.tryAcquire(identity, 5_000);
      const keys = await onEach(open.servers, async (client) => {
        const first = await client.keys('*');
        await client.select(3);
        return { first, third: await client.keys('*') };
      });
      for (const { first, third } of keys) {
        expect(first).toEqual([]);
        expect(third).toEqual([expect.stringMatching(/^api:token:\{kis:real:\w+\}:rest:lock$/)]);
      }
      expect(await taken()).toBe(false);
    });

    it('cannot be made of an even number of servers', async () => {
      const ports = [...open.servers.urls, open.servers.urls[0] ?? ''].map((url) => maker.port(url));
      expect(() => maker.lock(ports)).toThrow('no majority');
      await Promise.all(ports.map((port) => port.close()));
    });

    const spare = Math.floor((maker.servers - 1) / 2);
    /** Of what only several servers promise. */
    const majorityTest = (title: string, test: () => Promise<void>): void => {
      if (spare > 0) it(title, test);
    };
    describe.each(['SIGKILL', 'SIGSTOP'] as const)('when servers are gone (%s)', (signal) => {
      majorityTest('is held and given back as ever by those that are left', async () => {
        await using lonely = await openLocks(maker);
        const [left, right] = [lonely.lock(), lonely.lock()];
        for (let index = 0; index < spare; index += 1) await lonely.servers.signal(index, signal);
        const { result, ms } = await timed(left.tryAcquire(identity, 5_000));
        const release = result.status === 'fulfilled' ? result.value : undefined;
        expect(release).toBeDefined();
        expect(ms).toBeLessThan(boundedMs);
        expect(await right.tryAcquire(identity, 5_000)).toBeUndefined();
        await release?.();
        expect(await right.tryAcquire(identity, 5_000)).toBeDefined();
      });

      it('goes to nobody without a majority: everybody is told which server is away, and nobody hangs', async () => {
        await using lonely = await openLocks(maker);
        const [left, right] = [lonely.lock(), lonely.lock()];
        const release = await left.tryAcquire(identity, 10_000);
        for (let index = 0; index <= spare; index += 1) await lonely.servers.signal(index, signal);
        const tries = await Promise.all([left, right].map((lock) => timed(lock.tryAcquire(identity, 5_000))));
        for (const { result, ms } of tries) {
          expect(result).toMatchObject({ status: 'rejected', reason: { code: 'HUB_REDIS_UNREACHABLE' } });
          expect(ms).toBeLessThan(boundedMs);
        }
        const released = await timed(release?.() ?? Promise.reject(new Error('not acquired')));
        expect(released.result.status).toBe('rejected');
        expect(released.ms).toBeLessThan(boundedMs);
      });
    });

    majorityTest('is not held up by a key that a dead process left on one server', async () => {
      await using lonely = await openLocks(maker);
      expect(await lonely.lock(lonely.servers.urls.slice(0, 1)).tryAcquire(identity, 10_000)).toBeDefined();
      expect(await lonely.lock().tryAcquire(identity, 1_000)).toBeDefined();
    });
  });
};
