/** Korea has no summer time: KST is UTC+9 all year. */
const KST_OFFSET_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** A trading day as KIS writes it: `YYYYMMDD`, KST. */
export type Day = string;

/** Whole days since 1970-01-01. Throws a RangeError for a text that is no calendar day. */
export const dayNumber = (day: Day): number => {
  const ms = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
  // Date.UTC turns 31 February into 3 March, so the text has to survive the round trip.
  if (!/^\d{8}$/.test(day) || dayOf(ms / DAY_MS) !== day) throw new RangeError(`"${day}" is no day (YYYYMMDD)`);
  return ms / DAY_MS;
};

export const dayOf = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

export const isDay = (text: string): boolean => {
  try {
    dayNumber(text);
    return true;
  } catch {
    return false;
  }
};

/** The KST day of an instant (epoch ms). */
export const kstDay = (ms: number): Day => dayOf(Math.floor((ms + KST_OFFSET_MS) / DAY_MS));

/** Seconds since KST midnight of an instant (epoch ms), with fractions. */
export const kstSecond = (ms: number): number => ((((ms + KST_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS) / 1000;

/** The instant (epoch ms) of a second of a KST day. */
export const instant = (day: Day, second: number): number => dayNumber(day) * DAY_MS - KST_OFFSET_MS + second * 1000;

/** 0 = Sunday … 6 = Saturday. 1970-01-01 was a Thursday. */
export const weekday = (day: Day): number => (dayNumber(day) + 4) % 7;

export const shiftDay = (day: Day, days: number): Day => dayOf(dayNumber(day) + days);
