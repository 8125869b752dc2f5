import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';

import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startRedisPair, type RedisPair } from '../../../../test/support/redis.js';
import { Closers } from '../../src/command/closers.js';
import type { Context } from '../../src/command/context.js';
import { redisHealth } from '../../src/command/redis-health.js';
import { openRedis, type RedisUrls } from '../../src/command/redis-servers.js';
import { Screen } from '../../src/terminal/screen.js';

const context: Context = {
  screen: new Screen({
    stdout: process.stdout,
    stderr: process.stderr,
    json: true,
    verbose: false,
    env: {},
    secrets: [],
  }),
  env: {},
  stop: new AbortController().signal,
  now: Date.now,
};

const open = (urls: RedisUrls): Promise<RedisUrls> => openRedis(context, { urls, embedded: false }, new Closers());

const openPair = async (): Promise<RedisPair> => {
  const pair = await startRedisPair();
  onTestFinished(() => pair.close());
  return pair;
};

const listening = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

describe('the servers of the settings', () => {
  it.each([
    ['without memory', 'OOM', (redis: Redis) => redis.config('SET', 'maxmemory', 1)],
    ['that are replicas', 'READONLY', (redis: Redis) => redis.call('REPLICAOF', '127.0.0.1', '1')],
    ['that want a password', 'NOAUTH', (redis: Redis) => redis.config('SET', 'requirepass', 'hunter2')],
    ['that refuse our rights', 'NOPERM', (redis: Redis) => redis.call('ACL', 'SETUSER', 'default', '-set')],
  ])('%s are refused before anything is done, and named by the doctor', async (_name, word, spoil) => {
    const { mainUrl: bad, gatekeeperUrl: good } = await openPair();
    const redis = new Redis(bad);
    await spoil(redis);
    redis.disconnect();
    for (const urls of [
      { main: bad, gatekeeper: good },
      { main: good, gatekeeper: bad },
    ]) {
      const role = urls.main === bad ? 'main' : 'gatekeeper';
      const message = expect.stringMatching(new RegExp(`^The ${role} Redis refused a command: .*${word}`)) as string;
      await expect(open(urls)).rejects.toMatchObject({ code: 'HUB_REDIS_REFUSED', message });
      const { findings } = await redisHealth(urls);
      expect(findings).toContainEqual(expect.objectContaining({ check: `redis ${role}`, level: 'problem' }));
    }
  });

  it('that speak another language, or none, are away', async () => {
    const { mainUrl: main } = await openPair();
    const http = await listening(createHttpServer((_request, response) => response.end('hello')));
    const mute = await listening(createServer(() => undefined));
    const startedAt = performance.now();
    for (const port of [http, mute]) {
      const gatekeeper = `redis://:hunter2@127.0.0.1:${String(port)}`;
      const failure = { code: 'HUB_REDIS_UNREACHABLE', message: expect.not.stringContaining('hunter2') as string };
      await expect(open({ main, gatekeeper })).rejects.toMatchObject(failure);
    }
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it('show no password that stands among the parameters', async () => {
    const { mainUrl: main } = await openPair();
    const gatekeeper = 'unix:///nobody/here.sock?password=hunter2';
    const message = 'The gatekeeper Redis (unix:///nobody/here.sock?***) cannot be reached';
    await expect(open({ main, gatekeeper })).rejects.toMatchObject({ message });
  });
});
