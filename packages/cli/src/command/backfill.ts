import { createHub } from '@hub/client';
import {
  planBackfill,
  runBackfill,
  startService,
  storeIdOf,
  type BackfillPlan,
  type BackfillResult,
} from '@hub/worker';

import { BackfillIncomplete, type FailedWindow } from '../error/index.js';
import { Announcer } from '../terminal/notice.js';
import { counted } from '../terminal/numbers.js';
import { checkBackfill, type BackfillFlags, type CheckedBackfill } from './backfill-request.js';
import {
  closingTable,
  figuresOf,
  nothingLine,
  planLine,
  planTable,
  summaryLine,
  unprovenLines,
  type BackfillFigures,
} from './backfill-report.js';
import { disagreementLine } from './calendar-file.js';
import { ProgressView } from './progress-view.js';
import { withClosers, type Closers } from './closers.js';
import { atOnce } from './concurrency.js';
import type { Context } from './context.js';
import { quotaTimeMs, ratesOf } from './rates.js';
import { openRedis, type RedisUrls } from './redis-servers.js';
import { eventLine } from './service-events.js';
import { unlessStopped } from './stop.js';
import { checkedRawKeepDays } from './raw-keeping.js';
import { joinWriter } from './writer.js';
import { WriterWatch } from './writer-watch.js';

/** How a backfill ended: its figures, and what went wrong. */
interface Outcome {
  readonly figures: BackfillFigures;
  readonly failure?: unknown;
}

/** `hub backfill`. Returns the exit code; failures before the first window are thrown. */
export const backfill = async (
  context: Context,
  flags: BackfillFlags,
  leftover: readonly string[],
): Promise<number> => {
  const checked = checkBackfill(flags, leftover, context.env, context.now());
  const { screen } = context;
  const { figures, failure } = await withClosers((closers) => run(context, flags, checked, closers));
  if (failure !== undefined) return screen.fail(failure, figures);
  screen.emit({ ok: true, ...figures });
  return 0;
};

const run = async (
  context: Context,
  flags: BackfillFlags,
  checked: CheckedBackfill,
  closers: Closers,
): Promise<Outcome> => {
  const { screen, stop } = context;
  const { request, settings, embedded, db, calendar } = checked;
  const redis = await openRedis(context, { urls: settings.redis, embedded }, closers);
  const storeId = storeIdOf(db);
  for (const each of calendar.disagreements) screen.note(disagreementLine(each));
  const rawKeepDays = checkedRawKeepDays(context.env);
  const writerOptions = { db, storeId, redisUrl: redis.main, calendar: calendar.overrides, rawKeepDays };
  const writer = await joinWriter(writerOptions, stop);
  const watch = new WriterWatch(writer, writerOptions, (line) => screen.note(line));
  closers.add(() => watch.close());
  if (writer.kind === 'other') screen.note(`${db} is written by pid ${writer.pid}; publishing to it`);

  const rates = ratesOf(settings, context.now());
  const plan = await unlessStopped(
    planBackfill({ redisUrl: redis.main, storeId, request }),
    AbortSignal.any([stop, watch.failed]),
  );
  if (plan.windows.length === 0) {
    screen.say(nothingLine(plan, db));
    return { figures: figuresOf(plan) };
  }
  screen.note(planLine(plan, rates));
  if (flags.dryRun === true) {
    for (const line of planTable(plan, rates)) screen.say(line);
    screen.say('Dry run: no call was made.');
    return { figures: { ...figuresOf(plan), windows: plan.windows.length } };
  }
  return fetchWindows(context, { checked, redis, plan, watch }, closers);
};

interface Prepared {
  readonly checked: CheckedBackfill;
  readonly redis: RedisUrls;
  readonly plan: BackfillPlan;
  readonly watch: WriterWatch;
}

/** Failures that no other window of this run can escape. */
const hopeless: ReadonlySet<string> = new Set([
  'HUB_STORE_FULL',
  'HUB_VAULT_KEY',
  'HUB_LEDGER_LOST',
  'HUB_REDIS_REFUSED',
]);
/** The same of one broker; with both, the other one goes on. */
const hopelessAtBroker: ReadonlySet<string> = new Set(['HUB_TOKEN_REFUSED', 'HUB_TOKEN_DEAD']);

/** After a stop, the windows in flight have this long to be told of once the worker here has drained. */
const tellTailMs = 3_000;

