import { describe, expect, it } from 'vitest';

import { cancel, completeAll, refuse } from '../../../src/ledger/arithmetic/account.js';
import { whole } from '../../../src/ledger/arithmetic/share.js';
import { pacedStart, spreads, urgentForMs } from '../../../src/ledger/arithmetic/spread.js';
import { newAccount, type Account } from '../../../src/ledger/arithmetic/state.js';
import type { Budget } from '../../../src/ledger/contract.js';
import { ask, beat, total } from '../../support/ledger-account.js';

const slow: Budget = { name: 'tr:slow', limit: 1, windowMs: 1_000 };
const session: Budget = { name: 'session', limit: 1, windowMs: 0 };
const horizonMs = 200;

const accountOf = (...members: readonly string[]): Account => {
  const account = newAccount();
  for (const member of members) beat(account, 0, member);
  return account;
};
const spender = { priority: 'interactive', flow: 'a' } as const;
const answer = (account: Account, now: number, permitId: string, budgets: readonly Budget[] = [total(5)]) =>
  completeAll(account, [{ permitId, budgets, agoMs: 0 }], now);

describe('one lane', () => {
  it('gets as many as the limit allows, and is told when to come for the rest', () => {
    const account = accountOf('a');
    expect(ask(account, 0, 'a', { want: 7 })).toMatchObject({ startsInMs: [0, 0, 0, 0, 0], comeInMs: 1_000 });
    expect(ask(account, 1_000, 'a', { want: 2, first: 7 }).startsInMs).toEqual([]);
  });

  it('gets no more than it asked for at once, and the rest when it comes again', () => {
    const account = accountOf('a');
    expect(ask(account, 0, 'a', { want: 5, most: 2 }).startsInMs).toEqual([0, 0]);
    expect(ask(account, 0, 'a', { want: 3, most: 3, first: 2 }).startsInMs).toEqual([0, 0, 0]);
  });

  it('books ahead within its horizon', () => {
    const account = accountOf('a');
    ask(account, 0, 'a', { want: 5 });
    answer(account, 100, 'a.0');
    expect(ask(account, 900, 'a', { first: 5, horizonMs: 199 })).toMatchObject({ startsInMs: [], comeInMs: 1 });
    expect(ask(account, 900, 'a', { first: 6, horizonMs }).startsInMs).toEqual([200]);
  });

  it('books no further ahead than the protocol allows', () => {
    const account = accountOf('a');
    ask(account, 0, 'a', { want: 5 });
    answer(account, 100, 'a.0');
    expect(ask(account, 899, 'a', { first: 5, horizonMs: 10_000 }).startsInMs).toEqual([]);
  });

  it('is told to come before a slot can be free, however long the answers take', () => {
    const account = accountOf('a');
    ask(account, 0, 'a', { want: 5, leaseMs: 10_000 });
    expect(ask(account, 100, 'a', { first: 5, horizonMs }).comeInMs).toBe(1_000 - horizonMs);
  });

  it('whose permit takes several slots gets all of them or none', () => {
    const account = accountOf('a');
    const budgets = [{ ...total(5), units: 2 }];
    expect(ask(account, 0, 'a', { budgets, want: 3 }).startsInMs).toEqual([0, 0]);
    expect(account.slots.get('total')?.size).toBe(4);
  });
});

describe('a slot that must be used first', () => {
  it.each([
    // Shorter than the horizon: the second use of the slot would begin before the first is over.
    { budget: { name: 'short', limit: 1, windowMs: 60 }, got: [0] },
    { budget: { name: 'short', limit: 2, windowMs: 60 }, got: [0, 0] },
    // What is held is given back nobody knows when.
    { budget: session, got: [0] },
    { budget: { name: 'registration', limit: 3, windowMs: 0, units: 2 }, got: [0] },
  ])('is granted once: $budget', ({ budget, got }) => {
    const account = accountOf('a');
    expect(ask(account, 0, 'a', { budgets: [budget], want: 4, horizonMs }).startsInMs).toEqual(got);
  });

  it('is granted once, also of a stock that is larger than one look', () => {
    const account = accountOf('a');
    const registration = { name: 'registration', limit: 200, windowMs: 0 };
    const first = ask(account, 0, 'a', { budgets: [registration], want: 250, horizonMs });
    const second = ask(account, 1, 'a', { budgets: [registration], want: 250, first: 1_000, horizonMs });
    expect(first.startsInMs.length + second.startsInMs.length).toBe(200);
  });
});

