import { errors, type CallOptions, type CandleBatch, type Hub, type Priority, type RawAnswer } from '@hub/client';
import { koreanDay, tradingDays } from '@hub/store';

import { WindowLost } from '../error.js';
import { PutBack, type Task } from '../queue/consumer.js';
import { readFailedReason } from '../queue/failed-reason.js';
import type { IngestOutlets } from '../queue/ingest-outlet.js';
import { shortHash } from '../queue/names.js';
import type { PageStore } from '../queue/page-store.js';
import { ingestResult, type WindowPayload, type WindowResult, type WindowSpec } from '../queue/payload.js';
import type { Outcome } from '../queue/watch.js';
import { ingestPayloadOf } from './candle-batch.js';
import { packRaw, RawRecorder } from './raw.js';

/** The slice of a hub that windows need. */
export type Fetcher = Pick<Hub, 'candleBatches'>;

export interface WindowEffects {
  readonly hub: Fetcher;
  readonly outlets: IngestOutlets;
  readonly pages: Pick<PageStore, 'of' | 'forget'>;
  readonly priority: Priority;
  /** Who spends the calls, and the part of every account that it may have at most; nothing of the kind for most windows. */
  readonly caller: Pick<CallOptions, 'caller' | 'callerShare'>;
  /** Instant of this process's first permit, UTC epoch ms. */
  readonly firstPermitAt: () => number | undefined;
  readonly isTradingDay: (day: string) => boolean;
  readonly now: () => number;
  /** Whether the answers go with the rows. */
  readonly keepRaw: boolean;
  /** Aborts when calls must end now; who takes the window up goes on behind the pages that were answered. */
  readonly stopFetching: AbortSignal;
  /** Aborts when nothing may be waited for any more. */
  readonly stopWaiting: AbortSignal;
}

type Published = Extract<WindowPayload['step'], { name: 'published' }>;

/** Fetches a window, publishes its rows, and ends when the writer has committed them. */
export const fetchWindow = async (task: Task<WindowPayload>, effects: WindowEffects): Promise<WindowResult> => {
  const { step } = task.payload;
  if (step.name === 'published') {
    // A worker before us got so far. Without its commit there is nothing to build on, so fetch again.
    const outcome = await committed(task.payload.storeId, step, effects);
    if (outcome.kind === 'completed') return resultOf(step, outcome.value);
  }
  const published = await fetchAndPublish(task, effects);
  if (published === undefined) return { rows: 0, inserted: 0, updated: 0, calls: 0 };
  const outcome = await committed(task.payload.storeId, published, effects);
  if (outcome.kind === 'completed') return resultOf(published, outcome.value);
  if (outcome.kind === 'gone') throw new WindowLost(published.ingestId);
  // The writer has tried often enough: to fetch the window again would not help.
  throw new errors.RemoteFailure(readFailedReason(outcome.reason));
};

const fetchAndPublish = async (task: Task<WindowPayload>, effects: WindowEffects): Promise<Published | undefined> => {
  const { storeId, window } = task.payload;
  const startedAt = effects.now();
  const { batches, answers } = await fetchAll(task, effects);
  const first = batches.flatMap(({ requestIds }) => requestIds)[0];
  if (first === undefined) return undefined;
  const payload = ingestPayloadOf(window, batches, effects.isTradingDay);
  const firstPermitAt = effects.firstPermitAt();
  const published: Published = {
    name: 'published',
    ingestId: `${window.id}.${shortHash(first)}`,
    rows: payload.rows.length,
    calls: payload.provenance.requestIds.length,
    ...unprovenIn(window, batches),
    // The process may be older than this window; its own permit came after its start.
    ...(firstPermitAt === undefined ? {} : { firstPermitAtMs: Math.max(firstPermitAt, startedAt) }),
  };
  await effects.outlets.to(storeId).publish(published.ingestId, {
    ...payload,
    ...(answers === undefined ? {} : { raw: await packRaw(window, answers) }),
  });
  await task.save({ ...task.payload, step: published });
  await effects.pages.forget(`${task.id}.${window.broker}`);
  return published;
};

const unprovenIn = ({ venue, from, to }: WindowSpec, batches: readonly CandleBatch[]): Pick<Published, 'unproven'> => {
  const unproven = tradingDays(venue, from, to).filter((day) => !batches.some(({ days }) => days.includes(day)));
  return unproven.length === 0 ? {} : { unproven };
};

interface Fetched {
  readonly batches: CandleBatch[];
  /** Undefined where they are not to be kept. */
  readonly answers: readonly RawAnswer[] | undefined;
}

const fetchAll = async ({ id, payload }: Task<WindowPayload>, effects: WindowEffects): Promise<Fetched> => {
  const { broker, symbol, venue, interval, from, to } = payload.window;
  const { hub, priority, caller, stopFetching, now } = effects;
  // The pages of today grow: what was told an hour ago is not what would be told now.
  const pages = to < koreanDay(now()) ? effects.pages.of(`${id}.${broker}`) : undefined;
  const recorder = effects.keepRaw ? new RawRecorder(broker, pages) : undefined;
  const kept = recorder ?? pages;
  const batches: CandleBatch[] = [];
  try {
    const fetched = hub.candleBatches(
      { broker, symbol, venue, interval, from, to },
      { priority, signal: stopFetching, ...caller, ...(kept === undefined ? {} : { kept }) },
    );
    for await (const batch of fetched) batches.push(batch);
    return { batches, answers: recorder?.answers };
  } catch (error) {
    throw stopFetching.aborted ? new PutBack() : error;
  }
};

const committed = async (storeId: string, { ingestId }: Published, effects: WindowEffects): Promise<Outcome> => {
  const { outlets, stopWaiting } = effects;
  try {
    return await outlets.to(storeId).outcome(ingestId, stopWaiting);
  } catch (error) {
    throw stopWaiting.aborted ? new PutBack() : error;
  }
};

const resultOf = ({ rows, calls, firstPermitAtMs, unproven }: Published, value: unknown): WindowResult => {
  const { inserted, updated, committedAtMs } = ingestResult.parse(value);
  return {
    ...{ rows, inserted, updated, calls, committedAtMs },
    ...(firstPermitAtMs === undefined ? {} : { firstPermitAtMs }),
    ...(unproven === undefined ? {} : { unproven }),
  };
};
