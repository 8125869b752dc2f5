import { DelayedError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { z } from 'zod';

import type { Failure } from '../error.js';
import type { DeadLetters } from './dead-letters.js';
import { jobError, notBefore, readFailedReason } from './failed-reason.js';
import { readPayload } from './payload.js';

/** A job whose payload was understood. */
export interface Task<T> {
  readonly id: string;
  /** The name of the job. */
  readonly label: string;
  readonly payload: T;
  /** Stores how far it has come; who takes the job up after this process finds it. */
  save(payload: T): Promise<void>;
}

/** Thrown by a handler: the job goes back to the queue as it is, and the attempt does not count. */
export class PutBack extends Error {
  override readonly name = 'PutBack';
}

export interface ConsumerOptions<T> {
  readonly queue: string;
  readonly schema: z.ZodType<T>;
  readonly redis: Redis;
  readonly prefix: string;
  readonly concurrency: number;
  /** A worker that died is noticed after at most one and a half times this. */
  readonly lockMs: number;
  /** First pause before another attempt; doubles from there. */
  readonly retryDelayMs: number;
  readonly deadLetters: DeadLetters;
  /** Somebody waits for the answer, so only what cannot be read at all is kept with the dead letters. */
  readonly answered?: boolean;
  /** Processes that may die under one job before the job is held to be the cause; 20 by default. */
  readonly deathsPerJob?: number;
  readonly onError: (error: unknown) => void;
  readonly onFailed?: (id: string, failure: Failure) => void;
  /** Told of a payload that cannot be read, before its job fails. */
  readonly onUnreadable?: (data: unknown, error: unknown) => Promise<void>;
  readonly handle: (task: Task<T>) => Promise<unknown>;
}

const defaultDeathsPerJob = 20;
const jitter = 0.25;

/** Takes jobs of one queue, reads their payload, and turns failures into what the other side can read. */
export class Consumer<T extends object> {
  readonly #options: ConsumerOptions<T>;
  readonly #worker: Worker;
  #stopped = false;

  constructor(options: ConsumerOptions<T>) {
    this.#options = options;
    const { queue, redis, prefix, concurrency, lockMs, retryDelayMs, deathsPerJob = defaultDeathsPerJob } = options;
    this.#worker = new Worker(queue, (job: Job, token?: string) => this.#process(job, token ?? ''), {
      connection: redis,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: deathsPerJob,
      // Put-back jobs wake nobody up by themselves; an idle worker looks again after this.
      drainDelay: 1,
      settings: {
        backoffStrategy: (attempts, _type, error) =>
          notBefore(error) + Math.round(retryDelayMs * 2 ** (attempts - 1) * (1 + jitter * (2 * Math.random() - 1))),
      },
    });
    this.#worker.on('error', options.onError);
    this.#worker.on('failed', (job) => {
      // Another attempt follows unless the job is finished.
      if (job?.finishedOn !== undefined) this.#failed(job);
    });
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Takes nothing new. What is in hand goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker.pause(true);
  }

  /** Resolves when what is in hand has ended and the connections are closed. */
  async close(): Promise<void> {
    await this.stop();
    await this.#worker.close();
  }

  async #process(job: Job, token: string): Promise<unknown> {
    try {
      if (this.#stopped) throw new PutBack();
      return await this.#options.handle({
        id: job.id ?? '',
        label: job.name,
        payload: await this.#payloadOf(job),
        save: async (payload) => job.updateData(payload),
      });
    } catch (error) {
      if (!(error instanceof PutBack)) throw jobError(error);
      // By way of the delayed jobs, which wake a waiting worker up; moveToWait does not. Does not count as an attempt.
      await job.moveToDelayed(Date.now(), token);
      throw new DelayedError();
    }
  }

  async #payloadOf(job: Job): Promise<T> {
    try {
      return readPayload(this.#options.schema, job.queueName, job.data);
    } catch (error) {
      await this.#options.onUnreadable?.(job.data, error);
      throw error;
    }
  }

  #failed(job: Job): void {
    const failure = readFailedReason(job.failedReason);
    const { answered = false, deadLetters, onFailed } = this.#options;
    if (!answered || failure.code === 'HUB_PAYLOAD_INVALID') deadLetters.keep(job);
    onFailed?.(job.id ?? '', failure);
  }
}
