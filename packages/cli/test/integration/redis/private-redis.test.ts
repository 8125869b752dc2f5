import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';

import { startPrivateRedis } from '@hub/cli/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { holdRedis, isRunning, type HeldPair, type RedisHolder } from '../../support/redis-holder.js';

// The published entry, since the pair is held by a built file of its own. Bounded polling is for processes that are
// not children of this one: nothing tells of their end.

let runtimeDir: string;
let holders: RedisHolder[];
beforeEach(() => {
  runtimeDir = mkdtempSync('/tmp/hub-rt-');
  holders = [];
});
afterEach(async () => {
  await Promise.all(holders.map((holder) => holder.kill('SIGKILL')));
  rmSync(runtimeDir, { recursive: true, force: true });
});

const hold = async (options: Parameters<typeof holdRedis>[0]): Promise<RedisHolder> => {
  const holder = await holdRedis(options);
  holders.push(holder);
  return holder;
};
const gone = async (...pids: number[]): Promise<void> => {
  await expect.poll(() => pids.filter(isRunning), { timeout: 10_000, interval: 20 }).toEqual([]);
};
const leftovers = (): string[] => readdirSync(runtimeDir).filter((name) => /^(pair-|shared\.sock|draft-)/.test(name));
const noLeftovers = async (): Promise<void> => {
  await expect.poll(leftovers, { timeout: 10_000, interval: 20 }).toEqual([]);
};
const pidsOf = (pair: HeldPair): [number, number] => [pair.mainPid, pair.gatekeeperPid];
const ask = async <T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(url, { retryStrategy: null });
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
};

