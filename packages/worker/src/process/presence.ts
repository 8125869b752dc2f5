import { hostname } from 'node:os';

import type { Redis } from 'ioredis';

import { WriterTaken } from '../error.js';
import { connect, redisFailure } from '../queue/connection.js';

/** Who owns the writer of a store. `since` is UTC epoch ms. */
export interface Writer {
  readonly pid: number;
  readonly host: string;
  readonly since: number;
}

const keyOf = (storeId: string): string => `api:hub:writer:${storeId}`;
const livesMs = 6_000;
const refreshMs = 2_000;
const retryMs = 500;

/**
 * Who owns the writer of a store right now, if anybody: one that has died on this machine does not count. Rejects with
 * HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const writerOf = async (options: {
  readonly redisUrl: string;
  readonly storeId: string;
}): Promise<Writer | undefined> => {
  const connections = await connect(options.redisUrl, () => undefined);
  try {
    const writer = readWriter(await connections.producer.get(keyOf(options.storeId)));
    return writer === undefined || isDead(writer) ? undefined : writer;
  } catch (error) {
    throw redisFailure(options.redisUrl, error);
  } finally {
    await connections.close();
  }
};

/** Every store that has a living writer at this Redis, by its id. Rejects like `writerOf`. */
export const writersOf = async (options: { readonly redisUrl: string }): Promise<Map<string, Writer>> => {
  const connections = await connect(options.redisUrl, () => undefined);
  try {
    const keys = new Set<string>();
    for await (const found of connections.producer.scanStream({ match: keyOf('*'), count: 1_000 })) {
      for (const key of found as string[]) keys.add(key);
    }
    const writers = new Map<string, Writer>();
    for (const key of keys) {
      const writer = readWriter(await connections.producer.get(key));
      if (writer !== undefined && !isDead(writer)) writers.set(key.slice(keyOf('').length), writer);
    }
    return writers;
  } catch (error) {
    throw redisFailure(options.redisUrl, error);
  } finally {
    await connections.close();
  }
};

const readWriter = (text: string | null): Writer | undefined => {
  if (text === null) return undefined;
  const { pid, host, since } = JSON.parse(text) as Writer;
  return { pid, host, since };
};

/** A process of this machine that has ended cannot come back; of other machines only the heartbeat tells. */
const isDead = ({ pid, host }: Writer): boolean => {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
};

/**
 * Says that this process is the writer of the store, until the returned function is called. Waits for the heartbeat of
 * a writer that has died to end; rejects with HUB_WRITER_TAKEN when another one lives.
 */
export const announceWriter = async (
  redis: Redis,
  storeId: string,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> => {
  const key = keyOf(storeId);
  const own = JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now() });
  const claim = async (): Promise<boolean> => (await redis.set(key, own, 'PX', livesMs, 'NX')) === 'OK';
  for (const giveUpAt = Date.now() + livesMs + retryMs; !(await claim());) {
    const holder = readWriter(await redis.get(key));
    if (holder === undefined) continue;
    if (isDead(holder)) await redis.del(key);
    else if (holder.host === hostname() || Date.now() > giveUpAt) throw new WriterTaken(storeId, holder);
    else await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  const refresh = async (): Promise<void> => {
    const current = await redis.get(key);
    if (current === own) await redis.pexpire(key, livesMs);
    // The heartbeat was late, or Redis lost it; the file is still ours.
    else if (current === null) await claim();
  };
  const timer = setInterval(() => void refresh().catch(onError), refreshMs);
  timer.unref(); // the connections keep the process alive, this must not
  return async () => {
    clearInterval(timer);
    if ((await redis.get(key)) === own) await redis.del(key);
  };
};
