import { describe, expect, it } from 'vitest';

import { believe } from '../../../src/ledger/arithmetic/limit.js';
import { heldUntil, reservedOf, shareEndOf, shareOf } from '../../../src/ledger/arithmetic/reserve.js';
import { whole } from '../../../src/ledger/arithmetic/share.js';
import { newAccount, type Account } from '../../../src/ledger/arithmetic/state.js';
import { drainMs, protocol } from '../../../src/ledger/contract.js';
import { ask, beat, settle, total } from '../../support/ledger-account.js';

const half = { low: 0, high: whole / 2 };
const reserved = (account: Account, now: number, limit = 10, windowMs = 1_000): number =>
  reservedOf(account, believe(undefined, { limit, windowMs }, now), now, protocol);

describe('the slots of a share', () => {
  it.each([
    { limit: 20, windowMs: 1_000, slots: 8 },
    { limit: 5, windowMs: 1_000, slots: 2 },
    // One slot is not shared: the pool is rounded down.
    { limit: 1, windowMs: 1_000, slots: 0 },
    // What was lent of a long window takes too long to drain, and stocks do not drain at all.
    { limit: 20, windowMs: 1_001, slots: 0 },
    { limit: 20, windowMs: 0, slots: 0 },
  ])('half of $limit per $windowMs ms: $slots', ({ limit, windowMs, slots }) => {
    expect(shareOf(half, limit, windowMs, protocol)).toBe(slots);
  });
});

describe('the share of a member that cannot be heard', () => {
  const apart = (): Account => {
    const account = newAccount();
    settle(account, 0, 'a', 'b');
    return account;
  };
  const end = shareEndOf({ seen: 0, part: half, host: '' }, protocol);

  it.each([
    { now: 0, slots: 0 },
    { now: protocol.overdueMs - 1, slots: 0 },
    // Both are silent: all that is shared is kept.
    { now: protocol.overdueMs, slots: 8 },
    { now: end - 1, slots: 8 },
    { now: end, slots: 0 },
  ])('keeps $slots of 10 at $now', ({ now, slots }) => {
    expect(reserved(apart(), now)).toBe(slots);
  });

  it('is lent again when it is heard', () => {
    const account = apart();
    beat(account, 5_000, 'a', { share: half });
    expect(reserved(account, 5_000)).toBe(4);
  });

  it('is lent as long as its questions are heard', () => {
    const account = apart();
    ask(account, 2_000, 'a');
    ask(account, 2_000, 'b');
    expect(reserved(account, 2_000 + protocol.overdueMs - 1)).toBe(0);
    expect(reserved(account, 2_000 + protocol.overdueMs)).toBe(8);
  });

  it('leaves the rest for others', () => {
    const account = apart();
    const got = ask(account, 5_000, 'a', { budgets: [total(10)], want: 10, most: 10 });
    // The share of `b` is half of what is shared: 4 slots.
    expect(got.startsInMs).toHaveLength(6);
  });

  it('is kept no longer than its lease and what it spent at its end', () => {
    expect(end).toBe(protocol.shareLeaseMs + drainMs(protocol));
    expect(end).toBe(71_200);
  });
});

describe('a memory that was lost', () => {
  it('keeps all that is shared until every lease of before has ended', () => {
    const account = newAccount(1_000);
    expect(reserved(account, 1_000)).toBe(8);
    expect(reserved(account, 72_199)).toBe(8);
    expect(reserved(account, 72_200)).toBe(0);
  });

  it('lends what was given back', () => {
    const account = newAccount(1_000);
    beat(account, 1_000, 'a', { returned: half });
    expect(reserved(account, 1_000)).toBe(4);
    beat(account, 1_000, 'b', { returned: { low: whole / 2, high: whole } });
    expect(reserved(account, 1_000)).toBe(0);
  });

  it.each([
    // Booked ahead at the last moment, on its way until its deadline, and counted for one window more.
    { windowMs: 1_000, heldForMs: 11_200 },
    { windowMs: 60_000, heldForMs: 70_200 },
    // What was held may be held on until its lease ends.
    { windowMs: 0, heldForMs: 30_000 },
  ])('grants nothing of a window of $windowMs ms for $heldForMs ms', ({ windowMs, heldForMs }) => {
    expect(heldUntil(newAccount(1_000), windowMs, protocol)).toBe(1_000 + heldForMs);
  });

  it('is none when nothing was granted before', () => {
    expect(heldUntil(newAccount(), 1_000, protocol)).toBeLessThan(0);
    expect(reserved(newAccount(), 0)).toBe(0);
  });
});
