import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { failureOf, WindowLost, type Failure } from '../error.js';
import { connect, redisFailure } from '../queue/connection.js';
import { readFailedReason } from '../queue/failed-reason.js';
import { defaultPrefix } from '../queue/names.js';
import { windowResult, type BackfillPlan, type WindowSpec } from '../queue/payload.js';
import type { Outcome } from '../queue/watch.js';
import { WindowQueue } from '../queue/window-queue.js';
import { Tally, type BackfillProgress, type BackfillResult } from './tally.js';

export interface RunBackfillOptions {
  readonly redisUrl: string;
  readonly plan: BackfillPlan;
  /** Aborting withdraws the windows that nobody has started. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackfillProgress) => void;
  readonly prefix?: string;
}

/** How long windows in flight may take to end after an abort. */
const endWithinMs = 10_000;
const withdrawEveryMs = 250;
const withdrawnTogether = 500;
/** A window that vanishes is published again, so that another backfill's withdrawal does not take ours along. */
const publications = 4;

/**
 * Publishes the windows of a plan and follows them until every one is committed or failed. After an abort it resolves,
 * within 10 s, when those in flight have ended or are back in the queue. Rejects with HUB_REDIS_UNREACHABLE.
 */
export const runBackfill = async (options: RunBackfillOptions): Promise<BackfillResult> => {
  const { redisUrl, plan, signal, onProgress = () => undefined, prefix = defaultPrefix } = options;
  const connections = await connect(redisUrl, () => undefined);
  const queue = new WindowQueue({ connections, prefix, storeId: plan.storeId });
  const tally = new Tally(plan.windows.length, onProgress);
  const end = new AbortController();
  setMaxListeners(0, end.signal); // one per window
  const pending = new Set(plan.windows);
  const follow = async (window: WindowSpec): Promise<void> => {
    await followWindow(window, { queue, tally, end: end.signal, aborted: () => signal?.aborted === true });
    pending.delete(window);
  };
  const stopWithdrawing = onAbort(signal, () => withdrawUntil(queue, pending, end));
  try {
    await queue.publish(plan.windows, signal);
    await Promise.all(plan.windows.map(follow));
    return tally.result();
  } catch (error) {
    throw redisFailure(redisUrl, error);
  } finally {
    stopWithdrawing();
    end.abort();
    await connections.close(() => queue.close());
  }
};

interface Following {
  readonly queue: WindowQueue;
  readonly tally: Tally;
  readonly end: AbortSignal;
  readonly aborted: () => boolean;
}

const followWindow = async (window: WindowSpec, { queue, tally, end, aborted }: Following): Promise<void> => {
  for (let left = publications - 1; ; left -= 1) {
    let outcome: Outcome;
    try {
      outcome = await queue.outcome(window, end);
    } catch (error) {
      if (end.aborted) return;
      throw error;
    }
    if (outcome.kind !== 'gone' || left === 0 || aborted()) {
      count(window, outcome, tally, aborted());
      return;
    }
    await queue.publish([window]);
  }
};

const count = (window: WindowSpec, outcome: Outcome, tally: Tally, aborted: boolean): void => {
  if (outcome.kind === 'failed') tally.failed(window, readFailedReason(outcome.reason));
  else if (outcome.kind === 'completed') countResult(window, outcome.value, tally);
  else if (aborted) tally.withdrawn();
  else tally.failed(window, failureOf(new WindowLost(window.id)));
};

const countResult = (window: WindowSpec, value: unknown, tally: Tally): void => {
  const parsed = windowResult.safeParse(value);
  if (parsed.success) tally.done(window, parsed.data);
  else tally.failed(window, unreadableResult(window));
};

const unreadableResult = ({ id }: WindowSpec): Failure => ({
  code: 'HUB_PAYLOAD_INVALID',
  message: `${id}: its worker reported what this version cannot read`,
  remedy: 'Run the same version on both sides of the queue.',
});

/** Windows come back to the queue while workers drain, so withdraw again and again; then end the waiting. */
const withdrawUntil = (queue: WindowQueue, pending: ReadonlySet<WindowSpec>, end: AbortController): (() => void) => {
  const over = (): boolean => end.signal.aborted;
  const withdraw = async (): Promise<void> => {
    while (!over()) {
      // In shares: thousands of questions at once would take longer than we have.
      const open = [...pending];
      for (let start = 0; start < open.length && !over(); start += withdrawnTogether) {
        // A break of the connection is told by the look of the queue.
        const some = open.slice(start, start + withdrawnTogether);
        await Promise.allSettled(some.map((window) => queue.withdraw(window)));
      }
      await sleep(withdrawEveryMs, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  void withdraw();
  const bound = setTimeout(() => end.abort(), endWithinMs);
  return () => {
    clearTimeout(bound);
  };
};

const onAbort = (signal: AbortSignal | undefined, start: () => () => void): (() => void) => {
  let stop: () => void = () => undefined;
  const abort = (): void => {
    stop = start();
  };
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return () => {
    signal?.removeEventListener('abort', abort);
    stop();
  };
};
