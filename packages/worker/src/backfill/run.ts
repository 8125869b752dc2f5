import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { defaultPrefix } from '@hub/client/service';

import { connect, redisFailure } from '../queue/connection.js';
import type { BackfillPlan } from '../queue/payload.js';
import { WindowQueue } from '../queue/window-queue.js';
import { Balance } from './balance.js';
import { firstAttempts, Followed, type Following } from './follow.js';
import { Tally, type BackfillProgress, type BackfillResult } from './tally.js';

/** What `runBackfill` takes. */
export interface RunBackfillOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** As `planBackfill` made it. */
  readonly plan: BackfillPlan;
  /** Aborting withdraws the windows that nobody has started. */
  readonly signal?: AbortSignal;
  /** Told after every window that ended. */
  readonly onProgress?: (progress: BackfillProgress) => void;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
}

/** How long windows in flight may take to end after an abort. */
const endWithinMs = 10_000;
const withdrawEveryMs = 250;
const withdrawnTogether = 500;
/** How often the split over both brokers is looked at. */
const balanceEveryMs = 250;

/**
 * Publishes the windows of a plan and follows them until every one is committed or failed. After an abort it resolves,
 * within 10 s, when those in flight have ended or are back in the queue. What failed stands in the result. Rejects with
 * HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const runBackfill = async (options: RunBackfillOptions): Promise<BackfillResult> => {
  const { redisUrl, plan, signal, onProgress = () => undefined, prefix = defaultPrefix } = options;
  const connections = await connect(redisUrl, () => undefined);
  const queue = new WindowQueue({ connections, prefix, storeId: plan.storeId });
  const tally = new Tally(plan.windows.length, onProgress);
  const end = new AbortController();
  setMaxListeners(0, end.signal); // one per window
  const { request } = plan;
  const balance = request.broker === 'auto' ? new Balance(plan.windows, request.rates, Date.now) : undefined;
  const aborted = (): boolean => signal?.aborted === true;
  const following: Following = { queue, tally, balance, end: end.signal, aborted, now: Date.now };
  const open = new Map(plan.windows.map((window) => [window.id, new Followed(window, following)]));
  const follow = async (followed: Followed): Promise<void> => {
    await followed.end();
    open.delete(followed.window.id);
  };
  const stopWithdrawing = onAbort(signal, () => withdrawUntil(queue, open, end));
  try {
    await queue.publish(plan.windows, { attempts: firstAttempts(following), signal });
    const ended = Promise.all([...open.values()].map(follow));
    if (balance !== undefined) void keepBalance(balance, open, following);
    await ended;
    return tally.result();
  } catch (error) {
    throw redisFailure(redisUrl, error);
  } finally {
    stopWithdrawing();
    end.abort();
    await connections.close(() => queue.close());
  }
};

type Open = ReadonlyMap<string, Followed>;

const keepBalance = async (balance: Balance, open: Open, { end, aborted }: Following): Promise<void> => {
  const over = (): boolean => end.aborted || aborted();
  while (!over()) {
    try {
      for (const offer of balance.offers()) {
        if (over() || balance.enough(offer)) break;
        await open.get(offer.from.id)?.move(offer.to);
      }
    } catch {
      // A break of the connection is told by the look of the queue.
    }
    await sleep(balanceEveryMs, undefined, { signal: end }).catch(() => undefined);
  }
};

/** Windows come back to the queue while workers drain, so withdraw again and again; then end the waiting. */
const withdrawUntil = (queue: WindowQueue, open: Open, end: AbortController): (() => void) => {
  const over = (): boolean => end.signal.aborted;
  const withdraw = async (): Promise<void> => {
    while (!over()) {
      // In shares: thousands of questions at once would take longer than we have.
      const windows = [...open.values()].map(({ window }) => window);
      for (let start = 0; start < windows.length && !over(); start += withdrawnTogether) {
        // A break of the connection is told by the look of the queue.
        const some = windows.slice(start, start + withdrawnTogether);
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
