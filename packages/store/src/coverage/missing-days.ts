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

const ofSeries = `venue = $venue AND kind = 'candle' AND interval = $interval AND source IN (SELECT unnest($sources))
  AND state IN (SELECT unnest($states))`;

/**
 * Of all pairs of a symbol and a day the ones that no single stretch covers; `partly`: something is known of the day. In a store that is
 * nearly whole these are few, so the millions of pairs that need no further look never leave DuckDB.
 */
const selectOpen = `
WITH wanted AS (
  SELECT unnest($days)::DATE AS day, make_timestamp(nullif(unnest($opens), '')::BIGINT * 1000) AS open_at,
    make_timestamp(nullif(unnest($closes), '')::BIGINT * 1000) AS close_at
), known AS (
  SELECT coverage.symbol, coverage.day,
    bool_or(wanted.open_at IS NULL OR (from_at <= wanted.open_at AND to_at >= wanted.close_at)) AS whole
  FROM coverage JOIN wanted ON coverage.day = wanted.day
  WHERE ${ofSeries} GROUP BY ALL
)
SELECT asked.symbol, wanted.day::VARCHAR AS day, known.symbol IS NOT NULL AS partly
FROM (SELECT unnest($symbols) AS symbol) AS asked CROSS JOIN wanted
LEFT JOIN known ON known.symbol = asked.symbol AND known.day = wanted.day
WHERE known.whole IS DISTINCT FROM TRUE`;

const selectStretches = `
SELECT symbol, day::VARCHAR AS day, epoch_ms(from_at)::DOUBLE AS "fromMs", epoch_ms(to_at)::DOUBLE AS "toMs"
FROM coverage
WHERE ${ofSeries} AND symbol IN (SELECT unnest($symbols)) AND day IN (SELECT unnest($days)::DATE)`;

interface Pair {
  readonly symbol: string;
  readonly day: string;
}

const keyOf = ({ symbol, day }: Pair): string => `${symbol} ${day}`;

const unique = (words: readonly string[]): string[] => [...new Set(words)];

type Series = Pick<MissingDaysBySymbolQuery, 'venue' | 'interval' | 'sources'>;

const valuesOf = ({ venue, interval, sources }: Series) => ({
  ...{ venue, interval, sources: listValue([...sources]), states: listValue([...covering]) },
});

/** Stretches of several sources or answers together may cover what none of them does. */
const stretchesOf = async (
  database: Database,
  query: Series,
  pairs: readonly Pair[],
): Promise<ReadonlyMap<string, readonly Interval[]>> => {
  if (pairs.length === 0) return new Map();
  const rows = await database.all(selectStretches, {
    ...valuesOf(query),
    symbols: listValue(unique(pairs.map(({ symbol }) => symbol))),
    days: listValue(unique(pairs.map(({ day }) => day))),
  });
  const stretches = new Map<string, Interval[]>();
  const known = rows as unknown as readonly (Pair & Interval)[]; // the columns of the select are its fields
  for (const row of known) {
    const before = stretches.get(keyOf(row));
    if (before === undefined) stretches.set(keyOf(row), [row]);
    else before.push(row);
  }
  return stretches;
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
  const hours = new Map(query.days.map((day) => [day, hoursOf(day)]));
  const days = unique(query.days).filter((day) => hours.get(day) !== null);
  const missing = new Map<string, Set<string>>(query.symbols.map((symbol) => [symbol, new Set()]));
  const textOf = (day: string, end: keyof Interval): string => String(hours.get(day)?.[end] ?? '');
  const open = (await database.all(selectOpen, {
    ...valuesOf(query),
    symbols: listValue(unique(query.symbols)),
    days: listValue(days),
    opens: listValue(days.map((day) => textOf(day, 'fromMs'))),
    closes: listValue(days.map((day) => textOf(day, 'toMs'))),
  })) as unknown as readonly (Pair & { readonly partly: boolean })[]; // the columns of the select are its fields
  const known = await stretchesOf(
    database,
    query,
    open.filter(({ partly }) => partly),
  );
  for (const { partly, ...pair } of open) {
    const session = hours.get(pair.day);
    if (partly && session && contains(known.get(keyOf(pair)) ?? [], session)) continue;
    missing.get(pair.symbol)?.add(pair.day);
  }
  return new Map([...missing].map(([symbol, lacking]) => [symbol, query.days.filter((day) => lacking.has(day))]));
};
