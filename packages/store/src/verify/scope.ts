import { startOfDay } from '../calendar/index.js';

/** Korea has no summer time. */
export const koreanDay = (time: string): string => `CAST(${time} + INTERVAL 9 HOUR AS DATE)`;

/** As people there read it. */
export const shownTime = (time: string): string => `strftime(${time} + INTERVAL 9 HOUR, '%Y-%m-%d %H:%M:%S KST')`;

/** Which days are looked at: conditions on a time or a day. */
export interface Scope {
  readonly time: (column: string) => string;
  readonly day: (column: string) => string;
}

/** All days unless given. Throws HUB_DAY_INVALID. */
export const scopeOf = (days: readonly string[] | undefined): Scope => {
  if (days === undefined || days.length === 0) return { time: () => 'TRUE', day: () => 'TRUE' };
  for (const day of days) startOfDay(day);
  const sorted = [...days].sort();
  const list = sorted.map((day) => `DATE '${day}'`).join(', ');
  return {
    day: (column) => `${column} IN (${list})`,
    // The range first: blocks of other days are skipped by it.
    time: (column) =>
      `${column} >= TIMESTAMP '${sorted[0]}' - INTERVAL 9 HOUR AND ${column} < TIMESTAMP '${sorted.at(-1)}' + INTERVAL 15 HOUR
       AND ${koreanDay(column)} IN (${list})`,
  };
};
