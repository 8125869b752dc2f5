import type { Venue } from '../database/index.js';
import { closings, examDays } from './closings.js';
import { at, dayMs, isWeekend, koreanDay, startOfDay } from './day.js';

/**
 * From the opening to the close, UTC epoch ms. The closing auction prints at or just after `closeMs`: its minute bar
 * starts at `closeMs`, so read one minute further to have it.
 */
export interface Session {
  readonly openMs: number;
  readonly closeMs: number;
}

const nextradeSince = '2025-03-04'; // its first trading day

const closingsOf = (day: string) => closings[Number(day.slice(0, 4))];

/** Whether the calendar tells of this KST day. Spend no quota on a day it does not know. Throws HUB_DAY_INVALID. */
export const isKnownDay = (day: string): boolean => {
  startOfDay(day);
  return closingsOf(day) !== undefined;
};

const isOpenDay = (day: string): boolean =>
  isKnownDay(day) && !isWeekend(day) && closingsOf(day)?.some((closing) => closing.day === day) !== true;

const isFirstOfYear = (day: string): boolean => {
  const newYear = startOfDay(`${day.slice(0, 4)}-01-01`);
  for (let ms = newYear; ms < startOfDay(day); ms += dayMs) if (isOpenDay(koreanDay(ms))) return false;
  return true;
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
 * Hours of a venue on a KST day; null when it is closed, or when the calendar does not know the day (`isKnownDay`). Throws
 * HUB_DAY_INVALID.
 */
export const session = (venue: Venue, day: string): Session | null => {
  if (!isOpenDay(day) || (venue === 'NXT' && day < nextradeSince)) return null;
  const [open, close] = hours(venue, day);
  return { openMs: at(day, open), closeMs: at(day, close) };
};

/** The known trading days from `fromDay` to `toDay` (KST, both included), ascending. Throws HUB_DAY_INVALID. */
export const tradingDays = (venue: Venue, fromDay: string, toDay: string): string[] => {
  const days: string[] = [];
  const last = startOfDay(toDay);
  for (let ms = startOfDay(fromDay); ms <= last; ms += dayMs) {
    const day = koreanDay(ms);
    if (session(venue, day) !== null) days.push(day);
  }
  return days;
};
