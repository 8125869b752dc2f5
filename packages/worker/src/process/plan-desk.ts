import type { CallOptions } from '@hub/client';

import { planBackfill } from '../backfill/plan.js';
import { Plans } from '../backfill/plans.js';
import { tick } from '../backfill/schedule.js';
import type { Failure } from '../error.js';
import type { Connections } from '../queue/connection.js';
import { planOfLabel } from '../queue/plan-payload.js';
import { PlanStore } from '../queue/plan-store.js';
import type { TickPayload } from '../queue/schedule-payload.js';
import { ScheduleStore } from '../queue/schedule-store.js';
import type { WindowResult } from '../queue/payload.js';

/** All plans together have one line of an account, so that two of them have no more of it than one. */
const planCaller = 'backfill-plan';

export interface PlanDeskOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  readonly connections: Connections;
  readonly prefix: string;
  readonly onError: (error: unknown) => void;
}

interface Desk {
  readonly store: PlanStore;
  readonly plans: Plans;
}

/** Where a worker tells the stored plans what has become of their windows. */
export class PlanDesk {
  readonly #options: PlanDeskOptions;
  readonly #desks = new Map<string, Desk>();

  constructor(options: PlanDeskOptions) {
    this.#options = options;
  }

  /** Whose share of the accounts a window spends, by the name of its job. */
  async callerOf(storeId: string, label: string): Promise<Pick<CallOptions, 'caller' | 'callerShare'>> {
    const id = planOfLabel(label);
    if (id === undefined) return {};
    const callerShare = await this.#desk(storeId).store.share(id);
    return callerShare === 1 ? {} : { caller: planCaller, callerShare };
  }

  /** A window has been committed. */
  async done(storeId: string, windowId: string, result: WindowResult): Promise<void> {
    const { store, plans } = this.#desk(storeId);
    for (const id of await store.done(windowId, result, Date.now())) await plans.feed(id);
  }

  /** A window has had all its attempts. Never rejects. */
  async failed(storeId: string, windowId: string, failure: Failure): Promise<void> {
    const { store, plans } = this.#desk(storeId);
    try {
      for (const id of await store.failed(windowId, failure, Date.now())) await plans.feed(id);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Looks at the schedule of a store. */
  async tick({ storeId }: TickPayload): Promise<void> {
    const { connections, prefix, redisUrl } = this.#options;
    await tick({
      schedules: new ScheduleStore({ redis: connections.producer, prefix, storeId }),
      plans: this.#desk(storeId).plans,
      plan: (request) => planBackfill({ redisUrl, prefix, storeId, request }),
      now: Date.now,
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#desks.values()].map(({ plans }) => plans.close()));
  }

  #desk(storeId: string): Desk {
    const open = this.#desks.get(storeId);
    if (open !== undefined) return open;
    const { connections, prefix } = this.#options;
    const desk = {
      store: new PlanStore({ redis: connections.waiting, prefix, storeId }),
      plans: new Plans({ connections, prefix, storeId }),
    };
    this.#desks.set(storeId, desk);
    return desk;
  }
}
