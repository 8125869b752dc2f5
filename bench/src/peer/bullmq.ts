import { Queue, Worker } from 'bullmq';

import type { OpenPeer } from './contract.js';

const bullmqQueue = 'bench';

/** Finished jobs are not what is measured: none is kept. */
const bullmqJobOptions = { removeOnComplete: true, removeOnFail: true } as const;

/** A queue whose workers share a limiter. Each call adds a job, and runs in the next job that comes to this process. */
export const openBullmq: OpenPeer = async ({ redisUrl, perSecond, inFlight }) => {
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue(bullmqQueue, { connection, defaultJobOptions: bullmqJobOptions });
  const waiting: (() => Promise<void>)[] = [];
  const worker = new Worker(bullmqQueue, async () => waiting.shift()?.(), {
    connection,
    concurrency: inFlight,
    limiter: { max: perSecond, duration: 1_000 },
  });
  // Calls that are given up when the bench ends.
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return {
    run: (work) =>
      new Promise<void>((resolve, reject) => {
        waiting.push(() => work().then(resolve, reject));
        queue.add('call', {}).catch(reject);
      }),
    close: async () => {
      await worker.close(true);
      await queue.close();
    },
  };
};

/** Jobs that were left over from the measurement before would be there at once. */
export const emptyBullmq = async (redisUrl: string): Promise<void> => {
  const queue = new Queue(bullmqQueue, { connection: { url: redisUrl } });
  try {
    await queue.obliterate({ force: true });
  } finally {
    await queue.close();
  }
};
