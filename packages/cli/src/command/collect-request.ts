import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { brokerNames, type FeedRequest, type Venue } from '@hub/client';

import { UsageInvalid, type Problem } from '../error/index.js';
import { chooseCalendar, type OwnCalendar } from './calendar-file.js';
import type { Environment } from './context.js';
import { unknownArguments } from './leftover.js';
import { chooseFeedSettings, isServiceMode, type FeedSettings } from './settings.js';

/** Flags of `hub collect`, as typed. */
export interface CollectFlags {
  readonly broker?: string;
  readonly symbols?: string;
  readonly symbolsFile?: string;
  readonly kinds: string;
  readonly venue: string;
  readonly db?: string;
  readonly store?: string;
  readonly for?: string;
  /** File of the user's own calendar. */
  readonly calendar?: string;
  readonly baseUrl?: string;
}

export interface CheckedCollect extends FeedSettings {
  readonly feeds: readonly FeedRequest[];
  /** The file that this process writes, or publishes for; undefined: whatever writer there is. */
  readonly db: string | undefined;
  readonly store: string | undefined;
  /** Infinity unless given. */
  readonly forMs: number;
  readonly venue: Venue;
  readonly calendar: OwnCalendar;
}

const venues: readonly string[] = ['KRX', 'NXT', 'UN'] satisfies Venue[];
const isVenue = (text: string): text is Venue => venues.includes(text);
const kinds: readonly string[] = ['trade', 'book'];
const isKind = (text: string): text is 'trade' | 'book' => kinds.includes(text);
const isSymbol = (text: string): boolean => /^(?:Q?\d[\dA-Z]{5})$/.test(text);

const usage = (message: string, remedy = '`hub collect --help` explains every option.'): Problem => ({
  code: 'HUB_USAGE',
  message,
  remedy,
});

const words = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];

/** Everything behind a `#` is a remark. */
const symbolsIn = (file: string): string[] | undefined => {
  try {
    return words(readFileSync(file, 'utf8').replaceAll(/#.*/g, ''));
  } catch {
    return undefined;
  }
};

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

const durationIn = (text: string): number | undefined => {
  const [, amount = '', unit = ''] = /^(\d{1,4})([smh])$/.exec(text) ?? [];
  const ms = Number(amount) * (units[unit] ?? 0);
  return ms > 0 ? ms : undefined;
};

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkCollect = (flags: CollectFlags, leftover: readonly string[], env: Environment): CheckedCollect => {
  const { venue, db, store } = flags;
  const problems: Problem[] = unknownArguments(leftover).map((message) => usage(message));
  const listed = flags.symbolsFile === undefined ? [] : symbolsIn(flags.symbolsFile);
  if (listed === undefined) problems.push(usage(`--symbols-file ${flags.symbolsFile ?? ''} cannot be read`));
  const symbols = [...new Set([...words(flags.symbols ?? ''), ...(listed ?? [])])];
  if (symbols.length === 0 && listed !== undefined)
    problems.push(usage('no symbol is named: give --symbols or --symbols-file'));
  for (const symbol of symbols.filter((each) => !isSymbol(each))) {
    problems.push(usage(`${symbol} is no symbol`, 'Symbols look like 005930 or Q500001.'));
  }
  const wanted = words(flags.kinds);
  if (wanted.length === 0) problems.push(usage('--kinds is empty', 'Known kinds: trade, book.'));
  for (const kind of wanted.filter((each) => !isKind(each))) {
    problems.push(usage(`--kinds ${kind} is unknown`, 'Known kinds: trade, book.'));
  }
  if (!isVenue(venue)) problems.push(usage(`--venue ${venue} is unknown`, 'Known venues: KRX, NXT, UN.'));
  const forMs = flags.for === undefined ? Infinity : durationIn(flags.for);
  if (forMs === undefined) problems.push(usage(`--for ${flags.for ?? ''} is no time`, 'Give 30s, 10m or 2h.'));
  if (db !== undefined && store !== undefined) problems.push(usage('--db and --store name two stores: give one'));
  if (db === '') problems.push(usage('--db is empty', 'Give the DuckDB file, for example --db market.duckdb.'));
  else if (db !== undefined && !existsSync(dirname(resolve(db)))) {
    problems.push(usage(`--db ${db}: the folder does not exist`, 'Create the folder of the DuckDB file first.'));
  }
  const named = brokerNames.find((name) => name === flags.broker);
  if (flags.broker !== undefined && named === undefined) {
    problems.push(usage(`--broker ${flags.broker} is unknown`, `Known: ${brokerNames.join(', ')}.`));
  }
  const calendar = chooseCalendar(flags.calendar, env);
  if ('code' in calendar) problems.push(calendar);
  const chosen = chooseFeedSettings(env, flags.baseUrl);
  if (!('urls' in chosen)) throw new UsageInvalid([...problems, ...chosen]);
  if (named !== undefined && !chosen.brokers.includes(named)) {
    const message = `--broker ${named}: ${named} is not set up`;
    problems.push({ code: 'HUB_CONFIG', message, remedy: `Set the key of ${named}, or choose the other broker.` });
  }
  // Without keys those that have some say which broker there is.
  const broker = named ?? (isServiceMode(env) ? undefined : chosen.brokers[0]);
  if (problems.length > 0 || !isVenue(venue) || forMs === undefined || 'code' in calendar)
    throw new UsageInvalid(problems);
  const of = broker === undefined ? {} : { broker };
  const feeds = symbols.flatMap((symbol) => wanted.filter(isKind).map((kind) => ({ ...of, kind, symbol, venue })));
  return { ...chosen, feeds, db, store, forMs, venue, calendar };
};
