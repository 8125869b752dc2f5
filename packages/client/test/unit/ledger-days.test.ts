import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { acquire, cancel, completeAll, snapshot } from '../../src/ledger/arithmetic/account.js';
import { freeTimes } from '../../src/ledger/arithmetic/slots.js';
import { newAccount, slotsOf, type Account } from '../../src/ledger/arithmetic/state.js';
import { patienceMs, priorities, protocol, type Budget, type Priority } from '../../src/ledger/contract.js';
import type { Spender } from '../../src/ledger/store-contract.js';
import { ask, beat, granted, requestOf, total } from '../support/ledger-account.js';

const slow: Budget = { name: 'tr:slow', limit: 2, windowMs: 1_000 };
const short: Budget = { name: 'short', limit: 2, windowMs: 60 };
const registration: Budget = { name: 'registration', limit: 3, windowMs: 0 };
const budgetSets = [[total(4)], [slow, total(4)], [short], [registration], [registration, total(4)]];
const members = ['a', 'b', 'c'];

/** A permit as the world sees it: from its start until its answer, or until its lease has ended. */
interface Use {
  readonly permitId: string;
  readonly budgets: readonly Budget[];
  readonly spender: Spender;
  readonly start: number;
  end: number;
}

const anyStep = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'ask', 'answer', 'answer', 'cancel', 'leave', 'lose' as const),
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1_500 })),
  member: fc.constantFrom(...members),
  priority: fc.constantFrom(...priorities),
  budgets: fc.constantFrom(...budgetSets),
  want: fc.integer({ min: 1, max: 6 }),
  leaseMs: fc.integer({ min: 1, max: 3_000 }),
  which: fc.nat({ max: 30 }),
  agoMs: fc.nat({ max: 40 }),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;
const anyDay = fc.array(anyStep, { maxLength: 80, size: 'max' });

interface Day {
  readonly account: Account;
  readonly uses: Use[];
  readonly lanes: ReadonlySet<string>;
  readonly now: number;
}

const play = (steps: readonly Step[], look?: (account: Account, step: Step, now: number) => () => void): Day => {
  const account = newAccount();
  for (const member of members) beat(account, 0, member);
  const uses: Use[] = [];
  const lanes = new Set<string>();
  let now = 10_000;
  steps.forEach((step, index) => {
    const { kind, after, member, budgets, priority, want, leaseMs, which, agoMs } = step;
    now += after;
    const open = uses.filter(({ end }) => end > now);
    const use = open[which % Math.max(1, open.length)];
    const lane = laneOf(step);
    if (kind === 'ask' || kind === 'lose') {
      lanes.add(lane);
      const check = look?.(account, step, now);
      const request = { lane, budgets, priority, want, most: want, leaseMs, first: index * 10, horizonMs: 200 };
      const { startsInMs } = ask(account, now, member, request);
      startsInMs.forEach((inMs, nth) => {
        const start = now + inMs;
        // A reply that is lost grants nothing to anybody, but it may have been heard after all.
        const spender = { priority, flow: member };
        uses.push({ permitId: `${member}.${index * 10 + nth}`, budgets, spender, start, end: start + leaseMs });
      });
      check?.();
    } else if (kind === 'leave') {
      cancel(account, { permits: [], lane }, now);
    } else if (use !== undefined && kind === 'answer' && now - agoMs >= use.start) {
      completeAll(account, [{ ...use, agoMs }], now);
      use.end = now - agoMs;
    } else if (use !== undefined && kind === 'cancel' && use.start >= now) {
      cancel(account, { permits: [use] }, now);
      uses.splice(uses.indexOf(use), 1);
    }
  });
  return { account, uses, lanes, now };
};

const laneOf = ({ member, priority, budgets }: Step): string =>
  `${member}/${priority} ${budgets.map(({ name }) => name).join('+')}`;

