import { listValue } from '@duckdb/node-api';
import type { BarInterval, Database, Source, Venue } from '../database/index.js';
import { contains, type Interval } from './interval.js';
import { covering } from './state.js';

/** Many series of one kind, and the Korean days (YYYY-MM-DD) that are wanted of each. */
export interface MissingDaysBySymbolQuery {
  readonly symbols: readonly string[];
  readonly venue: Venue;
  readonly interval: BarInterval;
  /** Any of these will do, also each for a part of a day. */
  readonly sources: readonly Source[];
  /** Korean days, `YYYY-MM-DD`. */
  readonly days: readonly string[];
}

/** The same of one symbol. */
export interface MissingDaysQuery extends Omit<MissingDaysBySymbolQuery, 'symbols'> {
  readonly symbol: string;
}

/** A day's session, null when there is none, undefined when nobody knows: then any answer for that day counts. */
type HoursOf = (day: string) => Interval | null | undefined;

const select = `
SELECT symbol, day::VARCHAR AS day, epoch_ms(from_at)::DOUBLE AS "fromMs", epoch_ms(to_at)::DOUBLE AS "toMs"
FROM coverage
WHERE venue = $venue AND kind = 'candle' AND interval = $interval AND symbol IN (SELECT unnest($symbols))
  AND source IN (SELECT unnest($sources)) AND state IN (SELECT unnest($states))
  AND day IN (SELECT unnest($days)::DATE)`;

interface Answered extends Interval {
  readonly symbol: string;
  readonly day: string;
}

const keyOf = (symbol: string, day: string): string => `${symbol} ${day}`;

const readAnswered = async (
  database: Database,
  { symbols, venue, interval, sources, days }: MissingDaysBySymbolQuery,
): Promise<Map<string, Interval[]>> => {
  const rows = await database.all(select, {
    ...{ venue, interval, symbols: listValue([...symbols]), sources: listValue([...sources]) },
    ...{ days: listValue([...days]), states: listValue([...covering]) },
  });
  const answered = new Map<string, Interval[]>();
  const answers = rows as unknown as readonly Answered[]; // the columns of the select above are its fields
  for (const row of answers) {
    const key = keyOf(row.symbol, row.day);
    const known = answered.get(key);
    if (known === undefined) answered.set(key, [row]);
    else known.push(row);
  }
  return answered;
};

/**
 * The days of which something is still to be fetched, in the given order, of every symbol. One query for all: thousands
 * of symbols are asked for together. A day is covered when the stretches of all sources together hold its hours.
 */
export const missingDays = async (
  database: Database,
  query: MissingDaysBySymbolQuery,
  hoursOf: HoursOf,
): Promise<Map<string, string[]>> => {
  const open = query.days.flatMap((day) => {
    const hours = hoursOf(day);
    return hours === null ? [] : [{ day, hours }];
  });
  const answered = await readAnswered(database, { ...query, days: open.map(({ day }) => day) });
  const isMissing = (symbol: string, day: string, hours: Interval | undefined): boolean => {
    const known = answered.get(keyOf(symbol, day));
    return known === undefined || (hours !== undefined && !contains(known, hours));
  };
  return new Map(
    query.symbols.map((symbol) => [
      symbol,
      open.filter(({ day, hours }) => isMissing(symbol, day, hours)).map(({ day }) => day),
    ]),
  );
};