describe('a private pair', () => {
  it('is two servers without persistence, on sockets of this user, gone when close() resolves', async () => {
    const pair = await startPrivateRedis({ isolated: true, runtimeDir });
    expect(pair.mainPid).not.toBe(pair.gatekeeperPid);
    for (const url of [pair.mainUrl, pair.gatekeeperUrl]) {
      const settings = await ask(url, (redis) => redis.config('GET', 'maxmemory-policy', 'save', 'appendonly', 'port'));
      expect(settings).toEqual(expect.arrayContaining(['noeviction', '0', 'no', '']));
    }
    await ask(pair.mainUrl, (redis) => redis.set('only', 'main'));
    expect(await ask(pair.gatekeeperUrl, (redis) => redis.get('only'))).toBeNull();
    await Promise.all([pair.close(), pair.close()]);
    expect(pidsOf(pair).filter(isRunning)).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('starts a second time, as a pair of its own while the first runs', async () => {
    await using first = await startPrivateRedis({ isolated: true, runtimeDir });
    await using second = await startPrivateRedis({ isolated: true, runtimeDir });
    expect(second.mainUrl).not.toBe(first.mainUrl);
    await second.close();
    expect(await ask(first.mainUrl, (redis) => redis.ping())).toBe('PONG');
  });

  it('ends both servers after kill -9 of its process', async () => {
    const holder = await hold({ runtimeDir, isolated: true });
    await holder.kill('SIGKILL');
    await gone(...pidsOf(holder.pair), holder.supervisorPid);
    await noLeftovers();
  });

  it('ends both servers after kill -9 of the supervisor, also when they are stopped', async () => {
    const pair = await startPrivateRedis({ isolated: true, runtimeDir });
    process.kill(pair.gatekeeperPid, 'SIGSTOP');
    process.kill(supervisorPid(pair), 'SIGKILL');
    await gone(...pidsOf(pair));
    await noLeftovers();
    await pair.close();
  });

  it('leaves nothing for ever when its keepers are killed too: the next start stops what is left', async () => {
    const pair = await startPrivateRedis({ isolated: true, runtimeDir });
    process.kill(supervisorPid(pair), 'SIGSTOP');
    for (const pid of [...pidsOf(pair).map(parentOf), supervisorPid(pair)]) process.kill(pid, 'SIGKILL');
    await gone(supervisorPid(pair));
    expect(pidsOf(pair).filter(isRunning)).toEqual(pidsOf(pair));
    await using next = await startPrivateRedis({ isolated: true, runtimeDir });
    await gone(...pidsOf(pair));
    expect(leftovers()).toEqual([basename(dirname(next.mainUrl))]);
    await pair.close();
  });

  it('ends the other server when one dies', async () => {
    const pair = await startPrivateRedis({ isolated: true, runtimeDir });
    process.kill(pair.mainPid, 'SIGKILL');
    await gone(pair.gatekeeperPid, supervisorPid(pair));
    await noLeftovers();
    await pair.close();
  });

  it('serves until its process closes it after Ctrl-C', async () => {
    const holder = await hold({ runtimeDir, isolated: true });
    process.kill(-(holder.child.pid ?? 0), 'SIGINT');
    expect(await holder.next()).toEqual({ afterInterrupt: '+PONG' });
    expect(await holder.next()).toEqual({ closed: true });
    expect(pidsOf(holder.pair).filter(isRunning)).toEqual([]);
    await noLeftovers();
  });

  it('does not keep its process from ending', async () => {
    const holder = await hold({ runtimeDir, isolated: true });
    const exited = once(holder.child, 'exit');
    holder.child.stdin?.end();
    expect(await exited).toEqual([0, null]);
    await gone(...pidsOf(holder.pair));
  });

  it('is refused in a folder that others can enter', async () => {
    mkdirSync(join(runtimeDir, 'open'), { mode: 0o755 });
    const start = startPrivateRedis({ isolated: true, runtimeDir: join(runtimeDir, 'open') });
    await expect(start).rejects.toMatchObject({
      code: 'HUB_REDIS_START_FAILED',
      reason: expect.stringMatching(/open/),
    });
  });

  it('stops on abort', async () => {
    const abort = new AbortController();
    const reason = new Error('stop');
    const start = startPrivateRedis({
      isolated: true,
      runtimeDir,
      signal: abort.signal,
      onProgress: () => {
        setImmediate(() => {
          abort.abort(reason);
        });
      },
    });
    await expect(start).rejects.toBe(reason);
    await noLeftovers();
  });
});

describe('the epoch', () => {
  const epochs = (pair: { mainUrl: string; gatekeeperUrl: string }) =>
    Promise.all(
      [pair.mainUrl, pair.gatekeeperUrl].map((url) =>
        ask(url, async (redis) => [await redis.get('api:epoch'), /run_id:(\w+)/.exec(await redis.info('server'))?.[1]]),
      ),
    );

  it('is blessed on both servers when no pair ran before, and left to the hub when one just did', async () => {
    const first = await startPrivateRedis({ runtimeDir });
    expect(first.fresh).toBe(true);
    for (const [epoch, runId] of await epochs(first)) expect(epoch).toBe(runId);
    await first.close();
    const second = await startPrivateRedis({ runtimeDir });
    expect(second.fresh).toBe(false);
    for (const [epoch] of await epochs(second)) expect(epoch).toBeNull();
    await second.close();
  });

  it('is blessed with a simulator of one’s own, which leaves no mark either', async () => {
    const earlier = await startPrivateRedis({ runtimeDir, isolated: true });
    await earlier.close();
    await using plain = await startPrivateRedis({ runtimeDir });
    expect(plain.fresh).toBe(true);
    await using isolated = await startPrivateRedis({ runtimeDir, isolated: true });
    expect(isolated.fresh).toBe(true);
  });
});

describe('a shared pair', () => {
  it('is one pair for two starts at once; the first may leave, the last stops it', async () => {
    const [one, two] = await Promise.all([hold({ runtimeDir, shared: true }), hold({ runtimeDir, shared: true })]);
    expect(one.pair).toEqual(two.pair);
    await one.leave();
    expect(await ask(two.pair.mainUrl, (redis) => redis.ping())).toBe('PONG');
    await two.leave();
    expect(pidsOf(two.pair).filter(isRunning)).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('keeps its data when a successor joins within the grace time', async () => {
    const one = await startPrivateRedis({ runtimeDir, shared: true });
    await ask(one.mainUrl, (redis) => redis.set('token', 'kept'));
    const closed = one.close();
    await using two = await startPrivateRedis({ runtimeDir, shared: true });
    await closed;
    expect(two.mainUrl).toBe(one.mainUrl);
    expect(await ask(two.mainUrl, (redis) => redis.get('token'))).toBe('kept');
  });

  it('stops after kill -9 of all its members', async () => {
    const members = [await hold({ runtimeDir, shared: true }), await hold({ runtimeDir, shared: true })];
    await Promise.all(members.map((member) => member.kill('SIGKILL')));
    for (const { pair, supervisorPid: pid } of members) await gone(...pidsOf(pair), pid);
    await noLeftovers();
  });

  it('starts anew where a crash left a socket, a lock and a folder', async () => {
    const crashed = await startPrivateRedis({ runtimeDir, shared: true });
    process.kill(supervisorPid(crashed), 'SIGKILL');
    await gone(...pidsOf(crashed));
    await crashed.close();
    mkdirSync(join(runtimeDir, 'pair-1-1'));
    writeFileSync(join(runtimeDir, 'pair-1-1', 'main.owner'), '1 1');
    writeFileSync(join(runtimeDir, 'start-99.lock'), JSON.stringify({ pid: process.pid, startedAt: '1' }));
    expect(leftovers()).toContain('shared.sock');

    const pair = await startPrivateRedis({ runtimeDir, shared: true });
    expect(pair.fresh).toBe(false);
    expect(await ask(pair.mainUrl, (redis) => redis.ping())).toBe('PONG');
    await pair.close();
    expect(leftovers()).toEqual([]);
  });

  it('reports a holder that does not answer, and starts no second pair', async () => {
    const mute = createServer().listen(join(runtimeDir, 'shared.sock'));
    await once(mute, 'listening');
    const start = startPrivateRedis({ runtimeDir, shared: true });
    await expect(start).rejects.toMatchObject({ code: 'HUB_REDIS_START_FAILED' });
    expect(leftovers()).toEqual(['shared.sock']);
    mute.close();
  });
});

const parentOf = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));

const supervisorPid = (pair: { mainUrl: string }): number => Number(basename(dirname(pair.mainUrl)).split('-')[1] ?? 0);
