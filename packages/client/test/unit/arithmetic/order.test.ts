import { describe, expect, it } from 'vitest';

import {
  forgetTags,
  pick,
  takeTurn,
  takeTurns,
  type LaneState,
  type Turns,
} from '../../../src/ledger/arithmetic/order.js';
import { patienceMs, priorities, type Priority } from '../../../src/ledger/contract.js';

const lane = (key: string, more: Partial<LaneState> = {}): LaneState => ({
  ...{ key, member: 'm', priority: 'interactive', flow: key, weight: 1, due: 0, want: 1_000, budgets: [], until: 0 },
  ...{ turn: 0, ...more },
});
const none = (): Turns => ({ time: new Map(), next: new Map() });

/** Who gets so many turns, one after the other at the same instant. */
const turnsOf = (lanes: readonly LaneState[], count: number, { turns = none(), now = 0 } = {}): string[] =>
  Array.from({ length: count }, (_each, index) => {
    const next = pick(
      lanes.filter(({ want }) => want > 0),
      turns,
    );
    if (next === undefined) return '';
    takeTurn(next, turns, now, index + 1);
    return next.key;
  });
const shareOf = (key: string, got: readonly string[]): number => got.filter((each) => each === key).length;

describe('between classes', () => {
  it('the earliest virtual deadline goes first', () => {
    const waiting = (priority: Priority, arrived: number): LaneState =>
      lane(priority, { priority, due: arrived + patienceMs[priority], want: 1 });
    const lanes = priorities.map((priority) => waiting(priority, 100)).reverse();
    expect(turnsOf(lanes, 5)).toEqual(['order', 'realtime', 'interactive', 'backfill', '']);
    // Whoever has waited for its patience goes before somebody in a hurry who comes now.
    expect(turnsOf([waiting('order', 30_101), waiting('backfill', 100)], 1)).toEqual(['backfill']);
    expect(turnsOf([waiting('order', 30_099), waiting('backfill', 100)], 1)).toEqual(['order']);
  });

  it('nobody starves beside a flood that is more urgent', () => {
    const backfill = lane('backfill', { priority: 'backfill', due: patienceMs.backfill });
    const order = lane('order', { priority: 'order' });
    const turns = none();
    let first = 0;
    for (let now = 0; now < 60_000 && first === 0; now += 50) {
      order.due = now;
      if (turnsOf([order, backfill], 1, { turns, now })[0] === 'backfill') first = now;
    }
    expect(first).toBeGreaterThan(29_000);
    expect(first).toBeLessThanOrEqual(30_050);
  });

  it('a turn that was had late does not let the next waiter of the lane push in', () => {
    const backfill = lane('backfill', { priority: 'backfill', due: 0 });
    const order = lane('order', { priority: 'order', due: 40_000 });
    expect(turnsOf([backfill, order], 3, { now: 40_000 })).toEqual(['backfill', 'order', 'order']);
  });
});

describe('between the callers of a class', () => {
  it('turns go round', () => {
    expect(turnsOf([lane('a'), lane('b'), lane('c')], 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('turns are shared by weight, 3 to 1', () => {
    const got = turnsOf([lane('light'), lane('heavy', { weight: 3 })], 400);
    expect(shareOf('heavy', got)).toBe(300);
    // All along, not only in the end.
    for (let from = 0; from < 400; from += 40) expect(shareOf('heavy', got.slice(from, from + 40))).toBe(30);
  });

  it('lanes of the same caller share its turns', () => {
    const got = turnsOf([lane('a'), lane('b1', { flow: 'b' }), lane('b2', { flow: 'b' })], 40);
    expect(shareOf('a', got)).toBe(20);
  });

  it('whoever was away does not catch up on turns that it did not want', () => {
    const turns = none();
    turnsOf([lane('busy')], 100, { turns });
    const got = turnsOf([lane('busy'), lane('back')], 20, { turns });
    expect(shareOf('back', got)).toBe(10);
  });

  it('what one had in one class counts in that class only', () => {
    const turns = none();
    turnsOf([lane('a')], 100, { turns });
    const [patient, other] = [lane('a', { priority: 'backfill' }), lane('b', { priority: 'backfill' })];
    expect(shareOf('a', turnsOf([patient, other], 20, { turns }))).toBe(10);
  });
});

describe('ties', () => {
  it('do not depend on the order in which lanes are listed', () => {
    const lanes = [lane('b', { flow: 'same' }), lane('a', { flow: 'same' }), lane('c', { priority: 'order' })];
    expect(pick(lanes, none())?.key).toBe('c');
    expect(pick([...lanes].reverse(), none())?.key).toBe('c');
    expect(pick(lanes.slice(0, 2), none())?.key).toBe('a');
  });
});

describe('bookkeeping of turns', () => {
  it('is the same for many turns at once as for one after the other', () => {
    const [singly, atOnce] = [none(), none()];
    turnsOf([lane('a', { weight: 4 })], 5, { turns: singly });
    takeTurns(lane('a', { weight: 4 }), atOnce, 5);
    expect(atOnce).toEqual(singly);
  });

  it('drops tags that say no more than the time of their class', () => {
    const turns: Turns = {
      time: new Map([['order', 2]]),
      next: new Map([
        ['order:behind', 1],
        ['order:level', 2],
        ['order:ahead:with a colon', 3],
        ['backfill:of a class without time', 1],
      ]),
    };
    forgetTags(turns, [lane('waits', { priority: 'order' }), lane('x', { priority: 'backfill' })]);
    expect([...turns.next.keys()]).toEqual(['order:ahead:with a colon', 'backfill:of a class without time']);
  });

  it('forgets the debts of a class in which nobody waits', () => {
    const turns = none();
    turnsOf([lane('a'), lane('b', { priority: 'order' })], 2, { turns });
    forgetTags(turns, [lane('c', { priority: 'order' })]);
    expect([...turns.next.keys()]).toEqual(['order:b']);
  });

  it('lets the oldest debts of those who do not wait off, beyond some hundred', () => {
    const turns = none();
    for (let index = 300; index > 0; index -= 1) turns.next.set(`order:${String(index)}`, index);
    forgetTags(turns, [lane('1', { priority: 'order' })]);
    expect([...turns.next.values()].sort((one, other) => one - other)).toEqual([
      1, // It waits.
      ...Array.from({ length: 128 }, (_each, index) => 173 + index),
    ]);
  });
});
