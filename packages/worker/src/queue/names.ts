import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import type { BrokerName } from '@hub/client';
import { liveQueue } from '@hub/client/service';

/** BullMQ refuses ':' in the names of queues. Each broker has its own, so that a slow one never blocks the other. */
export const queueNames = {
  live: liveQueue,
  bulk: (broker: BrokerName) => `bulk-${broker}`,
  recovery: (broker: BrokerName) => `recovery-${broker}`,
  dead: 'dead',
  /** Schedules of all stores are looked at by way of one queue. */
  schedule: 'schedule',
  ingest: (storeId: string) => `ingest-${storeId}`,
  /** Apart from `ingest`: a writer of an older release does not know it, so feed batches wait there for a newer one. */
  feed: (storeId: string) => `feed-${storeId}`,
  plan: (storeId: string) => `plan-${storeId}`,
  /** What else its writer is asked. */
  ask: (storeId: string) => `ask-${storeId}`,
} as const;

const realPath = (path: string): string => {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    return full;
  }
};

/**
 * Names a DuckDB file for the queues: the first 12 hex digits of SHA-256(host name + real path). Two names of one file
 * give one id, also before the file exists.
 */
export const storeIdOf = (path: string): string => {
  const full = resolve(path);
  const file = realPath(full);
  const real = file === full ? join(realPath(dirname(full)), basename(full)) : file;
  return shortHash(`${hostname()}\n${real}`);
};

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Two stores may want the same window, so the store is part of the job's id; BullMQ refuses ':' in it. */
export const windowJobId = (storeId: string, windowId: string): string => `${storeId}.${windowId}`;

export const windowOfJob = (jobId: string): { readonly storeId: string; readonly id: string } => {
  const dot = jobId.indexOf('.');
  return { storeId: jobId.slice(0, dot), id: jobId.slice(dot + 1) };
};
