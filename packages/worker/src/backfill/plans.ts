import { brokerNames, type BrokerName } from '@hub/client';
import { defaultPrefix } from '@hub/client/service';

import { PlanUnknown } from '../error.js';
import { connect, type Connections } from '../queue/connection.js';
import { shortHash } from '../queue/names.js';
import type { BackfillPlan, BackfillRequest, WindowSpec } from '../queue/payload.js';
import { callsByBrokerOf, planLabel, type StoredPlan, type WindowEnd } from '../queue/plan-payload.js';
import { PlanStore, type PlanState } from '../queue/plan-store.js';
import { attemptsAtMost, WindowQueue } from '../queue/window-queue.js';
import { movedTo, otherBroker } from './balance.js';
import { etaMs, leftMs } from './eta.js';
import { soonestToExpireFirst } from './order.js';

/** Windows in the queue at once: a whole market would be hundreds of thousands of jobs. */
const publishedTogether = 2_000;
/** With fewer than this in the queue the next ones follow. */
const fewLeft = 1_000;

/** What `Plans.create` takes beside the windows. */
export interface PlanTerms {
  /** Part of every key's line that the plan may have at most, above 0 and at most 1. */
  readonly share: number;
  /** What the keys give at that share. */
  readonly pace: StoredPlan['pace'];
}

/** How far a plan is, by what its workers have told. Instants are UTC epoch ms. */
export interface PlanStatus {
  readonly plan: StoredPlan;
  readonly state: PlanState;
  readonly windows: {
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    /** In the hand of a worker. */
    readonly inWork: number;
    readonly waiting: number;
  };
  readonly rows: number;
  readonly inserted: number;
  readonly calls: {
    /** Of the whole plan. */
    readonly predicted: number;
    /** Of the windows that are done: as predicted, and as they were. */
    readonly predictedDone: number;
    readonly made: number;
    readonly left: StoredPlan['calls'];
  };
  /** What is left takes so long, ms; 0 when nothing is. */
  readonly leftMs: number;
  /** How long it has run, without its pauses, ms. */
  readonly ranMs: number;
  readonly failures: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

/** The same request has the same id, whoever makes the plan and when. */
export const planIdOf = (request: BackfillRequest): string => {
  const { broker, symbols, venue, interval, from, to } = request;
  return shortHash(JSON.stringify([broker, [...new Set(symbols)].sort(), venue, interval, from, to])).slice(0, 8);
};

/** Stored backfills of one store: made, started, paused, looked at. Any process may do so, and may end in the middle of it. */
export class Plans {
  readonly #store: PlanStore;
  readonly #queue: WindowQueue;
  readonly #storeId: string;
  readonly #now: () => number;

  constructor(options: {
    readonly connections: Connections;
    readonly prefix: string;
    readonly storeId: string;
    readonly now?: () => number;
  }) {
    const { connections, prefix, storeId, now = Date.now } = options;
    this.#store = new PlanStore({ redis: connections.producer, prefix, storeId });
    this.#queue = new WindowQueue({ connections, prefix, storeId });
    this.#storeId = storeId;
    this.#now = now;
  }

