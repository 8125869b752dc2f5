import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createHub } from '@hub/client';
import { openPlans, planBackfill, startService, storeIdOf, type Plans, type PlanStatus } from '@hub/worker';

import { BackfillIncomplete, UsageInvalid, type Problem } from '../error/index.js';
import { duration } from '../terminal/numbers.js';
import { checkBackfill, type BackfillFlags } from './backfill-request.js';
import { planLines, statusFigures, statusLines } from './backfill-status.js';
import { withClosers, type Closers } from './closers.js';
import { atOnce } from './concurrency.js';
import type { Context } from './context.js';
import { unknownArguments } from './leftover.js';
import { paceOf, ratesOf } from './rates.js';
import { openRedis, type RedisUrls } from './redis-servers.js';
import { chooseSettings, chooseWriterSettings, type ChosenSettings } from './settings.js';
import { unlessStopped } from './stop.js';
import { checkedRawKeepDays } from './raw-keeping.js';
import { joinWriter } from './writer.js';

/** Flags of `hub backfill plan`, `apply`, `pause`, `resume` and `status`, as typed. */
export interface PlanFlags extends BackfillFlags {
  readonly share?: string;
  readonly wait?: boolean;
}

const lookEveryMs = 500;

const usage = (message: string, remedy: string): UsageInvalid =>
  new UsageInvalid([{ code: 'HUB_USAGE', message, remedy }]);

const shareOf = (text: string | undefined): number => {
  const share = text === undefined ? 1 : Number(text);
  if (share > 0 && share <= 1) return share;
  throw usage(`--share ${text ?? ''} is no part of a quota`, 'Give a number above 0 and at most 1: --share 0.7.');
};

/** `hub backfill plan`: stores what is missing as a plan, and shows it. Makes no call. */
export const makePlan = (context: Context, flags: PlanFlags, leftover: readonly string[]): Promise<number> =>
  withClosers(async (closers) => {
    const { screen, env, now, stop } = context;
    const share = shareOf(flags.share);
    const checked = checkBackfill(flags, leftover, env, now());
    const { settings, embedded, db } = checked;
    const pace = paceOf(settings, now(), share);
    // Both brokers end together at the rates that the plan may have.
    const request =
      checked.request.broker === 'auto' && pace.kis !== undefined && pace.kiwoom !== undefined
        ? { ...checked.request, rates: { kis: pace.kis.perSecond, kiwoom: pace.kiwoom.perSecond } }
        : checked.request;
    const redis = await openRedis(context, { urls: settings.redis, embedded }, closers);
    const storeId = storeIdOf(db);
    const writer = await joinWriter({ db, storeId, redisUrl: redis.main }, stop);
    closers.add(() => (writer.kind === 'own' ? writer.close() : Promise.resolve()));
    const answer = await unlessStopped(planBackfill({ redisUrl: redis.main, storeId, request }), stop);
    const plans = await plansOf(redis, storeId, closers);
    const plan = await plans.create(answer, { share, pace });
    const status = await plans.status(plan.id);
    for (const line of planLines(status, db)) screen.say(line);
    screen.emit({ ok: true, ...statusFigures(status) });
    return 0;
  });

interface Opened {
  readonly plans: Plans;
  readonly redis: RedisUrls;
  readonly storeId: string;
}

const open = async (context: Context, flags: PlanFlags, closers: Closers): Promise<Opened> => {
  const problems: Problem[] = [];
  if (flags.db === '' || !existsSync(dirname(resolve(flags.db)))) {
    const message = `--db ${flags.db}: the folder does not exist`;
    problems.push({ code: 'HUB_USAGE', message, remedy: 'Name the DuckDB file that the plan was made for.' });
  }
  const servers = chooseWriterSettings(context.env, flags.baseUrl);
  if (!('urls' in servers)) throw new UsageInvalid([...problems, ...servers]);
  if (problems.length > 0) throw new UsageInvalid(problems);
  const redis = await openRedis(context, servers, closers);
  const storeId = storeIdOf(flags.db);
  return { plans: await plansOf(redis, storeId, closers), redis, storeId };
};

const plansOf = async (redis: RedisUrls, storeId: string, closers: Closers): Promise<Plans> => {
  const opened = await openPlans({ redisUrl: redis.main, storeId });
  closers.add(() => opened.close());
  return opened.plans;
};

