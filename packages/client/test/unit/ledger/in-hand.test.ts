import { describe, expect, it } from 'vitest';

import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

const plenty = [{ name: 'total', limit: 100, windowMs: 1_000 }];
const scarce = [{ name: 'total', limit: 3, windowMs: 1_000 }];

/** Two calls that follow each other closely, and the time in which the next permit may be fetched. */
const twoCalls = async (
  { acquire }: ReturnType<typeof openMember>,
  clock: ReturnType<typeof fakeClock>,
  budgets = plenty,
) => {
  for (let call = 0; call < 2; call += 1) {
    const permit = await acquire({ budgets });
    permit.claim();
    permit.complete();
    await clock.advance(10);
  }
};

const usedBy = async ({ ledger }: ReturnType<typeof openMember>): Promise<number | undefined> =>
  (await ledger.snapshot(account)).budgets[0]?.used;

describe('where slots are plentiful', () => {
  it('a caller that follows closely finds its permit in hand, whatever the line to the store does', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock);
    member.line.state = 'cut';
    const permit = await member.acquire({ budgets: plenty });
    expect(permit.claim()).toBe(1_000);
  });

  it('the next permit is fetched when the answer has come, or soon after the last one was taken', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock);
    // Takes what is in hand; its own answer has not come.
    const third = await member.acquire({ budgets: plenty });
    third.claim();
    await clock.advance(4);
    expect(await usedBy(member)).toBe(1);
    await clock.advance(2);
    expect(await usedBy(member)).toBe(2);
    const fourth = await member.acquire({ budgets: plenty });
    fourth.claim();
    fourth.complete();
    await clock.advance(0);
    // The third one, and what was fetched with the answer of the fourth one.
    expect(await usedBy(member)).toBe(2);
    member.line.state = 'cut';
    expect((await member.acquire({ budgets: plenty })).claim()).toBeGreaterThan(900);
  });

  it('a permit that nobody comes for is given back', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock);
    expect(await usedBy(member)).toBe(1);
    await clock.advance(250);
    expect(await usedBy(member)).toBe(0);
  });

  it('a permit in hand is given back when the hub is closed', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const [one, other] = [openMember(clock, store), openMember(clock, store)];
    await twoCalls(one, clock);
    await one.ledger.close();
    expect(await usedBy(other)).toBe(0);
  });

  it('a call that needs longer than what is in hand gets a permit of its own', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock);
    const permit = await member.acquire({ budgets: plenty, leaseMs: 9_000 });
    expect(permit.claim()).toBe(9_000);
  });

  it('a permit whose caller gave up goes to whoever waits in another class, not into the hand', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const member = openMember(clock, {
      ...store,
      acquire: (name, request) =>
        request.priority === 'order' ? new Promise(() => undefined) : store.acquire(name, request),
    });
    await twoCalls(member, clock);
    await clock.advance(50);
    const givesUp = new AbortController();
    const [first, second] = [0, 1].map(() => member.acquire({ budgets: plenty, signal: givesUp.signal }));
    // The first one takes what is in hand; the second one asks.
    await first;
    const urgent = member.acquire({ budgets: plenty, priority: 'order' });
    givesUp.abort();
    await expect(second).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    await clock.advance(5);
    expect((await urgent).claim()).toBeGreaterThan(900);
  });

  it('callers far apart hold nothing in hand', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    for (let call = 0; call < 3; call += 1) {
      (await member.acquire({ budgets: plenty })).cancel();
      await clock.advance(150);
    }
    expect(await usedBy(member)).toBe(0);
  });
});

describe('where slots are scarce', () => {
  it('nothing is held in hand', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock, scarce);
    expect(await usedBy(member)).toBe(0);
  });

  it('a slot whose caller gave up meanwhile goes back at once', async () => {
    const clock = fakeClock();
    const member = openMember(clock);
    await twoCalls(member, clock, scarce);
    const givesUp = new AbortController();
    const call = member.acquire({ budgets: scarce, signal: givesUp.signal });
    queueMicrotask(() => {
      queueMicrotask(() => {
        givesUp.abort();
      });
    });
    await expect(call).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    await clock.advance(50);
    expect(await usedBy(member)).toBe(0);
  });
});
