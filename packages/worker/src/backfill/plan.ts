import { defaultPrefix } from '@hub/client/service';
import { koreanDay } from '@hub/store';

import { checkRequest } from '../queue/check-request.js';
import { queueNames } from '../queue/names.js';
import { backfillPlan, type BackfillPlan, type BackfillRequest, type PlanPayload } from '../queue/payload.js';
import { askWriter } from '../queue/question.js';
import { WindowQueue } from '../queue/window-queue.js';
import { joined } from '../window/join.js';
import { callsOf } from '../window/ranges.js';

/** What `planBackfill` takes. */
export interface PlanBackfillOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** Of the store's file: see `storeIdOf`. */
  readonly storeId: string;
  /** What is to be in the store. */
  readonly request: BackfillRequest;
  /** How long to wait for the writer, ms; by default 10 s, and 20 ms longer for each symbol. */
  readonly timeoutMs?: number;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
}

const answeredWithinMs = 10_000;
const askAgainMs = 3_000;
/** A writer looks through its store symbol by symbol. */
const perSymbolMs = 20;

/**
 * Asks the writer of the store which windows are missing. Spends no quota. Rejects with HUB_WRITER_AWAY, HUB_RANGE,
 * HUB_SYMBOL_UNKNOWN, HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const planBackfill = async (options: PlanBackfillOptions): Promise<BackfillPlan> => {
  const { redisUrl, storeId, request, prefix = defaultPrefix } = options;
  const longMs = perSymbolMs * request.symbols.length;
  checkRequest(request, Date.now());
  const payload: PlanPayload = { v: 1, request };
  return askWriter(
    {
      ...{ redisUrl, prefix, storeId, queue: queueNames.plan(storeId), payload },
      ...{ timeoutMs: options.timeoutMs ?? answeredWithinMs + longMs, againMs: askAgainMs + longMs },
    },
    async (answer, connections) => {
      const plan = backfillPlan.parse(answer);
      if (request.broker !== 'auto') return plan;
      const windows = new WindowQueue({ connections, prefix, storeId });
      try {
        return await withWindowsOnTheWay(plan, windows);
      } finally {
        await windows.close();
      }
    },
  );
};

/** With one broker such windows have the ids of the plan, and are joined when it is published. */
const withWindowsOnTheWay = async (plan: BackfillPlan, queue: WindowQueue): Promise<BackfillPlan> => {
  const onTheWay = await queue.onTheWay();
  if (onTheWay.length === 0) return plan;
  const windows = joined(plan.windows, onTheWay, koreanDay(Date.now()));
  return { ...plan, windows, estimatedCalls: callsOf(windows) };
};