  /** Stores what `planBackfill` has answered. One of the same request that runs or is paused stays as it is. */
  async create(answer: BackfillPlan, { share, pace }: PlanTerms): Promise<StoredPlan> {
    const { request, tradingDays, coveredDays } = answer;
    const id = planIdOf(request);
    const before = await this.#store.plan(id);
    const { state } = await this.#store.progress(id);
    if (before !== undefined && (state === 'running' || state === 'paused')) return before;
    const windows = soonestToExpireFirst(answer.windows);
    const calls = callsByBrokerOf(windows);
    const plan: StoredPlan = {
      ...({ v: 1, id } as const),
      ...{ storeId: this.#storeId, request, share, pace, calls, windows: windows.length, tradingDays, coveredDays },
      etaMs: etaMs(calls, pace),
      createdAtMs: this.#now(),
    };
    await this.#store.save(plan, windows);
    return plan;
  }

  /** Of this store, ascending by id. */
  ids(): Promise<string[]> {
    return this.#store.ids();
  }

  /**
   * Puts the windows that have not ended into the queue, those that have failed among them; does nothing to a plan that runs,
   * unless windows of it have got lost. Rejects with HUB_PLAN_UNKNOWN.
   */
  async start(id: string): Promise<void> {
    const plan = await this.#planOf(id);
    const { state } = await this.#store.progress(id);
    if (plan.windows === 0) return this.#store.set(id, { state: 'done' });
    await this.#moveFailed(plan);
    await this.#store.forgetFailed(id);
    if (state !== 'running') await this.#store.set(id, { runningSinceMs: this.#now() });
    await this.#store.set(id, { published: 0, state: 'running' });
    await this.feed(id);
  }

  /**
   * Takes the windows back that nobody works on; those in work end and are counted. Survives every restart: nothing of the plan
   * is in the queue any more. Rejects with HUB_PLAN_UNKNOWN.
   */
  async pause(id: string): Promise<void> {
    await this.#planOf(id);
    const { state, published, ranMs, runningSinceMs } = await this.#store.progress(id);
    if (state !== 'running') return;
    await this.#store.set(id, { state: 'paused', ranMs: ranMs + this.#now() - runningSinceMs, runningSinceMs: 0 });
    for (let start = 0; start < published; start += publishedTogether) {
      await this.#withdraw(id, await this.#store.windows(id, start, publishedTogether));
    }
  }

  /** Puts the next windows into the queue when few are left there; ends the plan when none is. Safe to call at any time, by anybody. */
  async feed(id: string): Promise<void> {
    const plan = await this.#store.plan(id);
    if (plan === undefined) return;
    for (;;) {
      const { state, published } = await this.#store.progress(id);
      if (state !== 'running') return;
      const ended = await this.#store.endedCount(id);
      if (published >= plan.windows) {
        if (ended >= plan.windows) await this.#finish(id);
        return;
      }
      if (published - ended >= fewLeft) return;
      const next = await this.#store.windows(id, published, publishedTogether);
      const open = await this.#store.open(id, next);
      await this.#queue.publish(open, { attempts: attemptsAtMost.last, label: planLabel(id) });
      // Published twice when two do this at once: the second time they are there already.
      await this.#store.set(id, { published: published + next.length });
      // Paused in between: what has just been published is nobody's to withdraw but ours.
      if ((await this.#store.progress(id)).state !== 'running') await this.#withdraw(id, open);
    }
  }

  /** Rejects with HUB_PLAN_UNKNOWN. */
  async status(id: string): Promise<PlanStatus> {
    const plan = await this.#planOf(id);
    const progress = await this.#store.progress(id);
    const windows = await this.#store.windows(id, 0, plan.windows);
    const ended = await this.#store.ended(id);
    const inWork = new Set(await this.#queue.inWork());
    const tally = tallyOf(windows, ended);
    const left = callsByBrokerOf(tally.open);
    const running = progress.state === 'running' ? this.#now() - progress.runningSinceMs : 0;
    const ranMs = progress.ranMs + running;
    const working = tally.open.filter((window) => inWork.has(window.id)).length;
    return {
      plan,
      state: progress.state,
      windows: {
        ...{ total: windows.length, done: tally.done, failed: tally.failures.length, inWork: working },
        waiting: tally.open.length - working,
      },
      rows: tally.rows,
      inserted: tally.inserted,
      calls: {
        predicted: plan.calls.kis + plan.calls.kiwoom,
        ...{ predictedDone: tally.predictedDone, made: tally.calls, left },
      },
      leftMs: left.kis + left.kiwoom === 0 ? 0 : leftMs({ plan, left, made: tally.calls, ranMs }),
      ranMs,
      failures: tally.failures,
    };
  }

  /** Ends its listening to the queues; plans go on. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #planOf(id: string): Promise<StoredPlan> {
    const plan = await this.#store.plan(id);
    if (plan === undefined) throw new PlanUnknown(id, await this.#store.ids());
    return plan;
  }

  /** What failed at one broker goes to the other one, where both are set up. */
  async #moveFailed(plan: StoredPlan): Promise<void> {
    const { id } = plan;
    if (plan.request.broker !== 'auto') return;
    const windows = await this.#store.windows(id, 0, plan.windows);
    const ended = await this.#store.ended(id);
    if (![...ended.values()].some(([kind]) => kind === 'failed')) return;
    const moved = windows.map((window) =>
      ended.get(window.id)?.[0] === 'failed' ? movedTo(otherBroker(window.broker), window, this.#now()) : window,
    );
    await this.#store.replaceWindows(id, moved);
  }

  async #withdraw(id: string, windows: readonly WindowSpec[]): Promise<void> {
    const open = await this.#store.open(id, windows);
    await Promise.all(open.map((window) => this.#queue.withdraw(window)));
  }

  async #finish(id: string): Promise<void> {
    const { state, ranMs, runningSinceMs, lastEndMs } = await this.#store.progress(id);
    if (state !== 'running') return;
    await this.#store.set(id, { state: 'done', ranMs: ranMs + Math.max(0, lastEndMs - runningSinceMs) });
  }
}

interface PlanTally {
  done: number;
  rows: number;
  inserted: number;
  calls: number;
  predictedDone: number;
  readonly open: WindowSpec[];
  readonly failures: { readonly id: string; readonly code: string; readonly message: string }[];
}

const tallyOf = (windows: readonly WindowSpec[], ended: ReadonlyMap<string, WindowEnd>): PlanTally => {
  const tally: PlanTally = { done: 0, rows: 0, inserted: 0, calls: 0, predictedDone: 0, open: [], failures: [] };
  for (const window of windows) {
    const end = ended.get(window.id);
    if (end === undefined) tally.open.push(window);
    else if (end[0] === 'failed') tally.failures.push({ id: window.id, code: end[1], message: end[2] });
    else {
      tally.done += 1;
      tally.rows += end[1];
      tally.inserted += end[2];
      tally.calls += end[3];
      tally.predictedDone += window.estimatedCalls;
    }
  }
  return tally;
};

/** What `openPlans` takes. */
export interface PlansOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** Of the store's file: see `storeIdOf`. */
  readonly storeId: string;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
}

/** Opens the plans of a store. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED. Close it. */
export const openPlans = async ({ redisUrl, storeId, prefix = defaultPrefix }: PlansOptions): Promise<OpenPlans> => {
  const connections = await connect(redisUrl, () => undefined);
  const plans = new Plans({ connections, prefix, storeId });
  return { plans, close: () => connections.close(() => plans.close()) };
};

/** Plans with their connections to Redis. */
export interface OpenPlans {
  readonly plans: Plans;
  /** Ends the connections; plans go on. */
  close(): Promise<void>;
}

/** Brokers that a plan has calls of. */
export const brokersOf = ({ calls }: Pick<StoredPlan, 'calls'>): BrokerName[] =>
  brokerNames.filter((broker) => calls[broker] > 0);
