import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { book, complete, freeAt, horizonMs, type Slots } from '../../src/ledger/arithmetic.js';

const windowMs = 1_000;
const total = (limit: number) => ({ name: 'total', limit, windowMs });
const slotsOf = (...ends: number[]): Slots => new Map(ends.map((end, index) => [String(index), end]));

describe('when a slot is free', () => {
  it.each([
    { ends: [], limit: 1, now: 100, free: 100 },
    { ends: [500], limit: 2, now: 100, free: 100 },
    { ends: [500], limit: 1, now: 100, free: 500 },
    { ends: [100], limit: 1, now: 100, free: 100 },
    { ends: [500, 300], limit: 2, now: 100, free: 300 },
    { ends: [500, 300, 400], limit: 2, now: 100, free: 400 },
    { ends: [500, 300, 400], limit: 1, now: 100, free: 500 },
  ])('busy until $ends with limit $limit: $free', ({ ends, limit, now, free }) => {
    expect(freeAt(slotsOf(...ends), limit, now)).toBe(free);
  });
});

describe('booking', () => {
  const request = (limit = 1) => ({ budgets: [total(limit)], permitId: 'mine', leaseMs: 400 });
  it.each([
    { ends: [], held: 0, answer: { kind: 'go', inMs: 0 } },
    { ends: [1_150], held: 0, answer: { kind: 'go', inMs: 150 } },
    { ends: [1_200], held: 0, answer: { kind: 'go', inMs: horizonMs } },
    { ends: [1_700], held: 0, answer: { kind: 'wait', forMs: 500, reason: 'full' } },
    // A call under way may be answered now, and then its slot is free in one window: ask shortly before that.
    { ends: [9_000], held: 0, answer: { kind: 'wait', forMs: 800, reason: 'full' } },
    { ends: [], held: 1_100, answer: { kind: 'go', inMs: 100 } },
    { ends: [], held: 6_000, answer: { kind: 'wait', forMs: 4_800, reason: 'epoch' } },
  ])('at 1000 with slots busy until $ends, held until $held', ({ ends, held, answer }) => {
    const state = new Map([['total', slotsOf(...ends)]]);
    expect(book(state, request(), 1_000, held)).toEqual(answer);
    const booked = state.get('total')?.get('mine');
    expect(booked).toBe(answer.kind === 'go' ? 1_000 + (answer.inMs ?? 0) + 400 + windowMs : undefined);
  });
});

interface Use {
  readonly start: number;
  end: number;
}

const step = fc.record({
  kind: fc.constantFrom('book', 'book', 'complete', 'cancel'),
  after: fc.integer({ min: 0, max: 700 }),
  which: fc.nat({ max: 20 }),
  leaseMs: fc.integer({ min: 1, max: 3_000 }),
});

/** Plays a random day of one budget; a permit is sent at its start and its answer comes when `complete` is drawn. */
const play = (
  limit: number,
  steps: readonly { kind: string; after: number; which: number; leaseMs: number }[],
): Use[] => {
  const slots: Slots = new Map();
  const state = new Map([['total', slots]]);
  const uses = new Map<string, Use>();
  let now = 0;
  steps.forEach(({ kind, after, which, leaseMs }, index) => {
    now += after;
    const [permitId, use] = [...uses].at(which % Math.max(1, uses.size)) ?? ['', undefined];
    if (kind === 'book') {
      const answer = book(state, { budgets: [total(limit)], permitId: String(index), leaseMs }, now, 0);
      const start = answer.kind === 'go' ? now + answer.inMs : undefined;
      if (start !== undefined) uses.set(String(index), { start, end: start + leaseMs });
    } else if (use !== undefined && kind === 'complete' && use.start <= now && now < use.end) {
      complete(slots, windowMs, permitId, now);
      use.end = now;
    } else if (use !== undefined && kind === 'cancel' && use.start > now) {
      slots.delete(permitId);
      uses.delete(permitId);
    }
  });
  return [...uses.values()];
};

describe('a random day', () => {
  it('never keeps more than the limit busy, each until one window after its answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const uses = play(limit, steps);
        for (const { start } of uses) {
          const busy = uses.filter((use) => use.start <= start && start < use.end + windowMs);
          expect(busy.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('puts at least one window between the answer of a call and the start of the call that is `limit` later', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const uses = play(limit, steps).sort((left, right) => left.start - right.start);
        // Wherever in its time each request arrives, limit + 1 of them never fit into one window.
        for (let index = limit; index < uses.length; index += 1) {
          const group = uses.slice(index - limit, index + 1);
          const newest = group.at(-1)?.start ?? 0;
          expect(Math.min(...group.slice(0, -1).map(({ end }) => end))).toBeLessThanOrEqual(newest - windowMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});
