import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import {
  brokerNames,
  checkCandleQuery,
  isHubError,
  type BrokerName,
  type DirectSettings,
  type Interval,
  type Venue,
} from '@hub/client';
import { closings } from '@hub/store';
import type { BackfillRequest } from '@hub/worker';

import { UsageInvalid, type Problem } from '../error/index.js';
import { chooseCalendar, type OwnCalendar } from './calendar-file.js';
import type { Environment } from './context.js';
import { unknownArguments } from './leftover.js';
import { ratesOf, type Rates } from './rates.js';
import { chooseSettings, type ChosenSettings } from './settings.js';

/** Flags of `hub backfill`, as typed. */
export interface BackfillFlags {
  /** kis, kiwoom or auto; without it whatever is set up, both brokers as auto. */
  readonly broker?: string;
  readonly symbols?: string;
  readonly interval: string;
  readonly venue: string;
  readonly from?: string;
  readonly to?: string;
  readonly db: string;
  readonly baseUrl?: string;
  readonly dryRun?: boolean;
  /** File of the user's own calendar. */
  readonly calendar?: string;
}

export interface CheckedBackfill extends ChosenSettings {
  readonly request: BackfillRequest;
  readonly calendar: OwnCalendar;
  readonly db: string;
}

const brokers: readonly string[] = [...brokerNames, 'auto'];
const venues: readonly string[] = ['KRX', 'NXT', 'UN'] satisfies Venue[];
const intervals: readonly string[] = ['1m', '1d'] satisfies Interval[];

const isVenue = (text: string): text is Venue => venues.includes(text);
const isInterval = (text: string): text is Interval => intervals.includes(text);

const helpRemedy = '`hub backfill --help` explains every option.';

const usage = (message: string, remedy = helpRemedy): Problem => ({ code: 'HUB_USAGE', message, remedy });

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkBackfill = (
  flags: BackfillFlags,
  leftover: readonly string[],
  env: Environment,
  now: number,
): CheckedBackfill => {
  const { interval, venue, from = '', to = '', db } = flags;
  const symbols = symbolList(flags.symbols);
  const problems: Problem[] = unknownArguments(leftover).map((message) => usage(message));
  for (const name of ['symbols', 'from', 'to'] as const) {
    if (flags[name] === undefined) problems.push(usage(`--${name} is missing`));
  }
  if (flags.symbols !== undefined && symbols.length === 0) problems.push(usage('--symbols is empty'));
  if (flags.broker !== undefined && !brokers.includes(flags.broker)) {
    problems.push(usage(`--broker ${flags.broker} is unknown`, `Known: ${brokers.join(', ')}.`));
  }
  if (!isVenue(venue)) problems.push(usage(`--venue ${venue} is unknown`, 'Known venues: KRX, NXT, UN.'));
  if (!isInterval(interval)) problems.push(usage(`--interval ${interval} is unknown`, 'Known intervals: 1m, 1d.'));
  problems.push(...symbols.flatMap((symbol) => symbolProblems(symbol, now)));
  if (from !== '' && to !== '') {
    const flaws = rangeProblems(from, to, now);
    problems.push(...(flaws.length > 0 ? flaws : calendarProblems(from)));
  }
  const calendar = chooseCalendar(flags.calendar, env);
  if ('code' in calendar) problems.push(calendar);
  if (db === '') problems.push(usage('--db is empty', 'Give the DuckDB file, for example --db market.duckdb.'));
  else if (!existsSync(dirname(resolve(db)))) {
    problems.push(usage(`--db ${db}: the folder does not exist`, 'Create the folder of the DuckDB file first.'));
  }
  const chosen = chooseSettings(env, flags.baseUrl);
  if (!('settings' in chosen)) throw new UsageInvalid([...problems, ...chosen]);
  const choice = chooseBroker(flags.broker, chosen.settings, now);
  if ('message' in choice) problems.push(choice);
  if (problems.length > 0 || 'message' in choice || 'code' in calendar || !isVenue(venue) || !isInterval(interval)) {
    throw new UsageInvalid(problems);
  }
  return { ...chosen, db, calendar, request: { ...choice, symbols, venue, interval, from, to } };
};

const keyVariables = {
  kis: ['HUB_KIS_APP_KEY', 'HUB_KIS_APP_SECRET'],
  kiwoom: ['HUB_KIWOOM_APP_KEY', 'HUB_KIWOOM_SECRET_KEY'],
} as const satisfies Record<BrokerName, readonly string[]>;

type BrokerChoice = { readonly broker: BrokerName } | { readonly broker: 'auto'; readonly rates: Required<Rates> };

/** With one broker set up, auto is that broker. */
const chooseBroker = (asked: string | undefined, settings: DirectSettings, now: number): BrokerChoice | Problem => {
  const { kis, kiwoom } = ratesOf(settings, now);
  const named = brokerNames.find((name) => name === asked);
  if (named !== undefined && settings[named] === undefined) {
    const [key, secret] = keyVariables[named];
    const message = `--broker ${named}: ${named} is not set up, ${key} is missing`;
    return { code: 'HUB_CONFIG', message, remedy: `Set ${key} and ${secret}, or choose the other broker.` };
  }
  if (named !== undefined) return { broker: named };
  if (kis !== undefined && kiwoom !== undefined) return { broker: 'auto', rates: { kis, kiwoom } };
  return { broker: kis === undefined ? 'kiwoom' : 'kis' };
};

const symbolList = (text = ''): string[] => [
  ...new Set(
    text
      .split(',')
      .map((symbol) => symbol.trim())
      .filter((symbol) => symbol !== ''),
  ),
];

// The client has one check for the whole query and stops at the first fault; asked piece by piece it names them all.
const soundSymbol = '005930';
const soundDay = '2020-01-02';

const symbolProblems = (symbol: string, now: number): readonly Problem[] =>
  found(() => checkCandleQuery({ symbol, venue: 'KRX', interval: '1d', from: soundDay, to: soundDay }, now)).map(
    (problem) => ({ ...problem, message: `${symbol} is no symbol`, remedy: 'Symbols look like 005930 or Q500001.' }),
  );

// As of daily bars: minutes that no broker keeps any more are no mistake, the writer records them as expired.
const rangeProblems = (from: string, to: string, now: number): readonly Problem[] =>
  found(() => checkCandleQuery({ symbol: soundSymbol, venue: 'KRX', interval: '1d', from, to }, now));

const firstYear = Math.min(...Object.keys(closings).map(Number));

/**
 * No broker tells which past days had no trading, so nobody knows those before the calendar of the package begins. What comes after its
 * end may have been told since: the writer knows.
 */
const calendarProblems = (from: string): readonly Problem[] =>
  Number(from.slice(0, 4)) >= firstYear
    ? []
    : [
        {
          code: 'HUB_RANGE',
          message: `${from}: the trading calendar does not know this day, and a call for a day without trading is a call lost`,
          remedy: `It covers the years from ${firstYear} on: ask within them.`,
        },
      ];

const found = (check: () => void): readonly Problem[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (!isHubError(error)) throw error;
    return [{ code: error.code, message: error.message, remedy: error.remedy }];
  }
};
