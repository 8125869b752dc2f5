import type { Database, Venue } from '../database/index.js';
import { savedTradingDays } from './saved.js';
import { isKnownDay, session, type Session } from './session.js';

/** The session of a venue on a Korean day; null when there is none, undefined when nobody knows. */
export type Hours = (venue: Venue, day: string) => Session | null | undefined;

/** Which hours are asked for: Korean days `YYYY-MM-DD`, both of them in the range. */
export interface HoursQuery {
  readonly venues: readonly Venue[];
  readonly fromDay: string;
  readonly toDay: string;
}

/**
 * The one place that joins the two sources of hours: saved trading days outrank the calendar of this package, whose hours stand
 * in where a saved day tells none. Rejects with HUB_DAY_INVALID.
 */
export const hoursOf = async (database: Database, { venues, fromDay, toDay }: HoursQuery): Promise<Hours> => {
  const saved = await Promise.all(venues.map((venue) => savedTradingDays(database, { venue, fromDay, toDay })));
  const told = new Map(saved.flat().map((day) => [`${day.venue} ${day.day}`, day]));
  return (venue, day) => {
    const known = told.get(`${venue} ${day}`);
    if (known?.state === 'closed') return null;
    const { openMs = null, closeMs = null } = known ?? {};
    if (openMs !== null && closeMs !== null) return { openMs, closeMs };
    const usual = session(venue, day);
    if (usual !== null) return usual;
    return known === undefined && isKnownDay(day) ? null : undefined;
  };
};
