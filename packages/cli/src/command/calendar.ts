import { createHub, isHubError } from '@hub/client';
import { calendarDays, koreanDay, openStore, startOfDay, venues, type CalendarDay, type Venue } from '@hub/store';
import {
  askCalendar,
  disagreementsOf,
  refreshTradingDays,
  sharedTradingDays,
  storeIdOf,
  type Refreshed,
} from '@hub/worker';

import { UsageInvalid, type Problem } from '../error/index.js';
import { counted } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';
import { chooseCalendar, disagreementLine, type OwnCalendar } from './calendar-file.js';
import { withClosers, type Closers } from './closers.js';
import type { Context, Environment } from './context.js';
import { openRedis } from './redis-servers.js';
import { chooseFeedSettings } from './settings.js';

/** Flags of `hub calendar`, as typed. */
export interface CalendarFlags {
  readonly from?: string;
  readonly to?: string;
  readonly venue?: string;
  readonly db?: string;
  readonly calendar?: string;
  readonly baseUrl?: string;
}

interface CheckedCalendar {
  readonly fromDay: string;
  readonly toDay: string;
  readonly venues: readonly Venue[];
  readonly own: OwnCalendar;
}

const dayMs = 86_400_000;
/** Shown without --to. */
const fortnightMs = 13 * dayMs;

const remedy = '`hub calendar --help` explains every option.';

const isDay = (text: string): boolean => {
  try {
    startOfDay(text);
    return true;
  } catch {
    return false;
  }
};

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkCalendar = (flags: CalendarFlags, env: Environment, now: number): CheckedCalendar => {
  const problems: Problem[] = [];
  const complain = (message: string): void => void problems.push({ code: 'HUB_USAGE', message, remedy });
  const fromDay = flags.from ?? koreanDay(now);
  if (!isDay(fromDay)) complain(`--from ${fromDay} is no day: give YYYY-MM-DD`);
  const toDay = flags.to ?? (isDay(fromDay) ? koreanDay(startOfDay(fromDay) + fortnightMs) : fromDay);
  if (!isDay(toDay)) complain(`--to ${toDay} is no day: give YYYY-MM-DD`);
  else if (toDay < fromDay) complain(`--from ${fromDay} is after --to ${toDay}`);
  const chosen = venues.filter((venue) => flags.venue === undefined || venue === flags.venue);
  if (chosen.length === 0) complain(`--venue ${flags.venue ?? ''} is unknown: give ${venues.join(', ')}`);
  const own = chooseCalendar(flags.calendar, env);
  if ('code' in own) problems.push(own);
  if (problems.length > 0 || 'code' in own) throw new UsageInvalid(problems);
  return { fromDay, toDay, venues: chosen, own };
};

/** `hub calendar`: days, hours, who told them, and who disagrees. Makes no call. */
export const calendar = (context: Context, flags: CalendarFlags): Promise<void> => {
  const checked = checkCalendar(flags, context.env, context.now());
  return withClosers(async (closers) => {
    const { screen } = context;
    const days = await daysOf(context, flags, checked, closers);
    screen.emit({ days });
    if (screen.json) return;
    const disagreements = disagreementsOf(days).map(disagreementLine);
    screen.page([...calendarLines(days), ...(disagreements.length === 0 ? [] : ['', ...disagreements])]);
  });
};

/** By the store of --db, through its writer where it has one; else by what KIS told all processes of the main Redis. */
const daysOf = async (
  context: Context,
  flags: CalendarFlags,
  { fromDay, toDay, venues: chosen, own }: CheckedCalendar,
  closers: Closers,
): Promise<CalendarDay[]> => {
  const queries = chosen.map((venue) => ({ venue, fromDay, toDay }));
  const { REDIS_URL: redisUrl = '' } = context.env;
  if (flags.db === undefined) {
    // The calendar of the package can be read without any server.
    const saved = redisUrl === '' ? [] : await sharedTradingDays({ redisUrl });
    return queries.flatMap((query) => calendarDays(query, own.overrides, saved));
  }
  const store = await ownStore(flags.db, own, closers);
  if (store !== undefined) return (await Promise.all(queries.map((query) => store.calendar(query)))).flat();
  // Its writer knows what was saved, and the writer's own calendar file counts.
  const redis = redisUrl === '' ? (await shared(context, flags, closers)).redis.main : redisUrl;
  const options = { redisUrl: redis, storeId: storeIdOf(flags.db) };
  return (await Promise.all(queries.map((query) => askCalendar(options, query)))).flat();
};

