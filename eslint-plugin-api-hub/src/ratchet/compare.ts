import type { Counts, FileCounts } from './counts.js';

export interface Change {
  readonly file: string;
  readonly rule: string;
  readonly before: number;
  readonly now: number;
}

export interface Comparison {
  readonly risen: readonly Change[];
  readonly fallen: readonly Change[];
  /** Files that have another name now: `[before, now]`. */
  readonly moved: readonly (readonly [string, string])[];
}

const equal = (one: FileCounts, other: FileCounts): boolean =>
  Object.keys({ ...one, ...other }).every((rule) => one[rule] === other[rule]);

/** A file that is gone and one that is new, with the same counts: renamed, which is nobody's progress and nobody's fault. */
const movedIn = (
  before: Counts,
  now: Counts,
  isGone: (file: string) => boolean,
): readonly (readonly [string, string])[] => {
  const gone = Object.keys(before).filter((file) => isGone(file));
  const moved: [string, string][] = [];
  for (const [file, counts] of Object.entries(now)) {
    if (Object.hasOwn(before, file)) continue;
    const index = gone.findIndex((old) => equal(before[old] ?? {}, counts));
    const [old] = index < 0 ? [] : gone.splice(index, 1);
    if (old !== undefined) moved.push([old, file]);
  }
  return moved;
};

/** What has become more, and what less, of every rule in every file. */
export const compare = (before: Counts, now: Counts, isGone: (file: string) => boolean): Comparison => {
  const moved = movedIn(before, now, isGone);
  const names = new Map(moved);
  const renamed = Object.fromEntries(Object.entries(before).map(([file, counts]) => [names.get(file) ?? file, counts]));
  const changes = Object.keys({ ...renamed, ...now }).flatMap((file) => {
    const [old, own] = [renamed[file] ?? {}, now[file] ?? {}];
    return Object.keys({ ...old, ...own }).map((rule) => ({ file, rule, before: old[rule] ?? 0, now: own[rule] ?? 0 }));
  });
  return {
    moved,
    risen: changes.filter((each) => each.now > each.before),
    fallen: changes.filter((each) => each.now < each.before),
  };
};
