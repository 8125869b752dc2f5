import { describe, expect, it } from 'vitest';

import { acquire, completeAll } from '../../src/ledger/arithmetic/account.js';
import { heartbeat } from '../../src/ledger/arithmetic/heartbeat.js';
import { nothing } from '../../src/ledger/arithmetic/share.js';
import { newAccount, slotsOf } from '../../src/ledger/arithmetic/state.js';
import { drainMs, protocol } from '../../src/ledger/contract.js';
import type { Entry } from '../../src/ledger/store-contract.js';
import { ask, beat, total } from '../support/ledger-account.js';
import { explore } from '../support/ledger-model/explore.js';
import { rules, shareModel, type Rules, type ShareModelOptions } from '../support/ledger-model/share-model.js';
import { slotModel, type SlotModelOptions } from '../support/ledger-model/slot-model.js';
import { ours, type Arithmetic } from '../support/ledger-model/world.js';

/**
 * The promise of design §5.1, tried out: every order of events of small cases, with the arithmetic that is in use. The
 * states of a case repeat themselves, so each is explored to its end: what holds for it holds for any length of time.
 */
const timeout = 60_000;

const slotCases: (SlotModelOptions & { readonly name: string; readonly atLeast: number })[] = [
  {
    name: 'one slot, two processes',
    limit: 1,
    windowMs: 2,
    processes: 2,
    protocol: { maxDeadlineMs: 2 },
    atLeast: 4_000,
  },
  {
    name: 'two slots, booked ahead',
    limit: 2,
    windowMs: 2,
    processes: 2,
    protocol: { maxDeadlineMs: 2, horizonMs: 1 },
    atLeast: 10_000,
  },
  {
    name: 'one slot, three processes',
    limit: 1,
    windowMs: 2,
    processes: 3,
    protocol: { maxDeadlineMs: 1 },
    atLeast: 4_000,
  },
  {
    name: 'three slots, news that is older',
    limit: 3,
    windowMs: 2,
    processes: 1,
    protocol: { maxDeadlineMs: 2 },
    longestAgoMs: 2,
    atLeast: 3_000,
  },
  {
    name: 'a longer window, two permits at once',
    limit: 2,
    windowMs: 3,
    processes: 1,
    protocol: { maxDeadlineMs: 2, horizonMs: 1 },
    want: 2,
    atLeast: 2_000,
  },
  // A window within the horizon: its slots could be booked twice.
  {
    name: 'a window within the horizon',
    limit: 2,
    windowMs: 1,
    processes: 2,
    protocol: { maxDeadlineMs: 2, horizonMs: 2 },
    want: 2,
    atLeast: 4_000,
  },
];

describe('slots, whatever is late, lost, given up or dies,', () => {
  it.each(slotCases)(
    'let no more than $limit arrive within $windowMs ticks: $name',
    { timeout },
    ({ atLeast, ...options }) => {
      const { states, breach } = explore(slotModel(options));
      expect(breach).toBeUndefined();
      expect(states).toBeGreaterThan(atLeast);
    },
  );
});

const late = { validMs: 1, shareLeaseMs: 7 };
const prompt = { validMs: 0, shareLeaseMs: 4 };
const shareCases: (ShareModelOptions & { readonly name: string; readonly atLeast: number })[] = [
  {
    name: 'two processes that are both in trouble',
    limit: 1,
    windowMs: 1,
    processes: 2,
    protocol: prompt,
    atLeast: 10_000,
  },
  {
    name: 'words that are heard late, two slots',
    limit: 2,
    windowMs: 2,
    processes: 2,
    troubled: 1,
    protocol: late,
    atLeast: 10_000,
  },
  {
    name: 'three processes, one in trouble',
    limit: 1,
    windowMs: 1,
    processes: 3,
    troubled: 1,
    protocol: prompt,
    atLeast: 4_000,
  },
  {
    name: 'a death, words that are heard late',
    limit: 1,
    windowMs: 1,
    processes: 2,
    troubled: 1,
    deaths: true,
    protocol: { ...late, shareLeaseMs: 5 },
    atLeast: 2_000,
  },
  {
    name: 'a death, two slots',
    limit: 2,
    windowMs: 1,
    processes: 2,
    troubled: 1,
    deaths: true,
    protocol: prompt,
    atLeast: 2_000,
  },
  {
    name: 'a memory that is lost',
    limit: 1,
    windowMs: 1,
    processes: 2,
    troubled: 1,
    losses: 1,
    protocol: prompt,
    atLeast: 8_000,
  },
  {
    name: 'a death and a memory that is lost',
    limit: 1,
    windowMs: 1,
    processes: 2,
    troubled: 1,
    losses: 1,
    deaths: true,
    protocol: prompt,
    atLeast: 10_000,
  },
];

describe('shares, whoever is cut off, comes back or dies, and whatever the store forgets,', () => {
  it.each(shareCases)(
    'let no more than $limit arrive within $windowMs ticks: $name',
    { timeout },
    ({ atLeast, ...options }) => {
      const { states, breach } = explore(shareModel(options));
      expect(breach).toBeUndefined();
      expect(states).toBeGreaterThan(atLeast);
    },
  );
});