const fetchWindows = async (
  context: Context,
  { checked, redis, plan, watch }: Prepared,
  closers: Closers,
): Promise<Outcome> => {
  const { screen, env, stop, now } = context;
  const announcer = new Announcer((line) => screen.note(line), { verbose: screen.verbose, now });
  let firstPermitAt: number | undefined;
  const hub = createHub(
    { ...checked.options, redis },
    {
      env,
      notify: (notice) => {
        if (notice.kind === 'permit') firstPermitAt ??= notice.at;
        announcer.tell(notice);
      },
    },
  );
  closers.add(() => hub.close());
  const giveUp = new AbortController();
  const failed = new Map<string, FailedWindow>();
  const told = new Set<string>();
  const worker = await startService({
    redisUrl: redis.main,
    hub,
    keepRaw: checkedRawKeepDays(context.env) > 0,
    isTradingDay: checked.calendar.isTradingDay,
    firstPermitAt: () => firstPermitAt,
    concurrency: atOnce(ratesOf(checked.settings, now())),
    onEvent: (event) => {
      // The rest would fail alike, after the same retries.
      if (event.kind === 'window-failed' && event.storeId === plan.storeId) {
        failed.set(event.id, event);
        if (hopeless.has(event.code)) giveUp.abort();
        const auto = plan.request.broker === 'auto';
        if (hopelessAtBroker.has(event.code) && !auto) giveUp.abort();
        const what = `${event.broker} ${event.code}`;
        if (auto && !screen.verbose && !told.has(what)) {
          screen.note(`${event.broker}: ${event.code} ${event.message}; the other broker takes over`);
        }
        told.add(what);
      }
      // What fails is told once, at the end.
      const line = screen.verbose ? eventLine(event, true) : undefined;
      if (line !== undefined) screen.note(line);
    },
  });
  closers.add(() => worker.close());

  const view = new ProgressView(screen, plan, quotaTimeMs(plan.windows, ratesOf(checked.settings, now())));
  const end = AbortSignal.any([stop, watch.failed, giveUp.signal]);
  const drained = new Promise<undefined>((resolve) => {
    const drain = (): void => {
      view.close();
      if (stop.aborted) {
        const open = counted(view.openWindows, 'window');
        screen.note(`stopping: what is not done yet (${open}) is put back; Ctrl-C again to stop at once`);
      }
      void worker.close().finally(() => {
        setTimeout(() => resolve(undefined), tellTailMs);
      });
    };
    if (end.aborted) drain();
    else end.addEventListener('abort', drain, { once: true });
  });
  const ended = () => ({ failed: [...failed.values()], openWindows: view.openWindows });
  try {
    const running = runBackfill({
      redisUrl: redis.main,
      plan,
      signal: end,
      onProgress: (progress) => view.show(progress),
    });
    const result = await Promise.race([running, drained]);
    view.close();
    return report(context, { plan, db: checked.db, result, end, ...ended() });
  } catch (error) {
    view.close();
    if (!end.aborted) throw error;
    return report(context, { plan, db: checked.db, result: undefined, end, ...ended() });
  }
};

const report = (
  { screen, stop }: Context,
  run: {
    plan: BackfillPlan;
    db: string;
    result: BackfillResult | undefined;
    end: AbortSignal;
    failed: readonly FailedWindow[];
    openWindows: number;
  },
): Outcome => {
  const { plan, db, result, end, openWindows } = run;
  const figures = figuresOf(plan, result, run.failed);
  if (result === undefined && stop.aborted) {
    const done = plan.windows.length - openWindows - run.failed.length;
    screen.say(`Stopped with at least ${done} of ${counted(plan.windows.length, 'window')} stored in ${db}.`);
  }
  if (result !== undefined) {
    for (const line of closingTable(plan, result)) screen.say(line);
    for (const line of unprovenLines(result)) screen.note(line);
    const nothingStored = figures.windows === 0 && figures.failed.length > 0;
    if (!nothingStored) screen.say(summaryLine({ figures, planned: plan.windows.length, db, stopped: stop.aborted }));
  }
  if (figures.failed.length > 0 && !stop.aborted) {
    return {
      figures,
      failure: new BackfillIncomplete(
        figures.failed,
        plan.windows.length,
        plan.windows.length - figures.windows - figures.failed.length,
      ),
    };
  }
  return end.aborted ? { figures, failure: end.reason } : { figures };
};
