import { errors } from '@hub/client';
import { Redis } from 'ioredis';

import { startPrivateRedis, type PrivateRedisOptions } from '../redis/index.js';
import type { Closers } from './closers.js';
import type { Context } from './context.js';
import { unlessStopped } from './stop.js';

export interface RedisUrls {
  readonly main: string;
  readonly gatekeeper: string;
}

const connectMs = 5_000;

/** Opens and closes a connection. Rejects with HUB_REDIS_UNREACHABLE. */
export const ping = async (role: 'main' | 'gatekeeper', url: string): Promise<void> => {
  await usingRedis(role, url, async (redis) => {
    await redis.ping();
  });
};

/** Runs `work` on a connection of its own, without any retry. Rejects with HUB_REDIS_UNREACHABLE. */
export const usingRedis = async <T>(
  role: 'main' | 'gatekeeper',
  url: string,
  work: (redis: Redis) => Promise<T>,
): Promise<T> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    commandTimeout: connectMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // Without a listener an error ends the process; it reaches us through the promise too, but that one only says
  // "Connection is closed".
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    throw new errors.RedisUnreachable(role, url.replace(/\/\/[^@/]*@/, '//***@'), { cause: reason ?? error });
  } finally {
    redis.disconnect();
  }
};

/** Two private servers, left by the closers. */
export const openPrivateRedis = async (options: PrivateRedisOptions, closers: Closers): Promise<RedisUrls> => {
  const pair = await startPrivateRedis(options);
  closers.add(() => pair.close());
  return { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl };
};

/** The pair of this user: whoever runs a hub here without URLs shares it. */
export const joinUsersRedis = ({ screen, stop }: Context, closers: Closers): Promise<RedisUrls> =>
  openPrivateRedis({ shared: true, onProgress: (line) => screen.note(line), signal: stop }, closers);

/** The servers of the settings, both answering. Rejects with HUB_REDIS_UNREACHABLE for the first that does not. */
export const openRedis = async (
  context: Context,
  chosen: { readonly urls: RedisUrls; readonly embedded: boolean },
  closers: Closers,
): Promise<RedisUrls> => {
  if (chosen.embedded) return joinUsersRedis(context, closers);
  const { main, gatekeeper } = chosen.urls;
  await unlessStopped(Promise.all([ping('main', main), ping('gatekeeper', gatekeeper)]), context.stop);
  return chosen.urls;
};

/** What another shell has to type to join. */
export const exportLines = ({ main, gatekeeper }: RedisUrls): string[] => [
  exportLine('REDIS_URL', main),
  exportLine('REDIS_URL_GATEKEEPER', gatekeeper),
];

/** For a POSIX shell, quoted when it has to be. */
export const exportLine = (name: string, value: string): string =>
  `export ${name}=${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`}`;