/** The one that was named, or the only one there is. */
const idOf = async (plans: Plans, words: readonly string[]): Promise<string> => {
  const problems = unknownArguments(words.slice(1));
  const id = words[0] ?? '';
  if (problems.length > 0 || id.startsWith('-')) {
    throw usage(problems[0] ?? `unknown option ${id}`, '`hub backfill --help` explains every option.');
  }
  if (id !== '') return id;
  const ids = await plans.ids();
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  throw usage(
    ids.length === 0 ? 'this store has no plan' : `there are ${String(ids.length)} plans`,
    ids.length === 0 ? 'Make one with `hub backfill plan`.' : `Name one of them: ${ids.slice(0, 5).join(', ')}.`,
  );
};

/** `hub backfill apply` and `resume`: puts the windows into the queue; with `--wait` they are fetched here too, and only that takes keys. */
export const startPlan = (context: Context, flags: PlanFlags, words: readonly string[]): Promise<number> =>
  withClosers(async (closers) => {
    const { screen } = context;
    const chosen = flags.wait === true ? chooseSettings(context.env, flags.baseUrl) : undefined;
    if (chosen !== undefined && !('settings' in chosen)) throw new UsageInvalid(chosen);
    const opened = await open(context, flags, closers);
    const { plans } = opened;
    const id = await idOf(plans, words);
    if (chosen !== undefined) await workHere(context, flags, { ...opened, chosen }, closers);
    await plans.start(id);
    const status = flags.wait === true ? await ended(context, plans, id) : await plans.status(id);
    for (const line of statusLines([status])) screen.say(line);
    if (flags.wait !== true)
      screen.say(`Whoever runs \`hub serve\` fetches it now; \`hub backfill status ${id}\` tells how far it is.`);
    const { failures, windows } = status;
    if (flags.wait === true && failures.length > 0) {
      const failed = failures.map((failure) => ({ ...failure, remedy: '' }));
      return screen.fail(new BackfillIncomplete(failed, windows.total, 0), statusFigures(status));
    }
    screen.emit({ ok: true, ...statusFigures(status) });
    return 0;
  });

/** A worker, and the writer where nobody else is. */
const workHere = async (
  { env, now, stop }: Context,
  { db }: PlanFlags,
  { redis, storeId, chosen }: Opened & { readonly chosen: ChosenSettings },
  closers: Closers,
): Promise<void> => {
  const rawKeepDays = checkedRawKeepDays(env);
  const writer = await joinWriter({ db, storeId, redisUrl: redis.main, rawKeepDays }, stop);
  closers.add(() => (writer.kind === 'own' ? writer.close() : Promise.resolve()));
  const hub = createHub({ ...chosen.options, redis }, { env });
  closers.add(() => hub.close());
  const concurrency = atOnce(ratesOf(chosen.settings, now()));
  const worker = await startService({ redisUrl: redis.main, hub, concurrency, feeds: false, keepRaw: rawKeepDays > 0 });
  closers.add(() => worker.close());
};

const ended = async ({ screen, stop }: Context, plans: Plans, id: string): Promise<PlanStatus> => {
  for (;;) {
    const status = await plans.status(id);
    if (status.state !== 'running') return status;
    const { done, total } = status.windows;
    screen.status(`${String(done)} of ${String(total)} windows, ${duration(status.leftMs)} left`);
    await unlessStopped(sleep(lookEveryMs), stop);
  }
};

/** `hub backfill pause`: takes back what nobody works on. */
export const pausePlan = (context: Context, flags: PlanFlags, words: readonly string[]): Promise<number> =>
  withClosers(async (closers) => {
    const { plans } = await open(context, flags, closers);
    const id = await idOf(plans, words);
    await plans.pause(id);
    return show(context, [await plans.status(id)]);
  });

/** `hub backfill status`: one plan, or all of the store. */
export const planStatus = (context: Context, flags: PlanFlags, words: readonly string[]): Promise<number> =>
  withClosers(async (closers) => {
    const { plans } = await open(context, flags, closers);
    const ids = words.length === 0 ? await plans.ids() : [await idOf(plans, words)];
    const statuses: PlanStatus[] = [];
    for (const id of ids) statuses.push(await plans.status(id));
    return show(context, statuses);
  });

const show = ({ screen }: Context, statuses: readonly PlanStatus[]): number => {
  if (statuses.length === 0) screen.say('No plan of this store; `hub backfill plan` makes one.');
  else for (const line of statusLines(statuses)) screen.say(line);
  screen.emit({ ok: true, plans: statuses.map(statusFigures) });
  return 0;
};
