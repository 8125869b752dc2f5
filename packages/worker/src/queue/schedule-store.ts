import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

import { queueNames } from './names.js';
import { storedSchedule, type StoredSchedule, type TickPayload } from './schedule-payload.js';

/** How often a schedule is looked at: that much later than its window it begins and ends. */
const everyMs = 30_000;

/** The night that a schedule is in, or was in last. */
export interface Night {
  /** KST day on which its window has opened. */
  readonly day: string;
  /** Of its plans. */
  readonly plans: readonly string[];
  /** Paused by the end of the window, and by nobody else. */
  readonly over: boolean;
}

/** The schedule of a store in the main Redis. A job scheduler has it looked at by one service at a time, however many run. */
export class ScheduleStore {
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
    this.#prefix = prefix;
    this.#storeId = storeId;
  }

  async read(): Promise<StoredSchedule | undefined> {
    const text = await this.#redis.hget(this.#key, 'schedule');
    return text === null ? undefined : storedSchedule.parse(JSON.parse(text));
  }

  /** Replaces the one before; its night goes on until the new one is looked at. */
  async save(schedule: StoredSchedule): Promise<void> {
    await this.#redis.hset(this.#key, { schedule: JSON.stringify(schedule), changed: 1 });
    const data: TickPayload = { v: 1, storeId: this.#storeId };
    const opts = { removeOnComplete: true, removeOnFail: { count: 20 } };
    await this.#withQueue((queue) =>
      queue.upsertJobScheduler(this.#storeId, { every: everyMs }, { name: 'tick', data, opts }),
    );
  }

  /** True when there was one. */
  async remove(): Promise<boolean> {
    await this.#withQueue((queue) => queue.removeJobScheduler(this.#storeId));
    return (await this.#redis.del(this.#key)) === 1;
  }

  async night(): Promise<Night | undefined> {
    const text = await this.#redis.hget(this.#key, 'night');
    return text === null ? undefined : (JSON.parse(text) as Night);
  }

  async saveNight(night: Night): Promise<void> {
    await this.#redis.hset(this.#key, { night: JSON.stringify(night), changed: 0 });
  }

  /** Another file has been given since the night was stored. */
  async changed(): Promise<boolean> {
    return (await this.#redis.hget(this.#key, 'changed')) === '1';
  }

  async #withQueue(act: (queue: Queue) => Promise<unknown>): Promise<void> {
    const queue = new Queue(queueNames.schedule, { connection: this.#redis, prefix: this.#prefix });
    queue.on('error', () => undefined); // told by the act
    try {
      await act(queue);
    } finally {
      await queue.close();
    }
  }

  get #key(): string {
    return `${this.#prefix}:backfill:schedule:${this.#storeId}`;
  }
}
