import { describe, expect, it } from 'vitest';

import { acquire, completeAll } from '../../../src/ledger/arithmetic/account.js';
import { heartbeat } from '../../../src/ledger/arithmetic/heartbeat.js';
import { shareEndOf } from '../../../src/ledger/arithmetic/reserve.js';
import { nothing, whole } from '../../../src/ledger/arithmetic/share.js';
import { newAccount, type Account } from '../../../src/ledger/arithmetic/state.js';
import { drainMs, protocol } from '../../../src/ledger/contract.js';
import { ask, beat, beatOf, requestOf, settle, total } from '../../support/ledger-account.js';

const all = { low: 0, high: whole };
const half = { low: 0, high: whole / 2 };
const otherHalf = { low: whole / 2, high: whole };
const partOf = (account: Account, member: string) => account.members.get(member)?.part;
const settled = (): Account => {
  const account = newAccount();
  settle(account, 0, 'a', 'b');
  return account;
};

describe('a share', () => {
  it('is dealt with the second word only: what lives for a moment needs none', () => {
    const account = newAccount();
    expect(beat(account, 0, 'a').share).toEqual(nothing);
    expect(beat(account, 0, 'a').share).toEqual(all);
  });

  it('is dealt of what others have given up, so that no two ever hold the same', () => {
    const account = newAccount();
    beat(account, 0, 'a');
    beat(account, 0, 'a');
    beat(account, 0, 'b');
    // `a` holds the whole line and does not know yet that it has to give half of it up.
    expect(beat(account, 0, 'b').share).toEqual(nothing);
    expect(beat(account, 0, 'a', { share: all }).share).toEqual(half);
    // The word of it may have been lost on the way.
    expect(partOf(account, 'a')).toEqual(all);
    expect(beat(account, 0, 'b').share).toEqual(nothing);
    beat(account, 0, 'a', { share: half });
    expect(beat(account, 0, 'b').share).toEqual(otherHalf);
  });

  it('of a member that is silent is not dealt to others before its lease has ended', () => {
    const account = settled();
    const end = shareEndOf({ seen: 0, part: otherHalf, host: '' }, protocol);
    expect(beat(account, end - 1, 'a', { share: half }).share).toEqual(half);
    expect(beat(account, end, 'a', { share: half }).share).toEqual(all);
  });

  it('that a member claims with its first word is not its own', () => {
    const account = newAccount();
    beat(account, 0, 'a', { share: all });
    expect(partOf(account, 'a')).toEqual(nothing);
  });

  it('is not dealt while shares of an earlier memory may be about', () => {
    const account = newAccount(1_000);
    beat(account, 1_000, 'a');
    beat(account, 1_000, 'b', { returned: half });
    expect(beat(account, 1_000, 'a').share).toEqual(nothing);
    beat(account, 1_000, 'b', { returned: otherHalf });
    expect(beat(account, 1_000, 'a').share).not.toEqual(nothing);
  });

  it('is dealt again when the leases of before have ended', () => {
    const account = newAccount(1_000);
    beat(account, 1_000, 'a');
    const end = 1_000 + protocol.shareLeaseMs + drainMs(protocol);
    expect(beat(account, end - 1, 'a').share).toEqual(nothing);
    expect(beat(account, end, 'a').share).toEqual(all);
  });
});

describe('a word that comes late', () => {
  it('changes nothing', () => {
    const account = settled();
    const given = { share: half, notAfter: 900, leave: true, gone: ['b'] };
    expect(heartbeat(account, beatOf('a', given), 901, protocol)).toEqual({ kind: 'stale', at: 901 });
    expect([...account.members.keys()]).toEqual(['a', 'b']);
    expect(account.members.get('a')?.seen).toBe(0);
  });

  it('counts at its last moment', () => {
    expect(heartbeat(settled(), beatOf('a', { notAfter: 900 }), 900, protocol).kind).toBe('heard');
  });

  it('grants nothing either', () => {
    const account = settled();
    expect(acquire(account, requestOf('a', { notAfter: 900 }), 901, protocol)).toEqual({ kind: 'stale', at: 901 });
    expect(account.members.get('a')?.seen).toBe(0);
  });
});