describe('a random day', () => {
  it('never has more of a budget in use than its limit, each until one window after its answer', () => {
    fc.assert(
      fc.property(anyDay, (steps) => {
        const { uses } = play(steps);
        for (const { start, budgets } of uses) {
          for (const { name, limit, windowMs } of budgets) {
            const inUse = uses.filter(
              (use) =>
                use.budgets.some((each) => each.name === name) && use.start <= start && start < use.end + windowMs,
            );
            expect(inUse.length, name).toBeLessThanOrEqual(limit);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leaves nothing booked, nor anybody waiting, when everybody gives up', () => {
    fc.assert(
      fc.property(anyDay, (steps) => {
        const { account, uses, lanes, now } = play(steps);
        cancel(account, { permits: uses }, now);
        for (const lane of lanes) cancel(account, { permits: [], lane }, now);
        const after = snapshot(account, now, protocol);
        expect(after.lanes).toEqual([]);
        expect(after.budgets.map(({ used, cooling }) => used + cooling)).toEqual(after.budgets.map(() => 0));
      }),
      { numRuns: 200 },
    );
  });

  it('grants nothing before what is kept for somebody in a greater hurry', () => {
    let pressed = 0;
    const looks = (account: Account, step: Step, now: number) => {
      const { priority, member } = step;
      const waiting = [...account.lanes.values()].filter(({ until, key }) => until > now || key === laneOf(step));
      // A turn belongs to the class, by its most pressing lane; within it the callers share.
      const peers = waiting.filter((lane) => lane.priority === priority).map(({ due }) => due);
      const mine = Math.min(now + patienceMs[priority], ...peers);
      const urgent = waiting.filter((lane) => lane.priority !== priority && lane.due < mine);
      const before = new Set(slotsOf(account, 'total').keys());
      return () => {
        const ends = [...slotsOf(account, 'total')].filter(([id]) => !before.has(id)).map(([, end]) => end);
        if (ends.length === 0 || urgent.length === 0) return;
        pressed += 1;
        // What is booked counts as busy from now on, so they may have to wait as long as the booking, and no longer.
        const latest = Math.max(...ends) - step.leaseMs - 1_000;
        const given = { capacity: 4, windowMs: 1_000, count: urgent.length, now };
        expect(freeTimes(slotsOf(account, 'total'), given).at(-1), member).toBeLessThanOrEqual(latest);
      };
    };
    const crowded = anyDay.map((steps) =>
      // One budget, short pauses: many wait at once.
      steps.map((step) => ({
        ...step,
        budgets: [total(4)],
        after: step.after % 250,
        leaseMs: 1 + (step.leaseMs % 300),
      })),
    );
    fc.assert(
      fc.property(crowded, (steps) => {
        play(steps, looks);
      }),
      { numRuns: 300 },
    );
    expect(pressed).toBeGreaterThan(100);
  });
});

describe('a crowd', () => {
  /** Lanes that always want more and come when they are told to; returns how long each waited for each of its turns. */
  const crowd = (lanes: readonly { readonly priority: Priority; readonly weight: number }[], limit: number) => {
    const account = newAccount();
    const budgets = [total(limit)];
    const waiting = lanes.map((lane, index) => ({
      ...lane,
      key: `m/${index}`,
      since: 10_000,
      come: 10_000,
      longest: 0,
      turns: 0,
    }));
    const answers = new Map<number, string[]>();
    let numbers = 0;
    for (let now = 10_000; now < 130_000; now += 5) {
      if (now % 1_000 === 0) beat(account, now, 'm');
      const permits = answers.get(now) ?? [];
      answers.delete(now);
      const called = completeAll(
        account,
        permits.map((permitId) => ({ permitId, budgets, agoMs: 0 })),
        now,
      );
      for (const lane of waiting) {
        if (lane.come > now && !called.includes(lane.key)) continue;
        const { priority, weight, key, since } = lane;
        const request = { lane: key, budgets, priority, weight, flow: key, first: numbers, waitedMs: now - since };
        const reply = granted(acquire(account, requestOf('m', { ...request, want: 2, most: 1 }), now, protocol));
        for (const inMs of reply.startsInMs) {
          const answered = now + Math.ceil((inMs + 40) / 5) * 5;
          answers.set(answered, [...(answers.get(answered) ?? []), `m.${numbers}`]);
          lane.longest = Math.max(lane.longest, now - since);
          lane.turns += 1;
          lane.since = now;
        }
        numbers += 1;
        lane.come = now + (reply.comeInMs ?? 0);
      }
    }
    return waiting;
  };

  it('lets nobody starve', () => {
    const anyLane = fc.record({ priority: fc.constantFrom(...priorities), weight: fc.constantFrom(1, 3, 0.3) });
    fc.assert(
      fc.property(fc.array(anyLane, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (lanes, limit) => {
        for (const { priority, longest, turns } of crowd(lanes, limit)) {
          expect(turns).toBeGreaterThan(0);
          // Its patience, and then a turn of everybody else of its class, by the smallest weight.
          expect(longest).toBeLessThan(patienceMs[priority] + 120_000 * 0.5);
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('serves the callers of a class by their weights', () => {
    const [heavy, light] = crowd(
      [
        { priority: 'interactive', weight: 3 },
        { priority: 'interactive', weight: 1 },
      ],
      4,
    );
    const ratio = (heavy?.turns ?? 0) / (light?.turns ?? 1);
    expect(ratio).toBeGreaterThan(2.7);
    expect(ratio).toBeLessThan(3.3);
  }, 20_000);
});
