import type { Venue } from '../database/index.js';
import { closings, examDays } from './closings.js';
import { at, dayMs, daysBetween, isWeekend, koreanDay, startOfDay } from './day.js';

/**
 * From the opening to the close, UTC epoch ms. The closing auction prints at or just after `closeMs`: its minute bar
 * starts at `closeMs`, so read one minute further to have it.
 */
export interface Session {
  readonly openMs: number;
  readonly closeMs: number;
}

/** Its first trading day, by the press (read 2026-11). */
export const nextradeSince = '2025-03-04';

const closingsOf = (day: string) => closings[Number(day.slice(0, 4))];

/** Whether the calendar tells of this KST day. Spend no quota on a day it does not know. Throws HUB_DAY_INVALID. */
export const isKnownDay = (day: string): boolean => {
  startOfDay(day);
  return closingsOf(day) !== undefined;
};

/**
 * Why a venue does not trade on a KST day that the calendar knows; undefined when it does, or when the calendar does not
 * know the day. Throws HUB_DAY_INVALID.
 */
export const closedBecause = (venue: Venue, day: string): string | undefined => {
  if (!isKnownDay(day)) return undefined;
  if (isWeekend(day)) return 'weekend';
  const closing = closingsOf(day)?.find((each) => each.day === day);
  if (closing !== undefined) return closing.reason;
  return venue === 'NXT' && day < nextradeSince ? `before the first day of Nextrade, ${nextradeSince}` : undefined;
};

const isFirstOfYear = (day: string): boolean => {
  const newYear = startOfDay(`${day.slice(0, 4)}-01-01`);
  for (let ms = newYear; ms < startOfDay(day); ms += dayMs) {
    const earlier = koreanDay(ms);
    if (isKnownDay(earlier) && closedBecause('KRX', earlier) === undefined) return false;
  }
  return isKnownDay(day);
};

/** Why the exchange opens later than usual; undefined on other days. */
export const lateBecause = (day: string): string | undefined => {
  if (examDays.includes(day)) return 'university entrance examination';
  return isFirstOfYear(day) ? 'first trading day of the year' : undefined;
};

/**
 * Read 2026-11. KRX: 09:00 to 15:30; its after-market (16:00 to 20:00 since 2026-09-14) is no part of the session. One
 * hour later on the examination day; 10:00 on the first trading day of a year (general knowledge, no notice). Nextrade:
 * first to last minute of its three sessions; its hours on the exchange's special days are not on record, and its usual
 * ones hold them all. Saved trading days outrank all of this.
 */
const hours = (venue: Venue, day: string): readonly [string, string] => {
  if (venue !== 'KRX' && day >= nextradeSince) return ['08:00', '20:00'];
  if (examDays.includes(day)) return ['10:00', '16:30'];
  return isFirstOfYear(day) ? ['10:00', '15:30'] : ['09:00', '15:30'];
};

/**
 * The hours that a venue would have on a KST day, whether it trades or not: for days that somebody else has told to be
 * open. Throws HUB_DAY_INVALID.
 */
export const usualHours = (venue: Venue, day: string): Session => {
  const [open, close] = hours(venue, day);
  return { openMs: at(day, open), closeMs: at(day, close) };
};

/**
 * Hours of a venue on a KST day; null when it is closed, or when the calendar does not know the day (`isKnownDay`). Throws
 * HUB_DAY_INVALID.
 */
export const session = (venue: Venue, day: string): Session | null =>
  !isKnownDay(day) || closedBecause(venue, day) !== undefined ? null : usualHours(venue, day);

/** The known trading days from `fromDay` to `toDay` (KST, both included), ascending. Throws HUB_DAY_INVALID. */
export const tradingDays = (venue: Venue, fromDay: string, toDay: string): string[] =>
  daysBetween(fromDay, toDay).filter((day) => session(venue, day) !== null);
