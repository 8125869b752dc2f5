import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { liveQueue } from '@hub/client/service';
import { openStore, type Store, type StoreOptions } from '@hub/store';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';

import type { BackfillPlan } from '../../src/queue/payload.js';
import type { ServiceEvent } from '../../src/process/event.js';
import { startService, type Service, type ServiceOptions } from '../../src/process/service.js';
import { redisUrls } from '../../../../test/support/redis.js';

/** One test's own corner of the shared Redis, with a store of its own. Everything is closed when the test ends. */
export interface Stage {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly storeId: string;
  readonly store: Store;
  readonly events: ServiceEvent[];
  /** For what waits in the queue's name; ends with the test. */
  readonly redis: Redis;
  /** A look into a queue, as an outsider. */
  queue(name: string): Queue;
  /** Short locks and pauses, so that recovery takes seconds. */
  start(options: Pick<ServiceOptions, 'hub' | 'store' | 'concurrency' | 'feeds' | 'keepRaw'>): Promise<Service>;
}

export const openStage = async (
  redisUrl = redisUrls().main,
  storeOptions: Pick<StoreOptions, 'rawKeepDays' | 'clock'> = {},
): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-worker-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore({ ...storeOptions, path: join(folder, 'market.duckdb') });
  onTestFinished(() => store.close());
  const id = randomUUID().slice(0, 12);
  const prefix = `test:${id}`;
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // some tests take Redis away
  onTestFinished(() => redis.disconnect());
  const events: ServiceEvent[] = [];
  return {
    ...{ redisUrl, prefix, storeId: id, store, events, redis },
    queue: (name) => {
      const queue = new Queue(name, { connection: redis, prefix });
      onTestFinished(() => queue.close());
      return queue;
    },
    start: async (options) => {
      const service = await startService({
        ...{ redisUrl, prefix, lockMs: 1_000, retryDelayMs: 50 },
        ...options,
        onEvent: (event) => events.push(event),
      });
      onTestFinished(() => service.close());
      return service;
    },
  };
};

/** `count` windows of one day each, of one symbol, from Monday 2026-11-02 on. */
export const planOf = (storeId: string, count: number): BackfillPlan => {
  const series = { broker: 'kis', symbol: '005930', venue: 'KRX', interval: '1m' } as const;
  const windows = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06'].slice(0, count).map((day) => ({
    ...series,
    id: `kis.005930.KRX.1m.${day}`,
    ...{ from: day, to: day, estimatedCalls: 4 },
  }));
  const { symbol, ...rest } = series;
  const request = { ...rest, symbols: [symbol], from: '2026-11-02', to: windows.at(-1)?.to ?? '2026-11-02' };
  return { storeId, request, windows, tradingDays: count, coveredDays: 0, estimatedCalls: 4 * count };
};

/** All stored bars, by symbol and start. */
export const candlesOf = async (store: Store): Promise<Record<string, unknown>[]> => {
  const rows: Record<string, unknown>[] = [];
  for await (const row of store.candles({ interval: '1m' })) rows.push({ ...row });
  for await (const row of store.candles({ interval: '1d' })) rows.push({ ...row });
  return rows;
};

/** How many calls of others are in the queue or in the hand of a worker. */
export const waitingCalls = async ({ queue }: Stage, broker: 'kis' | 'kiwoom' = 'kis'): Promise<number> => {
  const { prioritized = 0, waiting: plain = 0, active = 0 } = await queue(liveQueue(broker)).getJobCounts();
  return prioritized + plain + active;
};