describe('the explorer finds mistakes', () => {
  const slotMistakes: { readonly mistake: string; readonly made: Partial<Arithmetic> }[] = [
    {
      mistake: 'a slot is free as soon as the answer has come',
      made: {
        completeAll: (account, answered, now) => {
          for (const { permitId } of answered) slotsOf(account, 'total').delete(permitId);
          return completeAll(account, [], now);
        },
      },
    },
    {
      mistake: 'an answer is dated one tick too early',
      made: {
        completeAll: (account, answered, now) =>
          completeAll(
            account,
            answered.map((each) => ({ ...each, agoMs: each.agoMs + 1 })),
            now,
          ),
      },
    },
    {
      mistake: 'a lease that ends without an answer frees its slot at once',
      made: {
        acquire: (account, request, now, given) => {
          const before = new Set(slotsOf(account, 'total').keys());
          const reply = acquire(account, request, now, given);
          for (const [id, end] of slotsOf(account, 'total')) {
            if (!before.has(id)) slotsOf(account, 'total').set(id, end - 2);
          }
          return reply;
        },
      },
    },
    {
      mistake: 'one more is granted than the limit says',
      made: {
        acquire: (account, request, now, given) => acquire(account, { ...request, budgets: [total(2, 2)] }, now, given),
      },
    },
  ];

  it.each(slotMistakes)('$mistake', ({ made }) => {
    const options = { limit: 1, windowMs: 2, processes: 2, protocol: { maxDeadlineMs: 2 } };
    expect(explore(slotModel(options, { ...ours, ...made })).breach).toBeDefined();
  });

  interface ShareMistake {
    readonly mistake: string;
    readonly made?: Partial<Arithmetic>;
    readonly kept?: Partial<Rules>;
    readonly options?: Partial<ShareModelOptions>;
  }
  const shareMistakes: ShareMistake[] = [
    {
      mistake: 'a share is spent as soon as nobody lends it any more, though what was lent has not drained',
      kept: { shareFromMs: ({ validMs, overdueMs }) => validMs + overdueMs },
    },
    {
      mistake: 'a share is spent without a thought for words that are heard late',
      kept: { shareFromMs: (given) => given.overdueMs + drainMs(given) },
      options: { protocol: { validMs: 2, shareLeaseMs: 7 } },
    },
    {
      mistake: 'a lease that had ended is renewed by the next question',
      kept: { endsLease: false },
    },
    {
      mistake: 'the share of a silent member is lent to others',
      made: { acquire: (account, request, now, given) => acquire(account, request, now, { ...given, overdueMs: 99 }) },
    },
    {
      mistake: 'what a member holds is forgotten when another share is dealt to it',
      made: { heartbeat: (account, said, now, given) => heartbeat(account, { ...said, share: nothing }, now, given) },
      options: { troubled: 2 },
    },
    {
      mistake: 'what was spent on a share is not told',
      kept: { tellsSpent: false },
    },
    {
      mistake: 'the share of a dead member is lent at once',
      made: {
        heartbeat: (account, said, now, given) => {
          for (const id of said.gone) account.members.delete(id);
          return heartbeat(account, said, now, given);
        },
      },
      options: { deaths: true },
    },
    {
      mistake: 'a share is spent on after it was given back',
      kept: { afterReturn: (part) => part },
      options: { losses: 1 },
    },
    {
      mistake: 'a store that lost its memory grants at once',
      made: {
        acquire: (account, request, now, given) => {
          const { since } = account;
          account.since = undefined;
          const reply = acquire(account, request, now, given);
          account.since = since;
          return reply;
        },
      },
      options: { losses: 1 },
    },
  ];

  it.each(shareMistakes)('$mistake', { timeout }, ({ made, kept, options }) => {
    const small = { limit: 1, windowMs: 1, processes: 2, troubled: 1, protocol: prompt, ...options };
    expect(explore(shareModel(small, { ...ours, ...made }, { ...rules, ...kept })).breach).toBeDefined();
  });
});

describe('the price of the promise', () => {
  it.each([
    { limit: 5, roundTripMs: 40 },
    { limit: 20, roundTripMs: 250 },
    { limit: 1, roundTripMs: 40 },
  ])('is the round trip and nothing else: $limit a second at $roundTripMs ms', ({ limit, roundTripMs }) => {
    const account = newAccount();
    const budgets = [total(limit)];
    const answers = new Map<number, Entry[]>();
    const dayMs = 40_000;
    let sent = 0;
    for (let now = 0; now < dayMs; now += 1) {
      const answered = (answers.get(now) ?? []).map((entry) => ({ ...entry, agoMs: 0 }));
      completeAll(account, answered, now);
      if (now % 1_000 === 0) beat(account, now, 'a');
      const request = { budgets, want: 2 * limit, first: sent, leaseMs: protocol.maxDeadlineMs };
      const permits = ask(account, now, 'a', request).startsInMs.map((_start, index) => ({
        permitId: `a.${sent + index}`,
        budgets,
      }));
      answers.set(now + roundTripMs, permits);
      sent += permits.length;
    }
    // Each slot takes one window and one round trip for a call: W / (W + rtt) of the limit.
    expect(sent).toBe(limit * Math.ceil(dayMs / (1_000 + roundTripMs)));
  });
});
