import type { CellFigures } from './figures.js';

export interface Bar {
  readonly bar: string;
  readonly met: boolean;
}

/** What the hub promises. A short run is too short for all but the quota and the shares of the processes. */
export const barsOf = (figures: CellFigures, quick: boolean): readonly Bar[] => {
  const { cell, processes, breaches, breachesOnTheWayUp, fewest, most } = figures;
  const bar = (what: string, met: boolean): Bar => ({ bar: `${cell}: ${what}`, met });
  const short = [
    bar('no breach', breaches + breachesOnTheWayUp === 0),
    // The edges of the measured time cut a call off here and there: one call is no injustice.
    bar('fairness at least 0.95', fewest >= 0.95 * most || (fewest > 0 && most - fewest <= 1)),
  ];
  if (quick) return short;
  return [
    ...short,
    ...(processes > 1 ? [bar('at least 0.995 of the bound', figures.shareOfBound >= 0.995)] : []),
    bar('wait p99 at most 1.10 of p50', figures.waitMs.ratio <= 1.1),
    ...(processes === 16 ? [bar('at most 2.2 Redis round trips a call', figures.redisRoundTripsPerCall <= 2.2)] : []),
    bar('at most 12 commands in scripts a call', figures.scriptCommandsPerCall <= 12),
  ];
};
