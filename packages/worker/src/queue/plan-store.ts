import type { Redis } from 'ioredis';

import type { WindowResult, WindowSpec } from './payload.js';
import { packWindow, storedPlan, unpackWindow, windowEnd, type StoredPlan, type WindowEnd } from './plan-payload.js';

/** What a plan is doing. `done`: every window has ended, well or not. */
export type PlanState = 'planned' | 'running' | 'paused' | 'done';

/** How far a plan has come. Instants are UTC epoch ms. */
export interface PlanProgress {
  readonly state: PlanState;
  /** Windows from the first on that have been put into the queue. */
  readonly published: number;
  /** Since it was started or resumed last; 0 when it does not run. */
  readonly runningSinceMs: number;
  /** How long it ran before that. */
  readonly ranMs: number;
  /** Of the last window that ended; 0 before. */
  readonly lastEndMs: number;
}

const pushedTogether = 5_000;

/** The plans of one store in the main Redis: no more than what was asked for, what is to be done, and what has been. */
export class PlanStore {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #storeId: string;

  constructor({
    redis,
    prefix,
    storeId,
  }: {
    readonly redis: Redis;
    readonly prefix: string;
    readonly storeId: string;
  }) {
    this.#redis = redis;
    this.#prefix = `${prefix}:backfill`;
    this.#storeId = storeId;
  }

  /** Replaces what was stored under its id. */
  async save(plan: StoredPlan, windows: readonly WindowSpec[]): Promise<void> {
    const { id } = plan;
    await this.remove(id);
    await this.replaceWindows(id, windows);
    await this.#redis.hset(this.#key(id), {
      plan: JSON.stringify(plan),
      share: plan.share,
      ...{ state: 'planned', published: 0 },
    });
    await this.#redis.sadd(this.#plansKey, id);
  }

  /** The same windows in another form, in the same order. */
  async replaceWindows(id: string, windows: readonly WindowSpec[]): Promise<void> {
    const fresh = `${this.#windowsKey(id)}:new`;
    await this.#redis.unlink(fresh);
    for (let start = 0; start < windows.length; start += pushedTogether) {
      await this.#redis.rpush(fresh, ...windows.slice(start, start + pushedTogether).map(packWindow));
    }
    if (windows.length > 0) await this.#redis.rename(fresh, this.#windowsKey(id));
  }

  async remove(id: string): Promise<void> {
    await this.#redis.srem(this.#plansKey, id);
    await this.#redis.srem(this.#openKey, id);
    await this.#redis.unlink(this.#key(id), this.#windowsKey(id), this.#endedKey(id));
  }

  /** Ascending by id. */
  async ids(): Promise<string[]> {
    return (await this.#redis.smembers(this.#plansKey)).sort();
  }

  async plan(id: string): Promise<StoredPlan | undefined> {
    const text = await this.#redis.hget(this.#key(id), 'plan');
    return text === null ? undefined : storedPlan.parse(JSON.parse(text));
  }

  /** Of a plan that is unknown: all. */
  async share(id: string): Promise<number> {
    return Number((await this.#redis.hget(this.#key(id), 'share')) ?? 1);
  }

  async progress(id: string): Promise<PlanProgress> {
    const fields = await this.#redis.hgetall(this.#key(id));
    const numberOf = (name: string): number => Number(fields[name] ?? 0);
    const state = fields.state as PlanState | undefined;
    return {
      state: state ?? 'planned',
      published: numberOf('published'),
      runningSinceMs: numberOf('runningSinceMs'),
      ranMs: numberOf('ranMs'),
      lastEndMs: numberOf('lastEndMs'),
    };
  }

  async set(id: string, progress: Partial<PlanProgress>): Promise<void> {
    await this.#redis.hset(this.#key(id), progress);
    if (progress.state === undefined) return;
    // Those that are paused too: what was in work when they were paused still ends.
    if (progress.state === 'running' || progress.state === 'paused') await this.#redis.sadd(this.#openKey, id);
    else await this.#redis.srem(this.#openKey, id);
  }

  /** From `start` on, `count` of them at most. */
  async windows(id: string, start: number, count: number): Promise<WindowSpec[]> {
    return (await this.#redis.lrange(this.#windowsKey(id), start, start + count - 1)).map(unpackWindow);
  }

  /** Windows that have ended, whatever way. */
  async endedCount(id: string): Promise<number> {
    return this.#redis.hlen(this.#endedKey(id));
  }

  async ended(id: string): Promise<ReadonlyMap<string, WindowEnd>> {
    const fields = await this.#redis.hgetall(this.#endedKey(id));
    return new Map(Object.entries(fields).map(([window, text]) => [window, windowEnd.parse(JSON.parse(text))]));
  }

  /** Which of these have not ended. */
  async open(id: string, windows: readonly WindowSpec[]): Promise<WindowSpec[]> {
    if (windows.length === 0) return [];
    const ended = await this.#redis.hmget(this.#endedKey(id), ...windows.map((window) => window.id));
    return windows.filter((_window, index) => ended[index] === null);
  }

  /** Those that failed are open again. */
  async forgetFailed(id: string): Promise<void> {
    const failed = [...(await this.ended(id))].filter(([, [kind]]) => kind === 'failed').map(([window]) => window);
    if (failed.length > 0) await this.#redis.hdel(this.#endedKey(id), ...failed);
  }

  /** A window has been committed. Whoever asked for it: every plan that waits for it is told. Gives those plans' ids. */
  async done(windowId: string, { rows, inserted, calls }: WindowResult, nowMs: number): Promise<string[]> {
    const end: WindowEnd = ['ok', rows, inserted, calls];
    return this.#each(async (id) => {
      await this.#redis.hset(this.#endedKey(id), windowId, JSON.stringify(end));
      await this.#redis.hset(this.#key(id), 'lastEndMs', nowMs);
    });
  }

  /** A window has had all its attempts. What was committed stays so. */
  async failed(
    windowId: string,
    { code, message, remedy }: { readonly code: string; readonly message: string; readonly remedy: string },
    nowMs: number,
  ): Promise<string[]> {
    const end: WindowEnd = ['failed', code, message, remedy];
    return this.#each(async (id) => {
      await this.#redis.hsetnx(this.#endedKey(id), windowId, JSON.stringify(end));
      await this.#redis.hset(this.#key(id), 'lastEndMs', nowMs);
    });
  }

  async #each(act: (id: string) => Promise<void>): Promise<string[]> {
    const ids = await this.#redis.smembers(this.#openKey);
    await Promise.all(ids.map(act));
    return ids;
  }

  get #plansKey(): string {
    return `${this.#prefix}:plans:${this.#storeId}`;
  }

  get #openKey(): string {
    return `${this.#prefix}:open:${this.#storeId}`;
  }

  #key(id: string): string {
    return `${this.#prefix}:plan:${this.#storeId}:${id}`;
  }

  #windowsKey(id: string): string {
    return `${this.#key(id)}:windows`;
  }

  #endedKey(id: string): string {
    return `${this.#key(id)}:ended`;
  }
}