/** The servers, and how a hub on them is opened, with keys or without. */
const shared = async (context: Context, { baseUrl }: CalendarFlags, closers: Closers) => {
  const chosen = chooseFeedSettings(context.env, baseUrl);
  if (!('urls' in chosen)) throw new UsageInvalid(chosen);
  const redis = await openRedis(context, chosen, closers);
  return { redis, options: { ...chosen.options, redis: { main: redis.main, gatekeeper: redis.gatekeeper } } };
};

const wall = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 16);

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const weekdayOf = (day: string): string => weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';

const titles = ['day', '', 'venue', 'state', 'hours (KST)', 'why', 'told by', ''];

/** One line per day and venue; hours are Korean. */
export const calendarLines = (days: readonly CalendarDay[]): string[] =>
  table(
    titles.map((title) => ({ title })),
    [...days]
      .sort((one, other) => one.day.localeCompare(other.day))
      .map(({ day, venue, state, hours, hoursAssumed, reason, source, disagreements }) => [
        ...[day, weekdayOf(day), venue, state],
        hours === null ? '–' : `${wall(hours.openMs)}-${wall(hours.closeMs)}${hoursAssumed ? ' (assumed)' : ''}`,
        ...[reason ?? '', source === '' ? 'nobody' : source, disagreements.length === 0 ? '' : '≠'],
      ]),
  );

const words = {
  asked: (days: number) => `KIS told ${counted(days, 'day')}`,
  shared: (days: number) => `KIS was asked today already, and told ${counted(days, 'day')}`,
  spent: () => 'the call of today has been made and has brought no answer yet: KIS is asked once a day',
  'no-kis': () => 'only KIS tells trading days, with a key for real accounts, and there is none: what is known stays',
} as const;

/** `hub calendar refresh`: asks KIS, once a day of all processes, and keeps the answer in --db where nobody else writes it. */
export const refreshCalendar = (context: Context, flags: CalendarFlags): Promise<void> => {
  const own = chooseCalendar(flags.calendar, context.env);
  if ('code' in own) throw new UsageInvalid([own]);
  return withClosers(async (closers) => {
    const { screen, env, stop, now } = context;
    const { redis, options } = await shared(context, flags, closers);
    const hub = createHub(options, { env });
    closers.add(() => hub.close());
    const store = await ownStore(flags.db, own, closers);
    const refreshed = await refreshTradingDays({
      ...{ redisUrl: redis.main, hub, now, signal: stop },
      ...(store === undefined ? {} : { store }),
    });
    const told = toldBy(refreshed);
    screen.emit({ ok: true, how: refreshed.kind, days: told });
    if (screen.json) return;
    screen.say(words[refreshed.kind](told));
    if (flags.db !== undefined && store === undefined)
      screen.say(`${flags.db} has a writer, which takes them by itself`);
  });
};

const toldBy = (refreshed: Refreshed): number =>
  'days' in refreshed ? new Set(refreshed.days.map(({ day }) => day)).size : 0;

/** Undefined where another process writes the file. */
const ownStore = async (db: string | undefined, { overrides }: OwnCalendar, closers: Closers) => {
  if (db === undefined) return undefined;
  try {
    const store = await openStore({ path: db, calendar: overrides });
    closers.add(() => store.close());
    return store;
  } catch (error) {
    if (isHubError(error) && error.code === 'HUB_STORE_LOCKED') return undefined;
    throw error;
  }
};
