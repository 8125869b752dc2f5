import { errors } from '@hub/client';
import { Redis } from 'ioredis';

/** An unreachable Redis is told within this time. */
const reachableWithinMs = 4_500;
/** How long queues and listeners may take to say goodbye. */
const partsCloseWithinMs = 1_000;
/** Retries of one command of a producer; with the pauses below it gives up after about 3 s. */
const producerRetries = 5;

const pauseMs = (attempt: number): number => Math.min(100 * 2 ** Math.min(attempt, 5), 1_000);

/** HUB_REDIS_UNREACHABLE, or HUB_REDIS_REFUSED with the server's own word. */
export const redisFailure = (url: string, cause: unknown): Error => errors.redisFailure('main', url, cause);

/** Redis names the entries of a stream by its own clock. */
const streamNow = async (redis: Redis): Promise<string> => {
  const [seconds, micros] = await redis.time();
  return `${Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)}-0`;
};

/** The connections of one participant to the main Redis, opened together and closed together. */
export interface Connections {
  /** Gives up on a command after some seconds: for those who publish and ask. */
  readonly producer: Redis;
  /** Never gives up: for those who wait for jobs. BullMQ demands it of workers and listeners. */
  readonly waiting: Redis;
  /** The moment of connecting as an id in Redis's streams: who reads events from here on misses none of his own. */
  readonly since: string;
  /**
   * Lets `parts` close first, for so long at most; then ends every connection, also those that BullMQ has made of ours.
   * Without the bound a close would wait for a Redis that has gone.
   */
  close(parts?: () => Promise<unknown>, withinMs?: number): Promise<void>;
}

/** Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED within 5 s. `onError` hears of every broken connection afterwards. */
export const connect = async (url: string, onError: (error: Error) => void): Promise<Connections> => {
  let closed = false;
  const producer = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: producerRetries,
    connectTimeout: reachableWithinMs,
    // Copies of this connection have the same strategy, so they end with it.
    retryStrategy: (attempt) => (closed ? null : pauseMs(attempt)),
  });
  let last: unknown;
  let opened = false;
  const listen = (error: Error): void => {
    last = error;
    if (opened && !closed) onError(error);
  };
  producer.on('error', listen);
  let timer: NodeJS.Timeout | undefined;
  let since: string;
  try {
    since = await Promise.race([
      producer.connect().then(() => streamNow(producer)),
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('no answer')), reachableWithinMs);
      }),
    ]);
  } catch (error) {
    producer.disconnect();
    throw redisFailure(url, last ?? error);
  } finally {
    clearTimeout(timer);
  }
  opened = true;
  const waiting = producer.duplicate({ lazyConnect: false, maxRetriesPerRequest: null });
  waiting.on('error', listen);
  for (const client of [producer, waiting]) client.setMaxListeners(0); // every queue and listener adds its own
  return {
    producer,
    waiting,
    since,
    close: async (parts = () => Promise.resolve(), withinMs = partsCloseWithinMs) => {
      await settledWithin(parts(), withinMs);
      closed = true;
      producer.disconnect();
      waiting.disconnect();
    },
  };
};

/** Never rejects. */
const settledWithin = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
};
