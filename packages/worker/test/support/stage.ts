import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore, type Store } from '@hub/store';
import { onTestFinished } from 'vitest';

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
  /** Short locks and pauses, so that recovery takes seconds. */
  start(options: Pick<ServiceOptions, 'hub' | 'store' | 'concurrency'>): Promise<Service>;
}

export const openStage = async (): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-worker-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore({ path: join(folder, 'market.duckdb') });
  onTestFinished(() => store.close());
  const id = randomUUID().slice(0, 12);
  const redisUrl = redisUrls().main;
  const prefix = `test:${id}`;
  const events: ServiceEvent[] = [];
  return {
    ...{ redisUrl, prefix, storeId: id, store, events },
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

/** All stored bars, by symbol and start. */
export const candlesOf = async (store: Store): Promise<Record<string, unknown>[]> => {
  const rows: Record<string, unknown>[] = [];
  for await (const row of store.candles({ interval: '1m' })) rows.push({ ...row });
  for await (const row of store.candles({ interval: '1d' })) rows.push({ ...row });
  return rows;
};
