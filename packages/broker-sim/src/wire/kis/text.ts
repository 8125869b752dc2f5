import { decimal, signCode, whole } from '../text.js';

/** Second of the day of an `HHMMSS` text; undefined when it is none. */
export const secondOf = (text: string): number | undefined => {
  if (!/^\d{6}$/.test(text)) return undefined;
  const [hour, minute, second] = [Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4, 6))];
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : undefined;
};

export const yesNo = (value: boolean): string => (value ? 'Y' : 'N');

/** `YYYY-MM-DD HH:MM:SS` in KST, without a zone marker. */
export const kstText = (epochMs: number): string =>
  new Date(epochMs + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Difference to the previous close as KIS writes it: the difference itself is signed. */
export const change = (
  price: number,
  previousClose: number,
): { prdy_vrss: string; prdy_vrss_sign: string; prdy_ctrt: string } => {
  const difference = previousClose === 0 ? 0 : price - previousClose;
  const percent = previousClose === 0 ? 0 : (difference / previousClose) * 100;
  // A tiny loss would print as -0.00.
  const ctrt = decimal(percent);
  return {
    prdy_vrss: whole(difference),
    prdy_vrss_sign: signCode(difference),
    prdy_ctrt: ctrt === '-0.00' ? '0.00' : ctrt,
  };
};