describe('several budgets', () => {
  it('are spent from together or not at all', () => {
    const account = accountOf('a');
    const both = [slow, total(5)];
    expect(ask(account, 0, 'a', { budgets: both, want: 2 }).startsInMs).toEqual([0]);
    expect([...account.slots].map(([name, slots]) => [name, slots.size])).toEqual([
      ['tr:slow', 1],
      ['total', 1],
    ]);
  });

  it('a full one does not keep a lane from the others that does not need it', () => {
    const account = accountOf('a', 'b');
    const both = [slow, total(2)];
    expect(ask(account, 0, 'a', { budgets: both, want: 3 }).startsInMs).toEqual([0]);
    // `a` was here first, but it cannot use the slot before its own budget is free.
    expect(ask(account, 10, 'b', { budgets: [total(2)] }).startsInMs).toEqual([0]);
  });

  it('a lane whose turn is near keeps its slots in all of them', () => {
    const account = accountOf('a', 'b');
    const both = [slow, total(2)];
    ask(account, 0, 'a', { budgets: both, want: 2, leaseMs: 100 });
    // Its slot of the slow one is free in 100 ms, which is within the horizon: the one of the total is kept for it.
    const { startsInMs } = ask(account, 1_000, 'a', { budgets: both, first: 5 });
    expect(startsInMs).toEqual([]);
    expect(ask(account, 1_000, 'b', { budgets: [total(2)], want: 2 }).startsInMs).toEqual([0]);
  });
});

describe('turns of lanes that have not come yet', () => {
  it('are kept for them', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { budgets: [total(1)], leaseMs: 100 });
    ask(account, 10, 'b', { budgets: [total(1)], priority: 'order', first: 1 });
    expect(ask(account, 1_100, 'a', { budgets: [total(1)], first: 2 }).startsInMs).toEqual([]);
    expect(ask(account, 1_100, 'b', { budgets: [total(1)], priority: 'order', first: 2 }).startsInMs).toEqual([0]);
  });

  it('are given up when they have not come within their grace', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { budgets: [total(1)], leaseMs: 100 });
    const { comeInMs = 0 } = ask(account, 10, 'b', { budgets: [total(1)], priority: 'order', first: 1 });
    expect(ask(account, 10 + comeInMs + 100, 'a', { budgets: [total(1)], first: 2 }).startsInMs).toEqual([0]);
  });

  it('are given up when their waiters have gone', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { budgets: [total(1)], leaseMs: 100 });
    ask(account, 10, 'b', { budgets: [total(1)], priority: 'order', first: 1 });
    cancel(account, { permits: [], lane: 'b/0' }, 20);
    expect(ask(account, 1_100, 'a', { budgets: [total(1)], first: 2 }).startsInMs).toEqual([0]);
  });

  it('are not weighed where there is enough for everybody', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { want: 2 });
    expect(ask(account, 0, 'b', { want: 3, first: 1 }).startsInMs).toEqual([0, 0, 0]);
  });
});

describe('who is called', () => {
  it('is the lane whose turn is next, for as many as came free by a word that they could not foresee', () => {
    const account = accountOf('a', 'b', 'c');
    ask(account, 0, 'a', { want: 5 });
    ask(account, 1, 'b', { priority: 'backfill', first: 1 });
    ask(account, 1, 'c', { priority: 'order', first: 1 });
    expect(cancel(account, { permits: [{ permitId: 'a.0', budgets: [total(5)], spender }] }, 2)).toEqual(['c/0']);
    const two = ['a.1', 'a.2'].map((permitId) => ({ permitId, budgets: [total(5)], spender }));
    expect(cancel(account, { permits: two }, 2)).toEqual(['c/0', 'b/0']);
    expect(cancel(account, { permits: two }, 2)).toEqual([]);
  });

  it('is nobody for an answer that has just come: its slot is not free before they come of themselves', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { want: 5 });
    ask(account, 1, 'b', { first: 1 });
    expect(answer(account, 2, 'a.0')).toEqual([]);
    expect(completeAll(account, [{ permitId: 'a.1', budgets: [total(5)], agoMs: 6 }], 20)).toEqual(['b/0']);
  });

  it('is the next for what was held and is given back', () => {
    const account = accountOf('a', 'b');
    ask(account, 0, 'a', { budgets: [session] });
    ask(account, 1, 'b', { budgets: [session], first: 1 });
    expect(answer(account, 2, 'a.0', [session])).toEqual(['b/0']);
    expect(ask(account, 2, 'b', { budgets: [session], first: 2 }).startsInMs).toEqual([0]);
  });
});

