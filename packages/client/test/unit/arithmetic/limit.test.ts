import { describe, expect, it } from 'vitest';

import { believe, believedForMs, limitOf, narrow, type LimitState } from '../../../src/ledger/arithmetic/limit.js';

const windowMs = 1_000;
const minute = 60_000;
const hour = 60 * minute;
const believing = (limit: number, now = 0): LimitState => believe(undefined, { limit, windowMs }, now);

describe('what processes believe of a limit', () => {
  it('is the smallest, whoever speaks last', () => {
    const small = believe(believing(20), { limit: 15, windowMs }, 10);
    expect(limitOf(small, 10)).toBe(15);
    expect(limitOf(believe(small, { limit: 20, windowMs }, 20), 20)).toBe(15);
  });

  it('is forgotten when nobody has said it for so long', () => {
    const small = believing(15);
    expect(limitOf(believe(small, { limit: 20, windowMs }, believedForMs - 1), 0)).toBe(15);
    expect(limitOf(believe(small, { limit: 20, windowMs }, believedForMs), 0)).toBe(20);
  });

  it('lasts when it is said every ten seconds, as full heartbeats do, whatever was said between them', () => {
    for (let offset = 0; offset < 10_000; offset += 500) {
      let state = believing(15);
      state = believe(state, { limit: 15, windowMs }, offset);
      for (let now = offset + 10_000; now < 2 * minute; now += 10_000) {
        const challenged = believe(state, { limit: 20, windowMs }, now - 1);
        expect(limitOf(challenged, now), `first said again after ${offset} ms`).toBe(15);
        state = believe(state, { limit: 15, windowMs }, now);
      }
    }
  });

  it('need not be written anew with every call', () => {
    const state = believing(15);
    expect(believe(state, { limit: 15, windowMs }, 100)).toBe(state);
    expect(believe(state, { limit: 15, windowMs: 2_000 }, 100)).toMatchObject({ windowMs: 2_000 });
  });

  it('keeps what the broker taught', () => {
    const narrowed = narrow(believing(20), undefined, 0);
    expect(limitOf(believe(narrowed, { limit: 19, windowMs }, 10), 10)).toBe(17);
  });
});

describe('a refusal of the broker', () => {
  it.each([
    { limit: 20, kept: 17 },
    { limit: 5, kept: 4 },
    // At least one slot goes.
    { limit: 3, kept: 2 },
    { limit: 2, kept: 1 },
    // And at least one stays.
    { limit: 1, kept: 1 },
  ])('narrows $limit to $kept', ({ limit, kept }) => {
    expect(limitOf(narrow(believing(limit), undefined, 0), 0)).toBe(kept);
  });

  it('narrows further, but once for every burst', () => {
    const once = narrow(believing(20), undefined, 100);
    expect(narrow(once, undefined, 100 + 2 * windowMs - 1)).toBe(once);
    expect(limitOf(narrow(once, undefined, 100 + 2 * windowMs), 2_100)).toBe(14);
  });

  it('is believed to the figure when it names one, also within a burst', () => {
    const once = narrow(believing(20), undefined, 0);
    expect(limitOf(narrow(once, 3, 1), 1)).toBe(3);
  });

  it('never widens what is believed', () => {
    expect(limitOf(narrow(believing(5), 50, 0), 0)).toBe(5);
  });

  it('means nothing special when it names no figure that could be one', () => {
    expect(limitOf(narrow(believing(20), 0, 0), 0)).toBe(17);
  });
});

describe('widening', () => {
  it.each([
    { after: minute - 1, limit: 17 },
    { after: minute, limit: 18 },
    { after: 2 * minute, limit: 19 },
    // No further than what is believed.
    { after: hour, limit: 20 },
  ])('after a plain refusal gives $limit after $after ms', ({ after, limit }) => {
    expect(limitOf(narrow(believing(20), undefined, 0), after)).toBe(limit);
  });

  it.each([
    { after: hour + 10 * minute - 1, limit: 3 },
    { after: hour + 10 * minute, limit: 4 },
    { after: hour + 30 * minute, limit: 6 },
    { after: 24 * hour, limit: 20 },
  ])('of a figure that was named gives $limit after $after ms', ({ after, limit }) => {
    expect(limitOf(narrow(believing(20), 3, 0), after)).toBe(limit);
  });
});
