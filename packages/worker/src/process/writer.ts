import type { Store } from '@hub/store';

import { ingest } from '../job/ingest.js';
import { Answers } from '../job/answer.js';
import { ingestFeed } from '../job/ingest-feed.js';
import { planWindows } from '../job/plan.js';
import { Consumer } from '../queue/consumer.js';
import { feedPayload } from '../queue/feed-payload.js';
import { queueNames } from '../queue/names.js';
import { askPayload } from '../queue/ask.js';
import { ingestPayload, planPayload } from '../queue/payload.js';
import type { Part, PartOptions } from './worker.js';

export interface WriterOptions extends PartOptions {
  readonly store: Store;
  readonly id: string;
  /** Below it files may be written for those who ask; nowhere without it. */
  readonly exportDir?: string;
}

/** Batches in hand at once: what arrives while a commit runs shares the next one. */
const commitsTogether = 16;
const plansAtOnce = 2;
/** A backfill fills a file of raw answers in about two minutes; one tidying waits for the other. */
const tidyEveryMs = 60_000;

/** The writer of one store: commits rows and answers what is missing. */
export const startWriter = (options: WriterOptions): Part => {
  const { connections, prefix, lockMs, retryDelayMs, deadLetters, onError, onEvent, store, id, exportDir } = options;
  const answers = new Answers({ store, exportDir });
  const common = { redis: connections.waiting, prefix, lockMs, retryDelayMs, deadLetters, onError };
  const consumers = [
    new Consumer({
      ...common,
      queue: queueNames.ingest(id),
      schema: ingestPayload,
      concurrency: commitsTogether,
      handle: (task) =>
        ingest(task, {
          store,
          committed: ({ inserted, updated }, rows) =>
            onEvent({ kind: 'committed', batchId: task.id, rows, inserted, updated }),
        }),
    }),
    new Consumer({
      ...common,
      queue: queueNames.feed(id),
      schema: feedPayload,
      concurrency: commitsTogether,
      handle: (task) =>
        ingestFeed(task, {
          store,
          committed: ({ ticks, books, gaps }, rows) =>
            onEvent({ kind: 'committed', batchId: task.id, rows, inserted: ticks + books + gaps, updated: 0 }),
        }),
    }),
    new Consumer({
      ...common,
      queue: queueNames.plan(id),
      schema: planPayload,
      concurrency: plansAtOnce,
      answered: true,
      // Whoever asked has asked again by then, or is gone.
      deathsPerJob: 0,
      handle: ({ payload }) => planWindows(payload.request, { store, storeId: id, now: Date.now }),
    }),
    new Consumer({
      ...common,
      queue: queueNames.ask(id),
      schema: askPayload,
      concurrency: plansAtOnce,
      answered: true,
      deathsPerJob: 0,
      handle: ({ payload }) => answers.answer(payload.question),
    }),
  ];
  // Looking takes a millisecond where there is nothing to do.
  const tidying = setInterval(() => void store.tidyRaw().catch(onError), tidyEveryMs);
  tidying.unref();
  return {
    ready: () => Promise.all(consumers.map((consumer) => consumer.ready())),
    stop: () => Promise.all(consumers.map((consumer) => consumer.stop())),
    close: async () => {
      clearInterval(tidying);
      await Promise.all(consumers.map((consumer) => consumer.close()));
    },
  };
};
