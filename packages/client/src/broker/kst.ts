/** Korea has had one offset, UTC+9 without summer time, since 1988-10: plain arithmetic is exact for market data. */
const offsetMs = 9 * 3_600_000;
export const dayMs = 86_400_000;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Midnight KST of a day given as `YYYY-MM-DD` or `YYYYMMDD`, as UTC epoch ms; undefined for a day that does not exist. */
export const kstMidnight = (day: string): number | undefined => {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(day);
  if (match === null) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const utc = Date.UTC(year, month - 1, date);
  // Date.UTC turns 31 February into 3 March, and the year 26 into 1926.
  const back = new Date(utc);
  if (back.getUTCFullYear() !== year) return undefined;
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== date) return undefined;
  return utc - offsetMs;
};

/** `YYYYMMDD` and `HHMMSS` in KST → UTC epoch ms; undefined when either is malformed. */
export const kstInstant = (day: string, time: string): number | undefined => {
  const midnight = kstMidnight(day);
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(time);
  if (midnight === undefined || match === null) return undefined;
  return midnight + (Number(match[1]) * 3_600 + Number(match[2]) * 60 + Number(match[3])) * 1_000;
};

/** The midnight that the KST day of an instant began with, as UTC epoch ms. */
export const kstMidnightOf = (instant: number): number => Math.floor((instant + offsetMs) / dayMs) * dayMs - offsetMs;

/** The KST day of an instant, `YYYY-MM-DD`. */
export const kstDay = (instant: number): string => new Date(instant + offsetMs).toISOString().slice(0, 10);

/** The same as a number of days: a thousand times as quick. */
export const kstDayNumber = (instant: number): number => Math.floor((instant + offsetMs) / dayMs);

/** The KST time of day of an instant, `HHMMSS`. */
export const kstTime = (instant: number): string => {
  const shifted = new Date(instant + offsetMs);
  return pad(shifted.getUTCHours()) + pad(shifted.getUTCMinutes()) + pad(shifted.getUTCSeconds());
};

/** 0 Sunday … 6 Saturday, in KST. */
export const kstWeekday = (instant: number): number => new Date(instant + offsetMs).getUTCDay();

/** `YYYY-MM-DD HH:MM:SS` in KST, as brokers print the end of a token → UTC epoch ms. */
export const kstTimestamp = (text: string): number | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})$/.exec(text.trim());
  if (match === null) return undefined;
  return kstInstant(match[1] ?? '', `${match[2] ?? ''}${match[3] ?? ''}${match[4] ?? ''}`);
};
