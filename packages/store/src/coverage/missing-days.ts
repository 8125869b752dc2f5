import type { BarInterval, Database, Source, Venue } from '../database/index.js';
import { contains, type Interval } from './interval.js';
import { readCoverage } from './row.js';
import { isCovering } from './state.js';

/** One series of one source, and the Korean days (YYYY-MM-DD) that are wanted of it. */
export interface MissingDaysQuery {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: BarInterval;
  readonly source: Source;
  readonly days: readonly string[];
}

/**
 * The days of which something is still to be fetched, in the given order. `hoursOf` says what must be covered: a day's
 * session, null when there is none, undefined when nobody knows – then any answer for that day counts.
 */
export const missingDays = async (
  database: Database,
  query: MissingDaysQuery,
  hoursOf: (day: string) => Interval | null | undefined,
): Promise<string[]> => {
  const { symbol, venue, interval, source, days } = query;
  if (days.length === 0) return [];
  const rows = await readCoverage(database, { symbols: [symbol], venue, interval, source, days });
  const answered = rows.filter(({ state }) => isCovering(state));
  return days.filter((day) => {
    const hours = hoursOf(day);
    if (hours === null) return false;
    const known = answered.filter((row) => row.day === day);
    return hours === undefined ? known.length === 0 : !contains(known, hours);
  });
};
