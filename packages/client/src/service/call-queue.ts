import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';

import { brokerNames, type BrokerName } from '../broker/contract.js';
import { JobStalled, redisFailure, unpackError, type HubError } from '../error/index.js';
import { liveQueue, queuePriority, type LivePayload } from './contract.js';

/** With the pauses between them a command is given up after about 3 s without a connection. */
const retries = 5;
/** Answers do not travel with their jobs, so what has ended is kept for the looks of its caller alone. */
const kept = { age: 60, count: 1_000 };

/** Where a call that has no answer yet is. `ended`: a worker is done with it. `gone`: it is not in the queue. */
export type Whereabouts =
  | { readonly kind: 'on-its-way' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: HubError };

/** The queues of all brokers, for a caller. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED. */
export interface CallQueue {
  add(call: LivePayload): Promise<void>;
  /** Takes a call out unless a worker has it in hand. */
  remove(broker: BrokerName, callId: string): Promise<void>;
  whereabouts(broker: BrokerName, callId: string): Promise<Whereabouts>;
  close(): Promise<void>;
}

export interface CallQueueOptions {
  readonly url: string;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

/** BullMQ is loaded here and nowhere else: a hub that makes its calls itself never needs it. */
export const openCallQueue = async (options: CallQueueOptions): Promise<CallQueue> => {
  const { url, prefix, connectTimeoutMs, commandTimeoutMs } = options;
  const bull = await import('bullmq');
  let closed = false;
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: retries,
    retryStrategy: (attempt) => (closed ? null : Math.min(100 * 2 ** Math.min(attempt, 5), 1_000)),
  });
  redis.setMaxListeners(0);
  redis.on('error', () => undefined); // told by the commands that fail
  const queues = new Map<BrokerName, Queue>();
  for (const broker of brokerNames) {
    const queue = new bull.Queue(liveQueue(broker), { connection: redis, prefix });
    queue.on('error', () => undefined);
    queues.set(broker, queue);
  }
  const ask = async <T>(broker: BrokerName, question: (queue: Queue) => Promise<T>): Promise<T> => {
    const queue = queues.get(broker);
    if (queue === undefined) throw new Error(`no queue of ${broker}`);
    try {
      return await question(queue);
    } catch (error) {
      throw redisFailure('main', url, error);
    }
  };
  return {
    add: async (call) => {
      await ask(call.broker, (queue) =>
        queue.add('call', call, {
          jobId: call.callId,
          priority: queuePriority[call.priority],
          attempts: 1,
          removeOnComplete: kept,
          removeOnFail: kept,
        }),
      );
    },
    remove: async (broker, callId) => {
      await ask(broker, (queue) => queue.remove(callId));
    },
    whereabouts: async (broker, callId) => {
      const state = await ask(broker, (queue) => queue.getJobState(callId));
      if (state === 'unknown') return { kind: 'gone' };
      if (state === 'completed') return { kind: 'ended' };
      if (state !== 'failed') return { kind: 'on-its-way' };
      const job = await ask(broker, (queue) => queue.getJob(callId));
      return job === undefined ? { kind: 'gone' } : { kind: 'failed', error: readFailedReason(job.failedReason) };
    },
    close: async () => {
      closed = true;
      redis.disconnect();
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    },
  };
};

/** Workers write code, message and remedy as JSON; everything else is in BullMQ's own words. */
const readFailedReason = (reason: string): HubError => {
  try {
    const { code, message, remedy } = JSON.parse(reason) as Record<string, unknown>;
    if (typeof code === 'string' && typeof message === 'string' && typeof remedy === 'string') {
      return unpackError({ code, message, remedy, fields: {}, causes: [] });
    }
  } catch {
    // BullMQ's own words.
  }
  return new JobStalled(reason);
};
