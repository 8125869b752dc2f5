import { DayInvalid } from '../error/index.js';

const kstOffsetMs = 9 * 3_600_000; // Korea has had no summer time since 1988
const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** Midnight in Korea of a YYYY-MM-DD day, UTC epoch ms. Throws HUB_DAY_INVALID for days that do not exist: Date.UTC would shift them. */
export const startOfDay = (day: string): number => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new DayInvalid(day, 'is not written as YYYY-MM-DD');
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== day) {
    throw new DayInvalid(day, 'is not on the calendar');
  }
  return utc - kstOffsetMs;
};

/** Whether an instant is midnight in Korea. */
export const isStartOfDay = (atMs: number): boolean => (atMs + kstOffsetMs) % dayMs === 0;

/** The Korean day that holds an instant (UTC epoch ms), `YYYY-MM-DD`. */
export const koreanDay = (atMs: number): string => new Date(atMs + kstOffsetMs).toISOString().slice(0, 10);

/** An instant of a Korean day by the clock on the wall there, e.g. `at('2026-11-02', '15:30')` or `'09:00:30'`. UTC epoch ms. */
export const at = (day: string, wallClock: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = wallClock.split(':').map(Number);
  return startOfDay(day) + (hours * 60 + minutes) * minuteMs + seconds * 1_000;
};

/** The days from the first to the last, both included, ascending. Throws HUB_DAY_INVALID. */
export const daysBetween = (fromDay: string, toDay: string): string[] => {
  const days: string[] = [];
  const last = startOfDay(toDay);
  for (let ms = startOfDay(fromDay); ms <= last; ms += dayMs) days.push(koreanDay(ms));
  return days;
};

export const isWeekend = (day: string): boolean => {
  const weekday = new Date(startOfDay(day) + kstOffsetMs).getUTCDay();
  return weekday === 0 || weekday === 6;
};
