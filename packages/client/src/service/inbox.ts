import { Redis } from 'ioredis';

import { sleep, type Clock } from '../runtime/clock.js';

/** Redis ends an empty wait after this; a connection that says nothing for much longer is dead. */
const blockMs = 5_000;
const deadAfterMs = 10_000;
const readTogether = 100;
const pauseMs = 200;

export interface InboxOptions {
  readonly url: string;
  readonly key: string;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** Called for every message, in order, at least once. */
  readonly onMessage: (text: string) => void;
}

export interface Inbox {
  close(): void;
}

/**
 * Reads a stream of messages that is this process's own, on a connection of its own, and takes out what it has read. A
 * message that was on its way when the connection broke is read again: that is why it is a stream and not a list.
 */
export const openInbox = ({ url, key, connectTimeoutMs, clock, onMessage }: InboxOptions): Inbox => {
  const end = new AbortController();
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    commandTimeout: deadAfterMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: (attempt) => (end.signal.aborted ? null : Math.min(50 * 2 ** Math.min(attempt, 6), 1_000)),
  });
  redis.on('error', () => undefined); // told by the reads that fail
  const read = async (): Promise<void> => {
    if (redis.status === 'wait') await redis.connect();
    const found = await redis.xread('COUNT', readTogether, 'BLOCK', blockMs, 'STREAMS', key, '0');
    const entries = found?.[0]?.[1] ?? [];
    for (const [, fields] of entries) onMessage(fields[1] ?? '');
    // What is taken out twice, or not at all, is read twice at worst.
    if (entries.length > 0) redis.xdel(key, ...entries.map(([id]) => id)).catch(() => undefined);
  };
  const loop = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        await read();
      } catch {
        if (redis.status === 'ready') redis.disconnect(true); // it hangs
        await sleep(clock, pauseMs, end.signal);
      }
    }
  };
  void loop();
  return {
    close: () => {
      end.abort();
      redis.disconnect();
    },
  };
};
