import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { priorities, type Priority } from '../../../src/ledger/contract.js';
import { isSamePlan, noPlan, planSlots, type Plan } from '../../../src/realtime/subscription/planner.js';

const graceMs = 10_000;
const wants = (...feeds: string[]) => new Map(feeds.map((feed): [string, Priority] => [feed, 'realtime']));
const keys = (rooms: Readonly<Record<string, number>>) => new Map(Object.entries(rooms));
const keyOf = (plan: Plan, feed: string) => plan.feeds[feed]?.keyId;

describe('slots', () => {
  it('go to the key with the most room', () => {
    const plan = planSlots({
      now: 0,
      wants: wants('a', 'b', 'c'),
      keys: keys({ one: 1, two: 2 }),
      before: noPlan,
      graceMs,
    });
    expect(Object.values(plan.feeds).map(({ keyId }) => keyId)).toEqual(['one', 'two', 'two']);
    expect(plan.refused).toEqual([]);
  });

  it('stay where they are, though another key has more room', () => {
    const before = planSlots({ now: 0, wants: wants('a', 'b'), keys: keys({ one: 2 }), before: noPlan, graceMs });
    const plan = planSlots({ now: 1, wants: wants('a', 'b', 'c'), keys: keys({ one: 2, two: 40 }), before, graceMs });
    expect([keyOf(plan, 'a'), keyOf(plan, 'b'), keyOf(plan, 'c')]).toEqual(['one', 'one', 'two']);
  });

  it('are kept for a while when nobody wants them any more', () => {
    const before = planSlots({ now: 0, wants: wants('a'), keys: keys({ one: 2 }), before: noPlan, graceMs });
    const idle = planSlots({ now: 5, wants: wants(), keys: keys({ one: 2 }), before, graceMs });
    expect(idle.feeds).toEqual({ a: { keyId: 'one', idleSince: 5 } });
    const later = planSlots({ now: 5 + graceMs - 1, wants: wants(), keys: keys({ one: 2 }), before: idle, graceMs });
    expect(later.feeds).toEqual(idle.feeds);
    const over = planSlots({ now: 5 + graceMs, wants: wants(), keys: keys({ one: 2 }), before: idle, graceMs });
    expect(over.feeds).toEqual({});
  });

  it('are given up early by whoever is not wanted, when somebody is', () => {
    const before = planSlots({ now: 0, wants: wants('a'), keys: keys({ one: 1 }), before: noPlan, graceMs });
    const plan = planSlots({ now: 5, wants: wants('b'), keys: keys({ one: 1 }), before, graceMs });
    expect(plan.feeds).toEqual({ b: { keyId: 'one' } });
  });

  it('are refused to the last who comes, and to no one of a higher class', () => {
    const before = planSlots({ now: 0, wants: wants('z'), keys: keys({ one: 1 }), before: noPlan, graceMs });
    const full = planSlots({ now: 1, wants: wants('a', 'z'), keys: keys({ one: 1 }), before, graceMs });
    expect(full).toMatchObject({ feeds: { z: { keyId: 'one' } }, refused: ['a'] });
    const urgent = new Map<string, Priority>([
      ['a', 'order'],
      ['z', 'realtime'],
    ]);
    const taken = planSlots({ now: 1, wants: urgent, keys: keys({ one: 1 }), before, graceMs });
    expect(taken).toMatchObject({ feeds: { a: { keyId: 'one' } }, refused: ['z'] });
  });

  it('move when their key is gone, and when it narrows the last to come goes first', () => {
    const before = planSlots({ now: 0, wants: wants('a', 'b'), keys: keys({ one: 2 }), before: noPlan, graceMs });
    const moved = planSlots({ now: 1, wants: wants('a', 'b'), keys: keys({ two: 2 }), before, graceMs });
    expect([keyOf(moved, 'a'), keyOf(moved, 'b')]).toEqual(['two', 'two']);
    const narrowed = planSlots({ now: 1, wants: wants('a', 'b'), keys: keys({ one: 1 }), before, graceMs });
    expect(narrowed).toMatchObject({ feeds: { a: { keyId: 'one' } }, refused: ['b'] });
  });

  it('leave a key for another one that has room, once, and stay where none has', () => {
    const before = planSlots({ now: 0, wants: wants('a', 'b'), keys: keys({ one: 2 }), before: noPlan, graceMs });
    const leaving = new Map([['a', 'one']]);
    const full = planSlots({
      now: 1,
      wants: wants('a', 'b'),
      keys: keys({ one: 2, two: 0 }),
      before,
      leaving,
      graceMs,
    });
    expect(isSamePlan(full, before)).toBe(true);
    const question = { now: 1, wants: wants('a', 'b'), keys: keys({ one: 2, two: 1 }), leaving, graceMs };
    const moved = planSlots({ ...question, before });
    expect([keyOf(moved, 'a'), keyOf(moved, 'b')]).toEqual(['two', 'one']);
    expect(isSamePlan(planSlots({ ...question, before: moved }), moved)).toBe(true);
  });

  it('never exceed a key, lose nobody, and come to rest', () => {
    const feeds = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
    const step = fc.record({
      wants: feeds.chain((names) =>
        fc.tuple(
          ...names.map((name) => fc.constantFrom(...priorities).map((each): [string, Priority] => [name, each])),
        ),
      ),
      keys: fc.dictionary(fc.constantFrom('one', 'two', 'three'), fc.integer({ min: 0, max: 9 })),
      passMs: fc.integer({ min: 0, max: 2 * graceMs }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        let plan = noPlan;
        let now = 0;
        for (const each of steps) {
          now += each.passMs;
          const question = { now, wants: new Map(each.wants), keys: keys(each.keys), graceMs };
          plan = planSlots({ ...question, before: plan });
          for (const [keyId, room] of question.keys) {
            expect(Object.values(plan.feeds).filter((slot) => slot.keyId === keyId).length).toBeLessThanOrEqual(room);
          }
          for (const feed of question.wants.keys()) {
            expect(Number(feed in plan.feeds) + Number(plan.refused.includes(feed))).toBe(1);
          }
          expect(isSamePlan(plan, planSlots({ ...question, before: plan }))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
