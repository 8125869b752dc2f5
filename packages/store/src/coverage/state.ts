import { type Interval, subtract, union } from './interval.js';

/** All that can be known of a stretch of time: see `CoverageState`. */
export const coverageStates = [
  'present',
  'verified_empty',
  'halted',
  'missing',
  'requested',
  'expired',
  'unavailable',
] as const;

/**
 * What is known of a stretch of time:
 * `present` its rows are here · `verified_empty` the broker answered that there are none · `halted` no trading ·
 * `expired` the broker no longer has it · `unavailable` the broker never has it ·
 * `missing` it should be here and is not · `requested` somebody has asked for it.
 */
export type CoverageState = (typeof coverageStates)[number];

/** States that leave nothing to fetch. */
export const covering = ['present', 'verified_empty', 'halted', 'expired', 'unavailable'] as const;

export const isCovering = (state: CoverageState): boolean => (covering as readonly CoverageState[]).includes(state);

export interface Stretch extends Interval {
  readonly state: CoverageState;
  readonly batchId: string;
}

const cut = (stretch: Stretch, taken: readonly Interval[]): Stretch[] =>
  subtract([stretch], taken).map((interval) => ({ ...stretch, ...interval }));

const joinTouching = (stretches: readonly Stretch[]): Stretch[] => {
  const joined: Stretch[] = [];
  for (const next of stretches) {
    const last = joined.at(-1);
    const continues = last?.toMs === next.fromMs && last.state === next.state;
    if (continues) joined[joined.length - 1] = { ...next, ...union([last, next])[0] };
    else joined.push(next);
  }
  return joined;
};

/**
 * What is known after `change`: disjoint, ascending. The news replaces what it overlaps, except that `missing` and
 * `requested` never replace an answer: a late notice of a gap must not send anybody for data that is here.
 */
export const learn = (known: readonly Stretch[], change: Stretch): Stretch[] => {
  const answered = isCovering(change.state) ? [] : known.filter(({ state }) => isCovering(state));
  const news = cut(change, answered);
  const kept = known.flatMap((stretch) => cut(stretch, news));
  return joinTouching([...kept, ...news].sort((a, b) => a.fromMs - b.fromMs));
};
