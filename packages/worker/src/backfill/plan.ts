import { randomUUID } from 'node:crypto';

import { RemoteFailure, WriterAway } from '../error.js';
import { checkRequest } from '../queue/check-request.js';
import { connect, unreachable } from '../queue/connection.js';
import { readFailedReason } from '../queue/failed-reason.js';
import { defaultPrefix, queueNames } from '../queue/names.js';
import { backfillPlan, type BackfillPlan, type BackfillRequest, type PlanPayload } from '../queue/payload.js';
import { queuePriority } from '../queue/priority.js';
import { JobWatch, type Outcome } from '../queue/watch.js';

export interface PlanBackfillOptions {
  readonly redisUrl: string;
  /** Of the store's file: see `storeIdOf`. */
  readonly storeId: string;
  readonly request: BackfillRequest;
  /** How long to wait for the writer; 10 s by default. */
  readonly timeoutMs?: number;
  readonly prefix?: string;
}

const defaultTimeoutMs = 10_000;
const lookEveryMs = 500;
const kept = { age: 60, count: 100 };

/**
 * Asks the writer of the store which windows are missing. Spends no quota. Rejects with HUB_WRITER_AWAY, HUB_RANGE,
 * HUB_SYMBOL_UNKNOWN or HUB_REDIS_UNREACHABLE.
 */
export const planBackfill = async (options: PlanBackfillOptions): Promise<BackfillPlan> => {
  const { redisUrl, storeId, request, timeoutMs = defaultTimeoutMs, prefix = defaultPrefix } = options;
  checkRequest(request, Date.now());
  const connections = await connect(redisUrl, () => undefined);
  const watch = new JobWatch({ name: queueNames.plan(storeId), connections, prefix, everyMs: lookEveryMs });
  const jobId = randomUUID();
  const payload: PlanPayload = { v: 1, request };
  let outcome: Outcome;
  try {
    await watch.queue.add('plan', payload, {
      jobId,
      priority: queuePriority.interactive,
      removeOnComplete: kept,
      removeOnFail: kept,
    });
    outcome = await watch.outcome(jobId, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw unreachable(redisUrl, error);
    await watch.queue.remove(jobId).catch(() => undefined);
    throw new WriterAway(storeId, timeoutMs);
  } finally {
    await connections.close(() => watch.close());
  }
  return readPlan(outcome);
};

const readPlan = (outcome: Outcome): BackfillPlan => {
  if (outcome.kind === 'completed') return backfillPlan.parse(outcome.value);
  throw new RemoteFailure(readFailedReason(outcome.kind === 'failed' ? outcome.reason : 'the question vanished'));
};
