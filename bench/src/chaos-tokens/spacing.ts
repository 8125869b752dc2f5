import type { JournalEntry } from '@hub/broker-sim';

/** How far apart token requests arrived at the broker. */
export interface Spacing {
  readonly arrivals: Readonly<Record<string, number>>;
  readonly total: number;
  /** Pairs of arrivals of one key within the broker's minute. */
  readonly tooClose: number;
  /** The least time between two arrivals of one key, as a part of the broker's minute; Infinity without a pair. */
  readonly closest: number;
}

export const spacing = (entries: readonly JournalEntry[], minuteMs: number): Spacing => {
  const byKey = new Map<string, number[]>();
  for (const { path, key, at } of entries) {
    if (path === '/oauth2/tokenP') byKey.set(key, [...(byKey.get(key) ?? []), at]);
  }
  const gaps = [...byKey.values()].flatMap((times) => times.slice(1).map((at, index) => at - (times[index] ?? 0)));
  const arrivals = Object.fromEntries([...byKey].map(([key, times]) => [key, times.length]));
  return {
    arrivals,
    total: Object.values(arrivals).reduce((sum, count) => sum + count, 0),
    tooClose: gaps.filter((gap) => gap < minuteMs).length,
    closest: Math.min(Infinity, ...gaps) / minuteMs,
  };
};
