import { existsSync } from 'node:fs';

import { isHubError } from '@hub/client';
import { isKnownDay, koreanDay, session, startOfDay, type KnownKind, type KnownQuery, type Venue } from '@hub/store';

import { UsageInvalid, type Problem } from '../error/index.js';
import { unknownArguments } from './leftover.js';
import type { ChosenStore } from './store-reader.js';

/** Flags of `hub gaps` and `hub coverage`, as typed. */
export interface KnownFlags {
  readonly db?: string;
  readonly store?: string;
  readonly symbols?: string;
  readonly venue?: string;
  readonly kind?: string;
  readonly interval?: string;
  readonly day?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface CheckedKnown extends ChosenStore {
  readonly query: KnownQuery;
}

const venues: readonly string[] = ['KRX', 'NXT', 'UN'] satisfies Venue[];
const isVenue = (text: string): text is Venue => venues.includes(text);
const kinds: readonly string[] = ['trade', 'book', 'candle'] satisfies KnownKind[];
const isKind = (text: string): text is KnownKind => kinds.includes(text);
const isInterval = (text: string): text is '1m' | '1d' => text === '1m' || text === '1d';

const longestRangeDays = 400; // more than a year: a mistyped year would read for minutes

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkKnown = (
  command: 'gaps' | 'coverage',
  flags: KnownFlags,
  leftover: readonly string[],
  now: number,
): CheckedKnown => {
  const { db, store, venue, kind, interval } = flags;
  const helpRemedy = `\`hub ${command} --help\` explains every option.`;
  const usage = (message: string, remedy = helpRemedy): Problem => ({ code: 'HUB_USAGE', message, remedy });
  const problems: Problem[] = unknownArguments(leftover).map((message) => usage(message));
  const symbols = [...new Set((flags.symbols ?? '').split(/[\s,]+/).filter((word) => word !== ''))];
  if (flags.symbols !== undefined && symbols.length === 0) problems.push(usage('--symbols is empty'));
  for (const symbol of symbols.filter((each) => !/^(?:Q?\d[\dA-Z]{5})$/.test(each))) {
    problems.push(usage(`${symbol} is no symbol`, 'Symbols look like 005930 or Q500001.'));
  }
  if (venue !== undefined && !isVenue(venue)) {
    problems.push(usage(`--venue ${venue} is unknown`, 'Known venues: KRX, NXT, UN.'));
  }
  if (kind !== undefined && !isKind(kind)) {
    problems.push(usage(`--kind ${kind} is unknown`, 'Known kinds: trade, book, candle.'));
  }
  if (interval !== undefined && !isInterval(interval)) {
    problems.push(usage(`--interval ${interval} is unknown`, 'Known intervals: 1m, 1d.'));
  } else if (interval !== undefined && kind !== 'candle') {
    problems.push(usage('--interval is of candles', 'Give --kind candle with it.'));
  }
  if (db !== undefined && store !== undefined) problems.push(usage('--db and --store name two stores: give one'));
  if (db === '') problems.push(usage('--db is empty', 'Give the DuckDB file, for example --db market.duckdb.'));
  else if (db !== undefined && !existsSync(db)) {
    problems.push(usage(`--db ${db}: there is no such file`, '`hub backfill` and `hub collect` make one.'));
  }
  const range = rangeOf(flags, now, usage);
  if ('message' in range) problems.push(range);
  if (problems.length > 0 || 'message' in range) throw new UsageInvalid(problems);
  return {
    ...{ db, store },
    query: {
      ...range,
      ...(symbols.length > 0 ? { symbols } : {}),
      ...(venue !== undefined && isVenue(venue) ? { venue } : {}),
      ...(kind !== undefined && isKind(kind) ? { kind } : {}),
      ...(interval !== undefined && isInterval(interval) ? { interval } : {}),
    },
  };
};

type Range = Pick<KnownQuery, 'fromDay' | 'toDay'>;

const rangeOf = (
  { day, from, to, venue }: KnownFlags,
  now: number,
  usage: (message: string, remedy?: string) => Problem,
): Range | Problem => {
  if (day !== undefined && (from !== undefined || to !== undefined)) {
    return usage('--day and --from or --to name two ranges: give one');
  }
  const asked = day ?? from;
  if (asked === undefined && to !== undefined) return usage('--from is missing');
  const fromDay = asked ?? lastSession(venue !== undefined && isVenue(venue) ? venue : 'KRX', now);
  const toDay = day ?? to ?? (from === undefined ? fromDay : koreanDay(now));
  for (const each of [fromDay, toDay]) {
    const flaw = dayFlaw(each);
    if (flaw !== undefined) return { code: 'HUB_USAGE', ...flaw };
  }
  const days = (startOfDay(toDay) - startOfDay(fromDay)) / dayMs + 1;
  if (days < 1) return usage(`--from ${fromDay} is after --to ${toDay}`);
  if (days > longestRangeDays)
    return usage(`${days} days are too many at once`, `Ask for ${longestRangeDays} at most.`);
  return { fromDay, toDay };
};

const dayMs = 86_400_000;

const dayFlaw = (day: string): Pick<Problem, 'message' | 'remedy'> | undefined => {
  try {
    startOfDay(day);
    return undefined;
  } catch (error) {
    if (!isHubError(error)) throw error;
    return { message: error.message, remedy: error.remedy };
  }
};

const lookBackDays = 15; // longer than any holidays

/** The latest trading day that has begun: before the opening that is the one before. */
export const lastSession = (venue: Venue, now: number): string => {
  for (let back = 0; back < lookBackDays; back += 1) {
    const day = koreanDay(now - back * dayMs);
    const open = session(venue, day);
    if (open !== null ? open.openMs < now : !isKnownDay(day)) return day;
  }
  return koreanDay(now);
};
