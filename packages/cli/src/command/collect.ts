import { setTimeout as sleep } from 'node:timers/promises';

import { createHub } from '@hub/client';
import {
  openFeedPublisher,
  startCollector,
  storeIdOf,
  WriterAway,
  writersOf,
  type CollectorProgress,
} from '@hub/worker';

import { CollectIncomplete, wrongUsage } from '../error/index.js';
import { Announcer } from '../terminal/notice.js';
import { counted } from '../terminal/numbers.js';
import { withClosers, type Closers } from './closers.js';
import { checkCollect, type CheckedCollect, type CollectFlags } from './collect-request.js';
import { CollectView } from './collect-view.js';
import type { Context } from './context.js';
import { openRedis, type RedisUrls } from './redis-servers.js';
import { unlessStopped } from './stop.js';
import { isTradingDay } from './trading-day.js';
import { joinWriter } from './writer.js';
import { WriterWatch } from './writer-watch.js';

/** `hub collect`. Returns the exit code; failures before the first event are thrown. */
export const collect = async (context: Context, flags: CollectFlags, leftover: readonly string[]): Promise<number> => {
  const checked = checkCollect(flags, leftover, context.env);
  const { screen } = context;
  const { progress, failure } = await withClosers((closers) => run(context, checked, closers));
  const { received, written, refused, rows, gaps } = progress;
  screen.say(
    `${counted(received, 'event')} received, ${counted(written, 'event')} written: ${counted(rows.ticks, 'trade')} and ${counted(rows.books, 'book')} new, ${counted(gaps.told, 'gap')} (${gaps.open} open)`,
  );
  const incomplete = received - written > 0 ? new CollectIncomplete(received - written - refused, refused) : failure;
  if (incomplete !== undefined) return screen.fail(incomplete, progress);
  screen.emit({ ok: true, ...progress });
  return 0;
};

const run = async (
  context: Context,
  checked: CheckedCollect,
  closers: Closers,
): Promise<{ progress: CollectorProgress; failure?: unknown }> => {
  const { screen, env, stop, now } = context;
  const redis = await openRedis(context, checked, closers);
  const { storeId, failed } = await storeOf(context, checked, redis, closers);
  const sink = await openFeedPublisher({ redisUrl: redis.main, storeId });
  closers.add(() => sink.close());
  const announcer = new Announcer((line) => screen.note(line), { verbose: screen.verbose, now });
  const hub = createHub(
    { ...checked.options, redis: { main: redis.main, gatekeeper: redis.gatekeeper } },
    { env, isTradingDay, notify: (notice) => announcer.tell(notice) },
  );
  closers.add(() => hub.close());
  const view = new CollectView(screen);
  const collector = await unlessStopped(
    startCollector({ hub, feeds: checked.feeds, sink, onEvent: (event) => view.tell(event) }),
    stop,
  );
  view.follow(() => collector.progress);
  screen.emit({ event: 'ready', pid: process.pid, store: storeId, feeds: checked.feeds.length });
  const end = AbortSignal.any([stop, failed]);
  const over = new AbortController();
  const pause = sleep(Math.min(checked.forMs, longestMs), undefined, { signal: AbortSignal.any([end, over.signal]) });
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

/** Timers cannot wait longer. */
const longestMs = 2 ** 31 - 1;

/** The store to publish to: that of --db, whose writer this process becomes if nobody is; else the one that has a writer. */
const storeOf = async (
  { screen, stop }: Context,
  { db, store }: CheckedCollect,
  redis: RedisUrls,
  closers: Closers,
): Promise<{ storeId: string; failed: AbortSignal }> => {
  if (db !== undefined) {
    const storeId = storeIdOf(db);
    const options = { db, storeId, redisUrl: redis.main };
    const writer = await joinWriter(options, stop);
    const watch = new WriterWatch(writer, options, (line) => screen.note(line));
    closers.add(() => watch.close());
    if (writer.kind === 'other') screen.note(`${db} is written by pid ${writer.pid}; publishing to it`);
    return { storeId, failed: watch.failed };
  }
  const writers = await writersOf({ redisUrl: redis.main });
  const ids = store === undefined ? [...writers.keys()] : [store].filter((id) => writers.has(id));
  const [storeId, another] = ids;
  if (storeId === undefined) throw new WriterAway(store ?? 'any', 0);
  if (another !== undefined) {
    throw wrongUsage(
      `${ids.length} stores have a writer here: ${ids.join(', ')}`,
      'Choose one with --store, or give --db.',
    );
  }
  const writer = writers.get(storeId);
  screen.note(`store ${storeId} is written by pid ${writer?.pid ?? 0} on ${writer?.host ?? ''}; publishing to it`);
  return { storeId, failed: new AbortController().signal };
};
