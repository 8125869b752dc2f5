import { describe, expect, it } from 'vitest';

import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

describe('a limit that a process believes in', () => {
  it('holds for all as long as that process calls, and is forgotten when it has not called for 45 s', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const [old, fresh] = [openMember(clock, store), openMember(clock, store)];
    const limit = async (): Promise<number | undefined> => {
      await fresh.acquire({ budgets: [{ name: 'total', limit: 5, windowMs: 1_000 }] });
      return (await fresh.ledger.snapshot(account)).budgets[0]?.inUse;
    };
    await old.acquire({ budgets: [{ name: 'total', limit: 3, windowMs: 1_000 }] });
    expect(await limit()).toBe(3);
    await clock.advance(25_000);
    expect(await limit()).toBe(3);
    await clock.advance(25_000);
    expect(await limit()).toBe(5);
  });
});