describe('a member', () => {
  it('must be heard before it is granted anything', () => {
    expect(acquire(newAccount(), requestOf('a'), 5, protocol)).toEqual({ kind: 'unknown', at: 5 });
  });

  it('that leaves is forgotten, with its lanes and its share', () => {
    const account = settled();
    ask(account, 0, 'b', { want: 9 });
    beat(account, 0, 'b', { leave: true });
    expect([...account.members.keys()]).toEqual(['a']);
    expect([...account.lanes.keys()]).toEqual([]);
    expect(beat(account, 0, 'a', { share: half }).share).toEqual(all);
  });

  it('that has fallen silent is named to the others, with the process that it is', () => {
    const account = settled();
    expect(beat(account, protocol.overdueMs - 1, 'a', { share: half }).silent).toEqual([]);
    const { silent } = beat(account, protocol.overdueMs, 'a', { share: half });
    expect(silent).toEqual([{ member: 'b', host: 'host:b' }]);
  });

  it('that runs no more is forgotten at once when it cannot have spent its share', () => {
    const account = settled();
    ask(account, 0, 'b', { want: 9 });
    const { share } = beat(account, 3_000, 'a', { share: half, gone: ['b'] });
    expect(share).toEqual(all);
    expect([...account.members.keys()]).toEqual(['a']);
    expect([...account.lanes.keys()]).toEqual([]);
  });

  it('that may have died on its share keeps it until what it spent has drained', () => {
    const account = settled();
    // From then on it may have spent it, if it was cut off.
    const from = protocol.overdueMs + drainMs(protocol);
    expect(beat(account, from, 'a', { share: half, gone: ['b'] }).share).toEqual(half);
    const drained = from + drainMs(protocol);
    // To say it again prolongs nothing.
    expect(beat(account, drained - 1, 'a', { share: half, gone: ['b'] }).share).toEqual(half);
    expect(ask(account, drained - 1, 'a', { budgets: [total(10)], want: 10, most: 10 }).startsInMs).toHaveLength(6);
    expect(beat(account, drained, 'a', { share: half }).share).toEqual(all);
  });
});

describe('what was spent on a share', () => {
  it('takes slots of every budget that it names, until the instant that it names', () => {
    const account = settled();
    const spent = [{ permitId: 'a.s1', budgets: [{ ...total(5), units: 2 }], endsInMs: 700 }];
    beat(account, 100, 'a', { share: half, spent });
    expect([...(account.slots.get('total') ?? [])]).toEqual([
      ['a.s1', 800],
      ['a.s1+1', 800],
    ]);
    expect(ask(account, 100, 'a', { want: 5, most: 5 }).startsInMs).toHaveLength(3);
  });

  it('is completed like any other permit', () => {
    const account = settled();
    beat(account, 100, 'a', { spent: [{ permitId: 'a.s1', budgets: [total(5)], endsInMs: 9_000 }] });
    completeAll(account, [{ permitId: 'a.s1', budgets: [total(5)], agoMs: 0 }], 200);
    expect(account.slots.get('total')?.get('a.s1')).toBe(1_200);
  });
});

describe('what is held', () => {
  const session = { name: 'session', limit: 1, windowMs: 0 };
  const hold = { permitId: 'a.0', budgets: [session] };
  const holding = (account: Account): Account => {
    beat(account, 0, 'a');
    ask(account, 40_000, 'a', { budgets: [session], leaseMs: protocol.holdLeaseMs });
    return account;
  };

  it('is prolonged by every word of its holder', () => {
    const account = holding(newAccount());
    expect(beat(account, 60_000, 'a', { holds: [hold] }).lost).toEqual([]);
    expect(account.slots.get('session')?.get('a.0')).toBe(60_000 + protocol.holdLeaseMs);
  });

  it('is lost when its lease has ended, though nobody else has taken it', () => {
    const account = holding(newAccount());
    expect(beat(account, 69_999, 'a', { holds: [hold] }).lost).toEqual([]);
    expect(beat(account, 99_999, 'a', { holds: [hold] }).lost).toEqual(['a.0']);
    beat(account, 99_999, 'b');
    expect(ask(account, 99_999, 'b', { budgets: [session] }).startsInMs).toEqual([0]);
  });

  it('is lost as a whole when one of its budgets is', () => {
    const account = holding(newAccount());
    expect(beat(account, 60_000, 'a', { holds: [{ ...hold, budgets: [session, total(5)] }] }).lost).toEqual(['a.0']);
    expect(account.slots.get('session')?.get('a.0')).toBe(40_000 + protocol.holdLeaseMs);
  });

  it('is entered again in a memory that may have forgotten it, for as long as nobody else can have it', () => {
    const account = newAccount(1_000);
    const end = 1_000 + protocol.holdLeaseMs;
    expect(beat(account, end - 1, 'a', { holds: [hold] }).lost).toEqual([]);
    expect(beat(account, end, 'b', { holds: [{ ...hold, permitId: 'b.0' }] }).lost).toEqual(['b.0']);
    expect(ask(account, end, 'b', { budgets: [session] }).startsInMs).toEqual([]);
  });

  it('of a window takes a slot for one window longer', () => {
    const account = newAccount();
    beat(account, 0, 'a');
    ask(account, 0, 'a', { leaseMs: protocol.holdLeaseMs });
    beat(account, 100, 'a', { holds: [{ permitId: 'a.0', budgets: [total(5)] }] });
    expect(account.slots.get('total')?.get('a.0')).toBe(100 + protocol.holdLeaseMs + 1_000);
  });
});

describe('the memory', () => {
  it('does not grow with what is over', () => {
    const account = newAccount();
    beat(account, 0, 'a');
    for (let now = 0; now < 60_000; now += 300) {
      ask(account, now, 'a', { first: now, leaseMs: 100 });
      beat(account, now, 'a');
    }
    expect(account.slots.get('total')?.size).toBeLessThan(6);
  });
});
