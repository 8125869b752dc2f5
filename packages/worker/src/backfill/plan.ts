import { randomUUID } from 'node:crypto';

import { errors } from '@hub/client';
import { defaultPrefix, queuePriority } from '@hub/client/service';
import { koreanDay } from '@hub/store';

import { WriterAway } from '../error.js';
import { checkRequest } from '../queue/check-request.js';
import { connect, redisFailure } from '../queue/connection.js';
import { readFailedReason } from '../queue/failed-reason.js';
import { queueNames } from '../queue/names.js';
import { backfillPlan, type BackfillPlan, type BackfillRequest, type PlanPayload } from '../queue/payload.js';
import { JobWatch, type Outcome } from '../queue/watch.js';
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

const lookEveryMs = 500;
const answeredWithinMs = 10_000;
const askAgainMs = 3_000;
/** A writer looks through its store symbol by symbol. */
const perSymbolMs = 20;
const kept = { age: 60, count: 100 };

/**
 * Asks the writer of the store which windows are missing. Spends no quota. Rejects with HUB_WRITER_AWAY, HUB_RANGE,
 * HUB_SYMBOL_UNKNOWN, HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const planBackfill = async (options: PlanBackfillOptions): Promise<BackfillPlan> => {
  const { redisUrl, storeId, request, prefix = defaultPrefix } = options;
  const longMs = perSymbolMs * request.symbols.length;
  const { timeoutMs = answeredWithinMs + longMs } = options;
  checkRequest(request, Date.now());
  const connections = await connect(redisUrl, () => undefined);
  const watch = new JobWatch({ name: queueNames.plan(storeId), connections, prefix, everyMs: lookEveryMs });
  const windows = new WindowQueue({ connections, prefix, storeId });
  const question = new Question(watch, { v: 1, request }, askAgainMs + longMs);
  try {
    const plan = readPlan(await question.answer(AbortSignal.timeout(timeoutMs)));
    return request.broker === 'auto' ? await withWindowsOnTheWay(plan, windows) : plan;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw redisFailure(redisUrl, error);
    throw new WriterAway(storeId, timeoutMs);
  } finally {
    await connections.close(async () => {
      await question.withdraw();
      await Promise.all([watch.close(), windows.close()]);
    });
  }
};

/** Asked again and again until one of the askings is answered: a writer that is killed keeps the one it has taken. */
class Question {
  readonly #asked: string[] = [];

  constructor(
    private readonly watch: JobWatch,
    private readonly payload: PlanPayload,
    private readonly againMs: number,
  ) {}

  async answer(signal: AbortSignal): Promise<Outcome> {
    let again: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        const ask = (): void => {
          this.#ask(signal).then((outcome) => {
            if (!isStalled(outcome)) resolve(outcome);
          }, reject);
        };
        ask();
        again = setInterval(ask, this.againMs);
      });
    } finally {
      clearInterval(again);
    }
  }

  /** What nobody has taken yet is of no use to anybody any more. */
  async withdraw(): Promise<void> {
    await Promise.allSettled(this.#asked.map((id) => this.watch.queue.remove(id)));
  }

  async #ask(signal: AbortSignal): Promise<Outcome> {
    const jobId = randomUUID();
    this.#asked.push(jobId);
    await this.watch.queue.add('plan', this.payload, {
      jobId,
      priority: queuePriority.interactive,
      removeOnComplete: kept,
      removeOnFail: kept,
    });
    return this.watch.outcome(jobId, signal);
  }
}

/** Its writer died; the next asking is for another one. */
const isStalled = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && readFailedReason(outcome.reason).code === 'HUB_JOB_STALLED';

/** With one broker such windows have the ids of the plan, and are joined when it is published. */
const withWindowsOnTheWay = async (plan: BackfillPlan, queue: WindowQueue): Promise<BackfillPlan> => {
  const onTheWay = await queue.onTheWay();
  if (onTheWay.length === 0) return plan;
  const windows = joined(plan.windows, onTheWay, koreanDay(Date.now()));
  return { ...plan, windows, estimatedCalls: callsOf(windows) };
};

const readPlan = (outcome: Outcome): BackfillPlan => {
  if (outcome.kind === 'completed') return backfillPlan.parse(outcome.value);
  throw new errors.RemoteFailure(
    readFailedReason(outcome.kind === 'failed' ? outcome.reason : 'the question vanished'),
  );
};
