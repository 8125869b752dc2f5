import { setTimeout as sleep } from 'node:timers/promises';

import { openFeedPublisher, startCollector, storeIdOf } from '@hub/worker';
import type { CollectorOptions, CollectorProgress, FeedSink } from '@hub/worker';

import { CollectIncomplete } from '../error/index.js';
import { counted } from '../terminal/numbers.js';
import type { OwnCalendar } from './calendar-file.js';
import type { Closers } from './closers.js';
import { CollectView } from './collect-view.js';
import type { Context } from './context.js';
import type { RedisUrls } from './redis-servers.js';
import { unlessStopped } from './stop.js';
import { WriterWatch } from './writer-watch.js';
import { joinWriter, storeWithWriter } from './writer.js';

/** Where events go: one store, through its one writer. */
export interface FeedTarget {
  readonly storeId: string;
  readonly sink: FeedSink;
  /** Aborts when this process was the writer and is not any more. */
  readonly failed: AbortSignal;
}

/** What names a store, and the calendar that counts in it where this process writes it. */
interface Target {
  readonly db: string | undefined;
  readonly store: string | undefined;
  readonly calendar?: Pick<OwnCalendar, 'overrides'>;
}

/** The store of --db, whose writer this process becomes if nobody is; else the one that has a writer. */
export const openTarget = async (
  context: Context,
  chosen: Target,
  redis: RedisUrls,
  closers: Closers,
): Promise<FeedTarget> => {
  const { storeId, failed } = await storeOf(context, chosen, redis, closers);
  const sink = await openFeedPublisher({ redisUrl: redis.main, storeId });
  closers.add(() => sink.close());
  return { storeId, sink, failed };
};

const storeOf = async (
  { screen, stop }: Context,
  { db, store, calendar }: Target,
  redis: RedisUrls,
  closers: Closers,
): Promise<Omit<FeedTarget, 'sink'>> => {
  if (db !== undefined) {
    const storeId = storeIdOf(db);
    const options = { db, storeId, redisUrl: redis.main, calendar: calendar?.overrides ?? [] };
    const writer = await joinWriter(options, stop);
    const watch = new WriterWatch(writer, options, (line) => screen.note(line));
    closers.add(() => watch.close());
    if (writer.kind === 'other') screen.note(`${db} is written by pid ${writer.pid}; publishing to it`);
    return { storeId, failed: watch.failed };
  }
  const { storeId, writer } = await storeWithWriter(redis.main, store);
  screen.note(`store ${storeId} is written by pid ${writer.pid} on ${writer.host}; publishing to it`);
  return { storeId, failed: new AbortController().signal };
};

/** What a collection came to. */
export interface Collected {
  readonly progress: CollectorProgress;
  readonly failure?: unknown;
}

/** Timers cannot wait longer. */
const longestMs = 2 ** 31 - 1;

/** Collects into the target until the feeds end, `forMs` have passed, or somebody asks for the end. */
export const collectInto = async (
  { screen, stop }: Context,
  { storeId, sink, failed }: FeedTarget,
  { forMs, ...what }: Pick<CollectorOptions, 'hub' | 'feeds'> & { readonly forMs: number },
): Promise<Collected> => {
  const view = new CollectView(screen);
  const collector = await unlessStopped(startCollector({ ...what, sink, onEvent: (event) => view.tell(event) }), stop);
  view.follow(() => collector.progress);
  screen.emit({ event: 'ready', pid: process.pid, store: storeId, feeds: what.feeds.length });
  const end = AbortSignal.any([stop, failed]);
  const over = new AbortController();
  const pause = sleep(Math.min(forMs, longestMs), undefined, { signal: AbortSignal.any([end, over.signal]) });
  try {
    const failure = await Promise.race([pause.catch(() => undefined), collector.ended]).then(
      () => (failed.aborted ? (failed.reason as unknown) : undefined),
      (error: unknown) => error,
    );
    if (stop.aborted) screen.note('stopping: what was received is written; Ctrl-C again to stop at once');
    const progress = await collector.close();
    return failure === undefined ? { progress } : { progress, failure };
  } finally {
    over.abort();
    view.close();
  }
};

/** Says what a collection came to. Returns the exit code. */
export const sayCollected = ({ screen }: Context, { progress, failure }: Collected): number => {
  const { received, written, refused, rows, gaps } = progress;
  screen.say(
    `${counted(received, 'event')} received, ${counted(written, 'event')} written: ${counted(rows.ticks, 'trade')} and ${counted(rows.books, 'book')} new, ${counted(gaps.told, 'gap')} (${gaps.open} open)`,
  );
  const incomplete = received - written > 0 ? new CollectIncomplete(received - written - refused, refused) : failure;
  if (incomplete !== undefined) return screen.fail(incomplete, progress);
  screen.emit({ ok: true, ...progress });
  return 0;
};
