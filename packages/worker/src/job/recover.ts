import { errors, normaliserVersion, sourceOf, type Hub, type TickBatch } from '@hub/client';
import { startOfDay, type FeedBatch, type NewTick } from '@hub/store';

import { PutBack, type Task } from '../queue/consumer.js';
import type { FeedOutlets } from '../queue/feed-outlet.js';
import { shortHash } from '../queue/names.js';
import type { RecoveryPayload, RecoveryReport } from '../queue/recovery-payload.js';

/** The slice of a hub that recoveries need. */
export type TickFetcher = Pick<Hub, 'tickBatches'>;

export interface RecoverEffects {
  readonly hub: TickFetcher;
  readonly outlets: FeedOutlets;
  /** Aborts when calls must end now; the job goes back to the queue. */
  readonly stopFetching: AbortSignal;
  /** Aborts when nothing may be waited for any more. */
  readonly stopWaiting: AbortSignal;
}

/**
 * Fetches the trades of a part of a gap from one broker, and ends when the writer has committed them and said whether they close it.
 * Running it again asks again: the trades are known by their cumulative volume, so none is written twice.
 */
export const recover = async (task: Task<RecoveryPayload>, effects: RecoverEffects): Promise<RecoveryReport> => {
  const { storeId, part } = task.payload;
  const pages = await fetchAll(task.payload, effects);
  const batch = batchOf(task, pages);
  const calls = pages.reduce((sum, { requestIds }) => sum + requestIds.length, 0);
  try {
    const { ticks, recovery } = await effects.outlets.to(storeId).write(batch, effects.stopWaiting);
    if (recovery === undefined)
      throw new errors.RemoteFailure({ ...oldWriter, message: `${part.gapId}: ${oldWriter.message}` });
    return { ...recovery, trades: ticks, calls };
  } catch (error) {
    throw effects.stopWaiting.aborted ? new PutBack() : error;
  }
};

const oldWriter = {
  code: 'HUB_UNEXPECTED',
  message: 'the writer has not judged the recovery: it is of an older release',
  remedy: 'Update the process that owns the DuckDB file.',
} as const;

/** A feed told a trade so long after it happened, at most: the stretch is one of receipts, and brokers know exchange times. */
const delayMs = 10_000;

const fetchAll = async ({ broker, part }: RecoveryPayload, effects: RecoverEffects): Promise<TickBatch[]> => {
  const { symbol, venue, day, fromMs, toMs } = part;
  const { hub, stopFetching } = effects;
  const pages: TickBatch[] = [];
  try {
    const fetched = hub.tickBatches(
      { broker, symbol, venue, fromMs: Math.max(fromMs - delayMs, startOfDay(day)), toMs },
      { priority: 'realtime', signal: stopFetching },
    );
    for await (const page of fetched) pages.push(page);
    return pages;
  } catch (error) {
    throw stopFetching.aborted ? new PutBack() : error;
  }
};

/** What a page has beyond the stretch is kept: it was paid for. */
const batchOf = ({ id, payload }: Task<RecoveryPayload>, pages: readonly TickBatch[]): FeedBatch => {
  const { broker, part } = payload;
  const last = pages.at(-1);
  const requests = pages.flatMap(({ requestIds }) => requestIds);
  return {
    batchId: `${id}.${shortHash(requests.join(' '))}`,
    provenance: {
      ...{ broker, source: sourceOf[broker], normaliserVersion },
      keyId: last?.keyId ?? null,
      receivedAtMs: last?.fetchedAtMs ?? part.toMs,
    },
    recovery: { ...part, asked: true },
    ticks: pages.flatMap(({ day, ticks, fetchedAtMs }) => ticks.map((tick) => rowOf(tick, day, fetchedAtMs))),
    books: [],
    gaps: [],
  };
};

const rowOf = (tick: TickBatch['ticks'][number], day: string, receivedMs: number): NewTick => {
  const { symbol, venue, atMs, price, size, dayVolume, dayValue, side, ask, bid } = tick;
  return { symbol, venue, day, dayVolume, atMs, receivedMs, price, size, dayValue, side, ask, bid };
};
