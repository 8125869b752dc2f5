import { describe, expect, it } from 'vitest';

import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

const plenty = [{ name: 'total', limit: 100, windowMs: 1_000 }];
const scarce = [{ name: 'total', limit: 1, windowMs: 1_000 }];

const answered = async ({ acquire }: ReturnType<typeof openMember>, budgets = plenty): Promise<void> => {
  const permit = await acquire({ budgets });
  permit.claim();
  permit.complete();
};

const usedBy = async ({ ledger }: ReturnType<typeof openMember>): Promise<number | undefined> =>
  (await ledger.snapshot(account)).budgets[0]?.used;

const said = ({ line }: ReturnType<typeof openMember>): number =>
  line.words.filter((word) => word === 'complete').length;

describe('where slots are plentiful', () => {
  it('an answer travels with the next question, and counts from when it came', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await answered(member);
    await clock.advance(60);
    expect(await usedBy(member)).toBe(1);
    const next = await member.acquire({ budgets: plenty });
    expect(said(member)).toBe(0);
    next.cancel();
    await clock.advance(1);
    expect((await member.ledger.snapshot(account)).budgets[0]).toMatchObject({ used: 0, cooling: 1 });
    await clock.advance(940);
    expect((await member.ledger.snapshot(account)).budgets[0]).toMatchObject({ used: 0, cooling: 0 });
  });

  it('is said by itself when nobody asks', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await answered(member);
    await clock.advance(99);
    expect(said(member)).toBe(0);
    await clock.advance(2);
    expect(said(member)).toBe(1);
    expect(await usedBy(member)).toBe(0);
  });

  it('is said when the hub is closed', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const [one, other] = [openMember(clock, store), openMember(clock, store)];
    await answered(one);
    await one.ledger.close();
    expect(await usedBy(other)).toBe(0);
  });

  it('what was held is given back at once', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await answered(member);
    const hold = await member.ledger.hold({
      ...{ account, budgets: [{ name: 'session', limit: 3, windowMs: 0 }], leaseMs: 0, priority: 'realtime' },
      signal: new AbortController().signal,
    });
    await hold.release();
    const { budgets } = await member.ledger.snapshot(account);
    expect(budgets.find(({ name }) => name === 'session')).toMatchObject({ used: 0 });
  });
});

it('where slots are scarce an answer is said at once', async () => {
  const clock = fakeClock();
  const member = openMember(clock);
  await answered(member, scarce);
  await clock.advance(0);
  expect(said(member)).toBe(1);
});
