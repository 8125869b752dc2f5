import { describe, expect, it } from 'vitest';

import { protocol } from '../../../src/ledger/contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { sleep } from '../../../src/runtime/clock.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

describe('a hold', () => {
  const session = [{ name: 'session', limit: 1, windowMs: 0 }];
  const hold = ({ ledger }: ReturnType<typeof openMember>) =>
    ledger.hold({ account, budgets: session, leaseMs: 1, priority: 'realtime', signal: new AbortController().signal });

  it('is kept alive, and goes to the next one when it is released', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const [one, other] = [openMember(clock, store), openMember(clock, store)];
    const first = await hold(one);
    let second = false;
    const waiting = hold(other).then((each) => {
      second = true;
      return each;
    });
    await clock.advance(3 * protocol.holdLeaseMs);
    expect(second).toBe(false);
    expect(first.lost.aborted).toBe(false);
    await first.release();
    await clock.advance(1_500);
    expect((await waiting).lost.aborted).toBe(false);
  });

  it('counts its lease from its grant, however late that was heard', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const late = openMember(clock, {
      ...store,
      acquire: async (name, request) => {
        const reply = await store.acquire(name, request);
        if (request.budgets[0]?.name === 'session') await sleep(clock, 900);
        return reply;
      },
    });
    const waiting = hold(late);
    await clock.advance(950);
    const granted = await waiting;
    const grantedAt = clock.now() - 950;
    late.line.state = 'cut';
    let lostAt = 0;
    granted.lost.addEventListener('abort', () => (lostAt = clock.now()));
    await clock.advance(2 * protocol.holdLeaseMs);
    expect(lostAt).toBeGreaterThan(0);
    // Two seconds before anybody else may have it.
    expect(lostAt).toBeLessThanOrEqual(grantedAt + protocol.holdLeaseMs - 2_000);
  });

  it('is lost before anybody else can have it', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const [one, other] = [openMember(clock, store), openMember(clock, store)];
    const first = await hold(one);
    let lostAt = 0;
    first.lost.addEventListener('abort', () => (lostAt = clock.now()));
    await clock.advance(5_000);
    one.line.state = 'cut';
    const second = hold(other).then(() => clock.now());
    await clock.advance(2 * protocol.holdLeaseMs);
    expect(lostAt).toBeGreaterThan(0);
    expect(await second).toBeGreaterThan(lostAt);
  });
});
