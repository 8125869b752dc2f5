import { tradingDays } from '@hub/store';

import type { WindowSpec } from '../queue/payload.js';
import { runsOf, windowsOf, type Days } from './ranges.js';

const seriesOf = ({ symbol, venue, interval }: WindowSpec): string => [symbol, venue, interval].join(' ');

const daysOf = ({ venue, from, to }: WindowSpec): string[] => tradingDays(venue, from, to);

/**
 * A plan for both brokers beside windows of an earlier run that are still on their way (its backfill was killed, its
 * workers were not): those are waited for, and their days are not fetched a second time from whichever broker the new
 * split would choose.
 */
export const joined = (
  planned: readonly WindowSpec[],
  onTheWay: readonly WindowSpec[],
  today: string,
): WindowSpec[] => {
  const wanted = new Map<string, Set<string>>();
  for (const window of planned) {
    const days = wanted.get(seriesOf(window)) ?? new Set<string>();
    wanted.set(seriesOf(window), days);
    for (const day of daysOf(window)) days.add(day);
  }
  const taken = new Map<string, Set<string>>();
  const byId = new Map(onTheWay.map((window) => [window.id, window]));
  const kept = [...byId.values()].filter((window) => {
    const series = seriesOf(window);
    const days = daysOf(window);
    if (!days.some((day) => wanted.get(series)?.has(day) === true)) return false;
    taken.set(series, new Set([...(taken.get(series) ?? []), ...days]));
    return true;
  });
  const rest = planned.flatMap((window) => without(window, taken.get(seriesOf(window)), today));
  return [...kept, ...rest];
};

/** What is left of a window without these days. */
const without = (window: WindowSpec, taken: ReadonlySet<string> | undefined, today: string): WindowSpec[] => {
  const trading = daysOf(window);
  const left = trading.filter((day) => taken?.has(day) !== true);
  if (left.length === trading.length) return [window];
  const { broker, symbol, venue, interval } = window;
  const series = { symbol, venue, interval };
  const days: Days = { trading, today };
  return runsOf(broker, series, left, days).flatMap((run) => windowsOf(broker, 'auto', series, run, days));
};