describe('backfills', () => {
  const backfill = { priority: 'backfill' as const, horizonMs: 0 };
  it('keep an even distance where somebody is in a hurry', () => {
    const account = accountOf('a', 'b');
    ask(account, 9_000, 'b', { leaseMs: 1 });
    ask(account, 9_001, 'a', { ...backfill, want: 5 });
    const next = { ...backfill, want: 3, first: 5 };
    expect(ask(account, 12_000, 'a', next)).toMatchObject({ startsInMs: [0], comeInMs: 200 });
    expect(ask(account, 12_200, 'a', { ...next, first: 8 })).toMatchObject({ startsInMs: [0], comeInMs: 200 });
  });

  it('keep it too where several slots lie idle, and take the last one at once', () => {
    const account = accountOf('a');
    ask(account, 10_000, 'a', { ...backfill });
    expect(ask(account, 10_001, 'a', { ...backfill, want: 4, first: 1 })).toMatchObject({
      startsInMs: [],
      comeInMs: 199,
    });
    const busy = accountOf('a', 'b');
    ask(busy, 10_000, 'a', { ...backfill, budgets: [total(1)] });
    expect(ask(busy, 12_000, 'a', { ...backfill, budgets: [total(1)], first: 1 }).startsInMs).toEqual([0]);
  });

  it('that stand behind one that nobody can serve are told a time to come back', () => {
    const account = accountOf('a', 'b');
    ask(account, 10_000, 'a', { lane: 'a/1', leaseMs: 1 });
    ask(account, 10_000, 'b', { ...backfill, first: 1 });
    // Two that cannot be heard, each of which may still believe that all shares are its own.
    for (const id of ['silent', 'mute']) account.members.set(id, { seen: 0, part: { low: 0, high: whole }, host: '' });
    expect(ask(account, 10_300, 'a', { ...backfill, want: 2 })).toMatchObject({ startsInMs: [], comeInMs: 1_000 });
    expect(ask(account, 10_301, 'b', { ...backfill, want: 2 })).toMatchObject({ startsInMs: [], comeInMs: 1_000 });
  });

  it.each([
    { pacedAt: 0, limit: 5, start: 1_000 },
    { pacedAt: 950, limit: 5, start: 1_150 },
    { pacedAt: 950, limit: 3, start: 1_283 },
    { pacedAt: 500, limit: 5, start: 1_000 },
  ])('after $pacedAt at $limit a second start at $start', ({ pacedAt, limit, start }) => {
    expect(pacedStart({ pacedAt, limit, windowMs: 1_000 }, 1_000)).toBe(start);
  });

  it('expect urgent calls to go on for a while', () => {
    expect(spreads(0, urgentForMs - 1)).toBe(true);
    expect(spreads(0, urgentForMs)).toBe(false);
  });
});

describe('a limit that narrows', () => {
  it('counts what is busy already', () => {
    const account = accountOf('a');
    ask(account, 0, 'a', { want: 5, leaseMs: 100 });
    expect(refuse(account, total(5), 2, 10)).toBe(2);
    answer(account, 50, 'a.0');
    answer(account, 60, 'a.1');
    answer(account, 70, 'a.2');
    // Three of five have been answered and are free; two are busy still, which is all that there may be.
    expect(ask(account, 1_080, 'a', { first: 5 }).startsInMs).toEqual([]);
    expect(ask(account, 1_100, 'a', { first: 6, want: 3 }).startsInMs).toEqual([0, 0]);
  });

  it('is told once for every burst', () => {
    const account = accountOf('a');
    expect(refuse(account, total(20), undefined, 10)).toBe(17);
    expect(refuse(account, total(20), undefined, 20)).toBeUndefined();
  });
});

describe('a memory that was lost', () => {
  it('grants nothing until what was granted before has drained, and says why', () => {
    const account = newAccount(0);
    beat(account, 0, 'a');
    expect(ask(account, 0, 'a')).toMatchObject({ startsInMs: [], held: true, comeInMs: 11_200 });
    expect(ask(account, 11_199, 'a', { first: 1 })).toMatchObject({ startsInMs: [], held: true });
    expect(ask(account, 11_200, 'a', { first: 2, want: 5 })).toMatchObject({ startsInMs: [0], held: false });
  });
});
