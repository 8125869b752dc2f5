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

describe('intervals', () => {
  it('unite to the same points, disjoint, ascending and not touching', () => {
    fc.assert(
      fc.property(intervals, (all) => {
        expect(pointsOf(union(all))).toEqual(pointsOf(all));
        expect(isNormal(union(all))).toBe(true);
      }),
    );
  });

  it('leave exactly the points that were not taken', () => {
    fc.assert(
      fc.property(intervals, intervals, (all, taken) => {
        const left = subtract(all, taken);
        expect(pointsOf(left)).toEqual(pointsOf(all).filter((point) => !holds(taken, point)));
        expect(isNormal(left)).toBe(true);
      }),
    );
  });

  it('contain an interval when they hold each of its points', () => {
    fc.assert(
      fc.property(intervals, interval, (all, inner) => {
        expect(contains(all, inner)).toBe(pointsOf([inner]).every((point) => holds(all, point)));
      }),
    );
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
