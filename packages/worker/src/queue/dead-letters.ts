import { queuePriority } from '@hub/client/service';
import { Queue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';

import { failureOf } from '../error.js';
import { readFailedReason } from './failed-reason.js';
import { queueNames } from './names.js';

/** A job that failed for good, kept until somebody looks. */
export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly name: string;
  /** As it was sent, without anything that looks like a secret. */
  readonly payload: unknown;
  readonly code: string;
  readonly message: string;
  /** UTC epoch ms. */
  readonly at: number;
}

const secretName = /secret|token|app_?key|authorization|password|approval|cano/i;

/** Our payloads hold no secrets; one that we cannot read may. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, secretName.test(key) ? '[removed]' : withoutSecrets(each)]),
  );
};

export interface DeadLettersOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly onLetter: (letter: DeadLetter) => void;
  readonly onError: (error: unknown) => void;
}

/** Where jobs go that have failed for good. */
export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #queue: Queue;
  readonly #adding = new Set<Promise<void>>();

  constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#queue = new Queue(queueNames.dead, { connection: options.redis, prefix: options.prefix });
    this.#queue.on('error', options.onError);
  }

  /** Returns at once; `close` waits for what is on its way. */
  keep(job: Job): void {
    const { code, message } = readFailedReason(job.failedReason);
    const letter: DeadLetter = {
      queue: job.queueName,
      id: job.id ?? '',
      name: job.name,
      payload: withoutSecrets(job.data),
      code,
      message,
      at: job.finishedOn ?? job.timestamp,
    };
    const adding = this.#add(letter).catch((error: unknown) => this.#options.onError(failureOf(error)));
    this.#adding.add(adding);
    void adding.then(() => this.#adding.delete(adding));
  }

  async close(): Promise<void> {
    await Promise.all(this.#adding);
    await this.#queue.close();
  }

  async #add(letter: DeadLetter): Promise<void> {
    // The same failure told twice is one letter.
    const jobId = `${letter.queue}.${letter.id}.${letter.at}`.replaceAll(':', '_');
    await this.#queue.add(letter.name, letter, { jobId, priority: queuePriority.backfill });
    this.#options.onLetter(letter);
  }
}
