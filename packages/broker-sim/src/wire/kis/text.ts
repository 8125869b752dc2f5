/** `HHMMSS` of a second of the day. */
export const hhmmss = (second: number): string =>
  [Math.floor(second / 3600), Math.floor(second / 60) % 60, Math.floor(second) % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join('');

/** Second of the day of an `HHMMSS` text; undefined when it is none. */
export const secondOf = (text: string): number | undefined => {
  if (!/^\d{6}$/.test(text)) return undefined;
  const [hour, minute, second] = [Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4, 6))];
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : undefined;
};

/** Numbers travel as text, whole ones without a point. */
export const whole = (value: number): string => String(Math.round(value));

export const decimal = (value: number, places = 2): string => value.toFixed(places);

export const yesNo = (value: boolean): string => (value ? 'Y' : 'N');

/** `YYYY-MM-DD HH:MM:SS` in KST, without a zone marker. */
export const kstText = (epochMs: number): string =>
  new Date(epochMs + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Sign code: 1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down. The limits are ±30 %; the market stays inside. */
export const signCode = (difference: number): string => (difference > 0 ? '2' : difference < 0 ? '5' : '3');

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
