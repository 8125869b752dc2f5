import { Redis } from 'ioredis';
import { expect, it } from 'vitest';

import { redisUrls, startRedisPair } from '../support/redis.js';

const runId = async (url: string): Promise<string | undefined> => {
  const redis = new Redis(url, { retryStrategy: null });
  redis.on('error', () => undefined);
  try {
    return /run_id:(\w+)/.exec(await redis.info('server'))?.[1];
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
};

it('a test’s own server can be killed and comes back empty on the same URL, its neighbour untouched', async () => {
  await using pair = await startRedisPair();
  const [main, gatekeeper] = [await runId(pair.mainUrl), await runId(pair.gatekeeperUrl)];
  expect(main).toMatch(/^\w{40}$/);
  await pair.killMain('SIGKILL');
  expect(await runId(pair.mainUrl)).toBeUndefined();
  await pair.restartMain();
  expect(await runId(pair.mainUrl)).toMatch(/^\w{40}$/);
  expect(await runId(pair.mainUrl)).not.toBe(main);
  expect(await runId(pair.gatekeeperUrl)).toBe(gatekeeper);
});

it('the shared servers of a project are two', async () => {
  const { main, gatekeeper } = redisUrls();
  expect(await runId(main)).not.toBe(await runId(gatekeeper));
});
