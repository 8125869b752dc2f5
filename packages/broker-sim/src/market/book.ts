import type { Random } from './random.js';
import { tickSize } from './tick-size.js';

interface Level {
  /** KRW. */
  readonly price: number;
  /** Shares. */
  readonly size: number;
}

/** Ten levels a side at most, the best first; fewer at the daily limits. */
export interface Book {
  /** Second of the KST day of the last change; 0 before the first trade. */
  readonly second: number;
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

const LEVELS = 10;
const MEAN_SIZE = 20_000;

const side = (best: number, next: (price: number) => number, within: (price: number) => boolean, random: Random) => {
  const levels: Level[] = [];
  for (let price = best; levels.length < LEVELS && within(price); price = next(price)) {
    levels.push({ price, size: 1 + Math.floor(random() * 2 * MEAN_SIZE) });
  }
  return levels;
};

/** A book around the last trade. Below a bound of the price grid the smaller step counts. */
export const bookAround = (
  {
    ask,
    bid,
    second,
    limits,
  }: {
    readonly ask: number;
    readonly bid: number;
    readonly second: number;
    readonly limits: { readonly upper: number; readonly lower: number };
  },
  random: Random,
): Book => ({
  second,
  asks: side(
    ask,
    (price) => price + tickSize(price),
    (price) => price <= limits.upper,
    random,
  ),
  bids: side(
    bid,
    (price) => price - tickSize(price - 1),
    (price) => price >= limits.lower,
    random,
  ),
});
