import type { Hole } from '@hub/store';

/**
 * Of today first, the newest before the others: somebody watches them now. Then what brokers forget first. `today`: KST,
 * `YYYY-MM-DD`.
 */
export const ranked = (holes: readonly Hole[], today: string): Hole[] =>
  [...holes].sort((left, right) => {
    const [leftLive, rightLive] = [left.day === today, right.day === today];
    if (leftLive !== rightLive) return leftLive ? -1 : 1;
    return leftLive ? right.fromMs - left.fromMs : left.fromMs - right.fromMs;
  });

/** Holes of one series go one after the other: the trades that close the first may close the next. */
export const seriesOf = ({ symbol, venue, day, kind }: Hole): string => [symbol, venue, day, kind].join(' ');
