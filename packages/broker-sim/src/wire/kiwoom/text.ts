import { decimal, whole } from '../text.js';

/** A value that is signed itself: a change, a net flow. Zero has no sign. */
export const signed = (value: number): string => (Math.round(value) > 0 ? `+${whole(value)}` : whole(value));

/** A price whose sign is its direction against a base price; none when they are equal, nor for "no price yet". */
export const directed = (price: number, base: number): string =>
  price === base || price === 0 ? whole(price) : `${price > base ? '+' : '-'}${whole(price)}`;

/** Percent with two places and a sign; `0.00` when nothing is left after rounding. */
export const signedRate = (percent: number): string => {
  const text = decimal(Math.abs(percent));
  return text === '0.00' ? text : `${percent > 0 ? '+' : '-'}${text}`;
};

/** Rate of a price over its base, percent. */
export const rate = (price: number, base: number): string => signedRate(base === 0 ? 0 : (price / base - 1) * 100);

/** Amounts of some TRs are in million KRW, cut: 660,509.8 million is `660509`. */
export const millions = (krw: number): string => String(Math.floor(krw / 1_000_000));

/** `yyyyMMddHHmmss` in KST, without a zone marker. */
export const kstStamp = (epochMs: number): string =>
  new Date(epochMs + 9 * 3_600_000).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
