/** `HHMMSS` of a second of the day. */
export const hhmmss = (second: number): string =>
  [Math.floor(second / 3600), Math.floor(second / 60) % 60, Math.floor(second) % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join('');

/** Numbers travel as text, whole ones without a point. */
export const whole = (value: number): string => String(Math.round(value));

export const decimal = (value: number, places = 2): string => value.toFixed(places);

/** Sign code: 1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down. The limits are ±30 %; the market stays inside. */
export const signCode = (difference: number): string => (difference > 0 ? '2' : difference < 0 ? '5' : '3');
