import { randomUUID } from 'node:crypto';

import { errors } from '@hub/client';
import { queuePriority } from '@hub/client/service';

import { WriterAway } from '../error.js';
import { connect, redisFailure, type Connections } from './connection.js';
import { readFailedReason } from './failed-reason.js';
import { JobWatch, type Outcome } from './watch.js';

export interface QuestionOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  readonly prefix: string;
  /** The writer of this store is asked. */
  readonly storeId: string;
  /** Where it takes such questions. */
  readonly queue: string;
  readonly payload: object;
  /** How long to wait for the answer, ms. */
  readonly timeoutMs: number;
  /** Without an answer it is asked again after so long, ms. */
  readonly againMs: number;
}

const lookEveryMs = 500;
const kept = { age: 60, count: 100 };

/**
 * Asks the writer of a store, and reads its answer. Rejects with HUB_WRITER_AWAY, HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED, and with
 * what the writer could not do.
 */
export const askWriter = async <T>(
  options: QuestionOptions,
  read: (answer: unknown, connections: Connections) => T | Promise<T>,
): Promise<T> => {
  const { redisUrl, prefix, storeId, queue, timeoutMs } = options;
  const connections = await connect(redisUrl, () => undefined);
  const watch = new JobWatch({ name: queue, connections, prefix, everyMs: lookEveryMs });
  const question = new Question(watch, options.payload, options.againMs);
  try {
    return await read(valueOf(await question.answer(AbortSignal.timeout(timeoutMs))), connections);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw redisFailure(redisUrl, error);
    throw new WriterAway(storeId, timeoutMs);
  } finally {
    await connections.close(async () => {
      await question.withdraw();
      await watch.close();
    });
  }
};

const valueOf = (outcome: Outcome): unknown => {
  if (outcome.kind === 'completed') return outcome.value;
  throw new errors.RemoteFailure(
    readFailedReason(outcome.kind === 'failed' ? outcome.reason : 'the question vanished'),
  );
};

/** Asked again and again until one of the askings is answered: a writer that is killed keeps the one it has taken. */
class Question {
  readonly #asked: string[] = [];

  constructor(
    private readonly watch: JobWatch,
    private readonly payload: object,
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
    await this.watch.queue.add('question', this.payload, {
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
