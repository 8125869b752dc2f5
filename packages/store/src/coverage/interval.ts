/** Half-open: `fromMs` belongs to it, `toMs` does not. Empty when `fromMs >= toMs`. UTC epoch ms. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

const isEmpty = ({ fromMs, toMs }: Interval): boolean => fromMs >= toMs;

/** The same points as few, disjoint intervals in ascending order; touching ones become one. */
export const union = (intervals: readonly Interval[]): Interval[] => {
  const merged: Interval[] = [];
  for (const next of intervals.filter((each) => !isEmpty(each)).sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || next.fromMs > last.toMs) merged.push({ fromMs: next.fromMs, toMs: next.toMs });
    else merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) };
  }
  return merged;
};

/** The points of `intervals` that are in none of `taken`, normalised as by `union`. */
export const subtract = (intervals: readonly Interval[], taken: readonly Interval[]): Interval[] => {
  let left = union(intervals);
  for (const hole of union(taken)) {
    left = left.flatMap(({ fromMs, toMs }) =>
      [
        { fromMs, toMs: Math.min(toMs, hole.fromMs) },
        { fromMs: Math.max(fromMs, hole.toMs), toMs },
      ].filter((each) => !isEmpty(each)),
    );
  }
  return left;
};

/** Whether every point of `inner` is in one of `intervals`. An empty `inner` always is. */
export const contains = (intervals: readonly Interval[], inner: Interval): boolean =>
  subtract([inner], intervals).length === 0;
