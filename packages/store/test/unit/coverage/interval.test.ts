import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, type Interval, subtract, union } from '../../../src/coverage/interval.js';

const interval = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
  .map(([fromMs, toMs]): Interval => ({ fromMs, toMs }));
const intervals = fc.array(interval, { maxLength: 8 });

const points = Array.from({ length: 31 }, (_, point) => point);
const holds = (all: readonly Interval[], point: number): boolean =>
  all.some(({ fromMs, toMs }) => fromMs <= point && point < toMs);
const pointsOf = (all: readonly Interval[]): number[] => points.filter((point) => holds(all, point));

const isNormal = (all: readonly Interval[]): boolean =>
  all.every(({ fromMs, toMs }, index) => fromMs < toMs && fromMs > (all[index - 1]?.toMs ?? -1));

const holdsFor = <T extends unknown[]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  claim: (...values: T) => void,
) => {
  fc.assert(
    fc.property(fc.tuple<T>(...arbitraries), (values) => {
      claim(...values);
    }),
  );
};

describe('a union', () => {
  it('has the same points, disjoint, ascending and not touching', () => {
    holdsFor([intervals], (all) => {
      expect(pointsOf(union(all))).toEqual(pointsOf(all));
      expect(isNormal(union(all))).toBe(true);
    });
  });

  it('is the same in whatever order, grouped or not, and once more', () => {
    holdsFor([intervals, intervals], (one, other) => {
      const both = union([...one, ...other]);
      expect(union([...other, ...one])).toEqual(both);
      expect(union([...union(one), ...union(other)])).toEqual(both);
      expect(union(both)).toEqual(both);
    });
  });

  it('leaves what it was given as it was', () => {
    holdsFor([intervals], (all) => {
      const before = structuredClone(all);
      union(all);
      subtract(all, all);
      expect(all).toEqual(before);
    });
  });
});

describe('what is left of intervals', () => {
  it('is exactly the points that were not taken', () => {
    holdsFor([intervals, intervals], (all, taken) => {
      const left = subtract(all, taken);
      expect(pointsOf(left)).toEqual(pointsOf(all).filter((point) => !holds(taken, point)));
      expect(isNormal(left)).toBe(true);
    });
  });

  it('is the same when it is taken together, one after the other, or twice', () => {
    holdsFor([intervals, intervals, intervals], (all, one, other) => {
      const left = subtract(all, [...one, ...other]);
      expect(subtract(subtract(all, one), other)).toEqual(left);
      expect(subtract(subtract(all, other), one)).toEqual(left);
      expect(subtract(left, one)).toEqual(left);
    });
  });

  it('makes them whole again, and nothing more, with what was taken of them', () => {
    holdsFor([intervals, intervals], (all, taken) => {
      const left = subtract(all, taken);
      const gone = subtract(all, left);
      expect(union([...left, ...gone])).toEqual(union(all));
      expect(pointsOf(left).filter((point) => holds(gone, point))).toEqual([]);
    });
  });
});

describe('intervals', () => {
  it('contain an interval when they hold each of its points', () => {
    holdsFor([intervals, interval], (all, inner) => {
      expect(contains(all, inner)).toBe(pointsOf([inner]).every((point) => holds(all, point)));
    });
  });

  it('contain whatever is united into them', () => {
    holdsFor([intervals, intervals], (one, other) => {
      const both = union([...one, ...other]);
      for (const part of [...one, ...other]) expect(contains(both, part)).toBe(true);
    });
  });

  it('are half-open: the end of one is the start of the next, with nothing between', () => {
    const halves = [
      { fromMs: 5, toMs: 9 },
      { fromMs: 1, toMs: 5 },
    ];
    expect(union(halves)).toEqual([{ fromMs: 1, toMs: 9 }]);
    expect(contains(halves, { fromMs: 1, toMs: 9 })).toBe(true);
    expect(contains(halves, { fromMs: 1, toMs: 10 })).toBe(false);
  });
});
