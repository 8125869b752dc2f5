import type { Venue } from '../database/index.js';
import type { CalendarDay } from './resolve.js';
import type { TradingDayQuery } from './saved.js';
import type { Session } from './session.js';

/** What counts for each day of a venue, of all who said something. */
export type Calendar = (query: TradingDayQuery) => Promise<CalendarDay[]>;

/** The session of a venue on a Korean day; null when there is none, undefined when nobody knows. */
export type Hours = (venue: Venue, day: string) => Session | null | undefined;

/** Which hours are asked for: Korean days `YYYY-MM-DD`, both of them in the range. */
export interface HoursQuery {
  readonly venues: readonly Venue[];
  readonly fromDay: string;
  readonly toDay: string;
}

/** Rejects with HUB_DAY_INVALID. */
export const hoursOf = async (calendar: Calendar, { venues, fromDay, toDay }: HoursQuery): Promise<Hours> => {
  const days = await Promise.all(venues.map((venue) => calendar({ venue, fromDay, toDay })));
  const known = new Map(days.flat().map((each) => [`${each.venue} ${each.day}`, each]));
  return (venue, day) => {
    const { state = 'unknown', hours = null } = known.get(`${venue} ${day}`) ?? {};
    return state === 'closed' ? null : (hours ?? undefined);
  };
};
