import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { createHub } from '@hub/client';
import { openStore } from '@hub/store';
import { startCalendar, startService, storeIdOf } from '@hub/worker';

import { ServiceEnded, UsageInvalid, type Problem } from '../error/index.js';
import { Announcer } from '../terminal/notice.js';
import { chooseCalendar, disagreementLine, type OwnCalendar } from './calendar-file.js';
import { withClosers, type Closers } from './closers.js';
import { atOnce } from './concurrency.js';
import type { Context, Environment } from './context.js';
import { unknownArguments } from './leftover.js';
import { ratesOf } from './rates.js';
import { rawKeepDaysOf } from './raw-keeping.js';
import { openRedis } from './redis-servers.js';
import { calendarLine, eventLine } from './service-events.js';
import { chooseSettings, chooseWriterSettings, type ChosenSettings, type WriterSettings } from './settings.js';
import { alertsOf } from './sentinel.js';
import { stopped } from './stop.js';

/** Flags of `hub serve`, as typed. */
export interface ServeFlags {
  readonly db?: string;
  readonly only?: string;
  readonly concurrency?: string;
  /** False: --no-feeds. */
  readonly feeds?: boolean;
  /** False: --no-sentinel. */
  readonly sentinel?: boolean;
  /** File of the user's own calendar. */
  readonly calendar?: string;
  readonly exportDir?: string;
  readonly baseUrl?: string;
}

type Role = 'worker' | 'writer';

interface CheckedServe {
  readonly roles: readonly Role[];
  readonly db: string;
  readonly concurrency: number | undefined;
  readonly feeds: boolean;
  readonly sentinel: boolean;
  readonly calendar: OwnCalendar;
  readonly rawKeepDays: number;
  /** Absolute. */
  readonly exportDir: string | undefined;
  readonly chosen: ChosenSettings | WriterSettings;
}

const remedy = '`hub serve --help` explains every option.';
const mostAtOnce = 256;

const rolesOf = (only: string | undefined): readonly Role[] | undefined => {
  if (only === undefined) return ['worker', 'writer'];
  return only === 'worker' || only === 'writer' ? [only] : undefined;
};

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkServe = (flags: ServeFlags, leftover: readonly string[], env: Environment): CheckedServe => {
  const problems: Problem[] = [];
  const complain = (message: string): void => {
    problems.push({ code: 'HUB_USAGE', message, remedy });
  };
  unknownArguments(leftover).forEach(complain);
  const roles = rolesOf(flags.only);
  if (roles === undefined) complain(`--only ${flags.only ?? ''} is unknown: give worker or writer`);
  const db = flags.db ?? '';
  if (db === '' && roles?.includes('writer') === true) complain('--db is missing: the writer needs its DuckDB file');
  if (db !== '' && !existsSync(dirname(resolve(db)))) complain(`--db ${db}: the folder does not exist`);
  const exportDir = flags.exportDir === undefined ? undefined : resolve(flags.exportDir);
  if (exportDir !== undefined && !existsSync(exportDir))
    complain(`--export-dir ${flags.exportDir ?? ''}: no such folder`);
  const concurrency = flags.concurrency === undefined ? undefined : Number(flags.concurrency);
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= mostAtOnce)) {
    complain(`--concurrency ${flags.concurrency ?? ''} is no whole number from 1 to ${mostAtOnce}`);
  }
  const calendar = chooseCalendar(flags.calendar, env);
  if ('code' in calendar) problems.push(calendar);
  const rawKeepDays = rawKeepDaysOf(env);
  if (typeof rawKeepDays === 'object') problems.push(rawKeepDays);
  // Only a worker needs keys: a writer alone has nothing to leak.
  const chosen =
    roles?.includes('worker') === false ? chooseWriterSettings(env, flags.baseUrl) : chooseSettings(env, flags.baseUrl);
  if (!('embedded' in chosen)) throw new UsageInvalid([...problems, ...chosen]);
  if (problems.length > 0 || roles === undefined || 'code' in calendar || typeof rawKeepDays === 'object')
    throw new UsageInvalid(problems);
  const { feeds, sentinel } = flags;
  return {
    ...{ roles, db, concurrency, feeds: feeds !== false, sentinel: sentinel !== false },
    ...{ calendar, rawKeepDays, exportDir, chosen },
  };
};

/** `hub serve`: worker and writer until somebody stops it. */
export const serve = (context: Context, flags: ServeFlags, leftover: readonly string[]): Promise<void> => {
  const checked = checkServe(flags, leftover, context.env);
  return withClosers((closers) => run(context, checked, closers));
};

const run = async (context: Context, checked: CheckedServe, closers: Closers): Promise<void> => {
  const { screen, env, stop, now } = context;
  const { roles, db, concurrency, feeds, sentinel, calendar, rawKeepDays, exportDir, chosen } = checked;
  const urls = 'settings' in chosen ? chosen.settings.redis : chosen.urls;
  const redis = await openRedis(context, { urls, embedded: chosen.embedded }, closers);
  const announcer = new Announcer((line) => screen.note(line), { verbose: screen.verbose, now });
  let firstPermitAt: number | undefined;
  const hub =
    'settings' in chosen
      ? createHub(
          { ...chosen.options, redis: { main: redis.main, gatekeeper: redis.gatekeeper } },
          {
            env,
            isTradingDay: (day) => calendar.isTradingDay('KRX', day),
            notify: (notice) => {
              if (notice.kind === 'permit') firstPermitAt ??= notice.at;
              announcer.tell(notice);
            },
          },
        )
      : undefined;
  if (hub !== undefined) closers.add(() => hub.close());
  const store = roles.includes('writer')
    ? await openStore({ path: db, calendar: calendar.overrides, rawKeepDays })
    : undefined;
  if (store !== undefined) closers.add(() => store.close());
  const service = await startService({
    redisUrl: redis.main,
    feeds,
    keepRaw: rawKeepDays > 0,
    isTradingDay: calendar.isTradingDay,
    ...(hub === undefined ? {} : { hub, firstPermitAt: () => firstPermitAt }),
    ...(sentinel ? { sentinel: alertsOf(env) } : {}),
    ...(store === undefined
      ? {}
      : { store: { store, id: storeIdOf(db), ...(exportDir === undefined ? {} : { exportDir }) } }),
    ...('settings' in chosen ? { concurrency: concurrency ?? atOnce(ratesOf(chosen.settings, now())) } : {}),
    onEvent: (event) => {
      const line = eventLine(event, screen.verbose);
      if (line !== undefined) screen.note(line);
    },
  });
  closers.add(() => service.close());
  if (hub !== undefined && store !== undefined) {
    const keeper = startCalendar({
      ...{ redisUrl: redis.main, hub, store, now, overrides: calendar.overrides },
      onEvent: (event) => {
        const line = calendarLine(event, screen.verbose);
        if (line !== undefined) screen.note(line);
      },
    });
    closers.add(() => keeper.close());
  } else for (const each of calendar.disagreements) screen.note(disagreementLine(each));
  screen.emit({ event: 'ready', roles, pid: process.pid });
  if (!screen.json)
    screen.say(`ready: ${roles.join(' and ')}${store === undefined ? '' : ` of ${db}`}, pid ${process.pid}`);
  await Promise.race([stopped(stop), service.closed]);
  if (!stop.aborted) throw new ServiceEnded();
  screen.note('stopping: no new work is taken, calls in flight may end; Ctrl-C again to stop at once');
};
