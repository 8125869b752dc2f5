import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  deal,
  hull,
  nothing,
  mostOfPart,
  slotsOfPart,
  whole,
  without,
  type Part,
} from '../../../src/ledger/arithmetic/share.js';

const part = (low: number, high: number): Part => ({ low, high });
const sizeOf = ({ low, high }: Part): number => Math.max(0, high - low);
const overlap = (one: Part, other: Part): boolean =>
  sizeOf(one) > 0 && sizeOf(other) > 0 && one.low < other.high && other.low < one.high;
const covers = (outer: Part, inner: Part): boolean =>
  sizeOf(inner) === 0 || (outer.low <= inner.low && inner.high <= outer.high);

const anyPart = fc
  .tuple(fc.integer({ min: 0, max: whole }), fc.integer({ min: 0, max: whole }))
  .map(([one, other]) => part(Math.min(one, other), Math.max(one, other)));
/** The line cut at random places: parts that are disjoint and cover it. */
const cutLine = fc.uniqueArray(fc.integer({ min: 1, max: whole - 1 }), { maxLength: 12 }).map((cuts) => {
  const ends = [0, ...cuts.sort((left, right) => left - right), whole];
  return ends.slice(1).map((high, index) => part(ends[index] ?? 0, high));
});
const anyPool = fc.integer({ min: 0, max: 500 });

describe('the slots of a part', () => {
  it.each([
    { low: 0, high: whole, pool: 16, slots: 16 },
    { low: 0, high: 500_000, pool: 5, slots: 3 },
    { low: 500_000, high: whole, pool: 5, slots: 2 },
    { low: 333_333, high: 666_666, pool: 1, slots: 0 },
    { low: 0, high: 1, pool: 1, slots: 1 },
    { low: 0, high: 0, pool: 16, slots: 0 },
  ])('from $low to $high of a pool of $pool: $slots', ({ low, high, pool, slots }) => {
    expect(slotsOfPart(part(low, high), pool)).toBe(slots);
  });

  it('add up to exactly the pool when the parts cover the line', () => {
    fc.assert(
      fc.property(cutLine, anyPool, (parts, pool) => {
        const slots = parts.map((each) => slotsOfPart(each, pool));
        expect(slots.reduce((sum, each) => sum + each, 0)).toBe(pool);
      }),
    );
  });

  it('never add up to more than the pool when parts are left out', () => {
    fc.assert(
      fc.property(cutLine, fc.infiniteStream(fc.boolean()), anyPool, (parts, coins, pool) => {
        const held = parts.filter(() => coins.next().value);
        expect(held.reduce((sum, each) => sum + slotsOfPart(each, pool), 0)).toBeLessThanOrEqual(pool);
      }),
    );
  });

  it('are never fewer for a part that covers another', () => {
    fc.assert(
      fc.property(anyPart, anyPart, anyPool, (one, other, pool) => {
        const both = hull(one, other);
        expect(slotsOfPart(both, pool)).toBeGreaterThanOrEqual(slotsOfPart(one, pool));
        expect(slotsOfPart(both, pool)).toBeGreaterThanOrEqual(slotsOfPart(other, pool));
      }),
    );
  });
});

describe('the hull', () => {
  it('covers both and no more than it must', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (one, other) => {
        const both = hull(one, other);
        expect(covers(both, one) && covers(both, other)).toBe(true);
        const ends = [one, other].filter((each) => sizeOf(each) > 0).flatMap(({ low, high }) => [low, high]);
        if (ends.length > 0) expect(both).toEqual(part(Math.min(...ends), Math.max(...ends)));
        else expect(sizeOf(both)).toBe(0);
      }),
    );
  });
});

describe('what is left', () => {
  it.each([
    { taken: part(2, 5), left: [part(0, 2), part(5, 9)] },
    { taken: part(0, 4), left: [part(4, 9)] },
    { taken: part(4, 9), left: [part(0, 4)] },
    { taken: part(0, 9), left: [] },
    { taken: part(9, 12), left: [part(0, 9)] },
    { taken: nothing, left: [part(0, 9)] },
  ])('of 0 to 9 without $taken: $left', ({ taken, left }) => {
    expect(without(part(0, 9), taken)).toEqual(left);
  });

  it('is everything but what was taken', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (given, taken) => {
        const left = without(given, taken);
        expect(left.some((each) => overlap(each, taken))).toBe(false);
        expect(left.every((each) => covers(given, each))).toBe(true);
        const common = Math.max(0, Math.min(given.high, taken.high) - Math.max(given.low, taken.low));
        expect(left.reduce((sum, each) => sum + sizeOf(each), 0)).toBe(sizeOf(given) - common);
      }),
    );
  });
});

describe('dealing', () => {
  it('covers the line when nobody holds anything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        const dealt = Array.from({ length: count }, (_each, place) => deal(place, count, []));
        expect(dealt[0]?.low).toBe(0);
        expect(dealt.at(-1)?.high).toBe(whole);
        dealt.slice(1).forEach(({ low }, index) => {
          expect(low).toBe(dealt[index]?.high);
        });
      }),
    );
  });

  it('never touches what others hold, and stays within the place', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.array(anyPart, { maxLength: 6 }), (place, held) => {
        const dealt = deal(place, 10, held);
        expect(held.some((each) => overlap(each, dealt))).toBe(false);
        expect(covers(deal(place, 10, []), dealt)).toBe(true);
      }),
    );
  });

  it('gives the largest piece of the place that is left', () => {
    expect(deal(0, 2, [part(100_000, 200_000)])).toEqual(part(200_000, 500_000));
    expect(deal(0, 1, [part(0, whole)])).toEqual(nothing);
  });
});

it('what is kept for a part covers what its holder counts by any smaller pool', () => {
  for (let pool = 0; pool <= 24; pool += 1) {
    for (let place = 0; place < 16; place += 1) {
      const part = deal(place, 16, []);
      for (let heard = 0; heard <= pool; heard += 1) {
        expect(mostOfPart(part, pool)).toBeGreaterThanOrEqual(slotsOfPart(part, heard));
      }
    }
  }
});
