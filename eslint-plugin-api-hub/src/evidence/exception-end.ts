const written = /\buntil\s+(\d{4}-\d{2}-\d{2})\b/;
const dayMs = 86_400_000;

/** Shorter is no reason. */
export const shortestReason = 10;

/** Exceptions are for a while. */
export const longestDays = 90;

/** When an exception ends, and what is wrong with that. */
export interface ExceptionEnd {
  /** As written. */
  readonly date: string;
  readonly flaw: 'expired' | 'far' | 'noDay' | null;
}

/** `until 2026-12-31` in what is said of an exception, at `now` (UTC epoch ms). The date ends with its day in Korea. */
export const exceptionEnd = (text: string, now: number, maxDays: number = longestDays): ExceptionEnd | null => {
  const date = written.exec(text)?.[1];
  if (date === undefined) return null;
  const end = Date.parse(`${date}T24:00:00+09:00`);
  if (Number.isNaN(end)) return { date, flaw: 'noDay' };
  if (end <= now) return { date, flaw: 'expired' };
  return { date, flaw: end > now + (maxDays + 1) * dayMs ? 'far' : null };
};

/** What is left of it is the reason. */
export const withoutEnd = (text: string): string => text.replace(written, '');
