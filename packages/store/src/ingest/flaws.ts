import type { Flaw } from '../error/index.js';

// Batches come out of queues, so the types prove nothing: each value is looked at.
export type Found = (path: string, what: string) => void;

export const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

const latestMs = Date.UTC(2200, 0); // a time in microseconds is far beyond it

export const isWholeMs = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 0 && ms < latestMs;

export const largestPrice = Number.MAX_SAFE_INTEGER / 10_000; // beyond it a double cannot hold four decimals

export const checkAmount = (amount: number, largest: number): string | undefined => {
  if (!Number.isFinite(amount)) return `is ${shown(amount)}, not a number`;
  if (amount < 0) return `is negative: ${amount}`;
  return amount > largest ? `is beyond what is stored exactly: ${amount}` : undefined;
};

const checkDecimals = (price: number): string | undefined =>
  Math.round(price * 10_000) / 10_000 === price ? undefined : `has more than 4 decimals: ${price}`;

export const checkPrice = (price: number): string | undefined =>
  checkAmount(price, largestPrice) ?? checkDecimals(price);

export const checkShares = (shares: number): string | undefined => {
  if (!Number.isSafeInteger(shares)) return `is ${shown(shares)}, not whole shares`;
  return shares < 0 ? `is negative: ${shares}` : undefined;
};

export const checkSymbol = (symbol: string): string | undefined =>
  /^[0-9A-Za-z]{1,16}$/.test(symbol) ? undefined : `is no symbol: ${shown(symbol)}`;

export const checkWord = (word: string, known: readonly string[]): string | undefined =>
  known.includes(word) ? undefined : `is ${shown(word)}, not one of ${known.join(', ')}`;

/** Collects flaws; `under` tells where in the batch they are. */
export const flawList = (): { flaws: Flaw[]; found: Found; under: (path: string) => Found } => {
  const flaws: Flaw[] = [];
  const found: Found = (where, what) => flaws.push({ where, what });
  const under =
    (path: string): Found =>
    (where, what) =>
      found(`${path}.${where}`, what);
  return { flaws, found, under };
};
