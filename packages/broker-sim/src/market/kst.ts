/** Korea has no summer time: KST is UTC+9 all year. */
const KST_OFFSET_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** A trading day as both brokers write it: `YYYYMMDD`, KST. */
export type Day = string;

/** Whole days since 1970-01-01. Throws a RangeError for a text that is no calendar day. */
export const dayNumber = (day: Day): number => {
  const ms = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
  // Date.UTC turns 31 February into 3 March, so the text has to survive the round trip.
  if (!/^\d{8}$/.test(day) || dayOf(ms / DAY_MS) !== day) throw new RangeError(`"${day}" is no day (YYYYMMDD)`);
  return ms / DAY_MS;
};

/** Day of a day number. Plain arithmetic of the Gregorian calendar: Date is ten times slower, and every call needs it. */
export const dayOf = (number: number): Day => {
  // Years are counted from 1 March, so that the leap day comes last; an era is 400 years.
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return String(year * 10_000 + month * 100 + day).padStart(8, '0');
};

/** A calendar day between 1900 and 2999: beyond that, nobody trades here. */
export const isDay = (text: string): boolean => {
  if (!/^(19|2\d)\d{6}$/.test(text)) return false;
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

/** The instant (epoch ms) of `2026-11-27T09:00`, with or without seconds; KST unless an offset follows. Undefined for any other text. */
export const instantOf = (text: string): number | undefined => {
  const [, day = '', time = '', seconds = ':00', offset = '+09:00'] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  // Date.parse turns 30 February into 2 March.
  const ms = isDay(day.replaceAll('-', '')) ? Date.parse(`${day}T${time}${seconds}${offset}`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

/** 0 = Sunday … 6 = Saturday. 1970-01-01 was a Thursday. */
export const weekday = (day: Day): number => (dayNumber(day) + 4) % 7;

export const shiftDay = (day: Day, days: number): Day => dayOf(dayNumber(day) + days);
