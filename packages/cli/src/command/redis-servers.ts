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

/** Connecting and all questions of one look. */
const answersWithinMs = 5_000;

/** Writes a key that ends by itself: a server that only answers (a replica, one without memory) is of no use. */
export const probe = async (redis: Redis): Promise<void> => {
  await redis.set('api:hub:probe', '1', 'PX', 1_000);
};

/** Rejects with HUB_REDIS_UNREACHABLE, or with HUB_REDIS_REFUSED when the server takes no writes from us. */
const checkServer = (role: 'main' | 'gatekeeper', url: string): Promise<void> => usingRedis(role, url, probe);

/** Runs `work` on a connection of its own, without any retry. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED. */
export const usingRedis = async <T>(
  role: 'main' | 'gatekeeper' | 'lock',
  url: string,
  work: (redis: Redis) => Promise<T>,
): Promise<T> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: answersWithinMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // Without a listener an error ends the process; it reaches us through the promise too, but that one only says
  // "Connection is closed".
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), answersWithinMs);
  });
  try {
    return await Promise.race([redis.connect().then(() => work(redis)), late]);
  } catch (error) {
    throw errors.redisFailure(role, url, reason ?? error);
  } finally {
    clearTimeout(timer);
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

/** The servers of the settings, both taking writes. Rejects with the failure of the first that does not. */
export const openRedis = async (
  context: Context,
  chosen: { readonly urls: RedisUrls; readonly embedded: boolean },
  closers: Closers,
): Promise<RedisUrls> => {
  if (chosen.embedded) return joinUsersRedis(context, closers);
  const { main, gatekeeper } = chosen.urls;
  await unlessStopped(Promise.all([checkServer('main', main), checkServer('gatekeeper', gatekeeper)]), context.stop);
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
