import { describe, expect, it } from 'vitest';

import { complete, dropFree, freeTimes, occupy, type Slots } from '../../../src/ledger/arithmetic/slots.js';

const slotsOf = (...ends: number[]): Slots => new Map(ends.map((end, index) => [`p.${index}`, end]));
const never = Number.POSITIVE_INFINITY;

describe('when slots come free', () => {
  it.each([
    { ends: [], capacity: 2, count: 2, free: [100, 100] },
    // What ended before now is free now.
    { ends: [40, 100], capacity: 2, count: 2, free: [100, 100] },
    { ends: [500], capacity: 1, count: 1, free: [500] },
    { ends: [500], capacity: 2, count: 2, free: [100, 500] },
    { ends: [500, 300, 400], capacity: 3, count: 3, free: [300, 400, 500] },
    // More are busy than there may be since the limit narrowed: those that are too many must end first.
    { ends: [500, 300, 400], capacity: 1, count: 1, free: [500] },
    { ends: [500, 300, 400], capacity: 2, count: 2, free: [400, 500] },
    // Once more, one window after the first use at the earliest.
    { ends: [500], capacity: 2, count: 4, free: [100, 500, 1_100, 1_500] },
    // All of it is kept for others.
    { ends: [], capacity: 0, count: 2, free: [never, never] },
    { ends: [500], capacity: -1, count: 1, free: [never] },
  ])('busy until $ends, $count of $capacity at 100: $free', ({ ends, capacity, count, free }) => {
    expect(freeTimes(slotsOf(...ends), { capacity, windowMs: 1_000, count, now: 100 })).toEqual(free);
  });

  it('gives a stock back after its use, and that takes time', () => {
    expect(freeTimes(new Map(), { capacity: 1, windowMs: 0, count: 2, now: 100 })).toEqual([100, 101]);
  });
});

describe('a slot', () => {
  const booked = (): Slots => {
    const slots: Slots = new Map();
    occupy(slots, { permitId: 'p.1', start: 100, leaseMs: 400, windowMs: 1_000 });
    return slots;
  };

  it('is busy until its lease has ended and one window more', () => {
    expect(booked().get('p.1')).toBe(1_500);
  });

  it.each([
    { answeredAt: 150, end: 1_150 },
    { answeredAt: 500, end: 1_500 },
    // News that came late never prolongs it.
    { answeredAt: 900, end: 1_500 },
  ])('answered at $answeredAt is busy until $end', ({ answeredAt, end }) => {
    const slots = booked();
    complete(slots, 1_000, 'p.1', answeredAt);
    expect(slots.get('p.1')).toBe(end);
  });

  it('of another permit is left alone', () => {
    const slots = booked();
    complete(slots, 1_000, 'p.2', 100);
    expect([...slots]).toEqual([['p.1', 1_500]]);
  });

  it('is forgotten once it is free', () => {
    const slots = slotsOf(99, 100, 101);
    dropFree(slots, 100);
    expect([...slots.values()]).toEqual([101]);
  });
});
