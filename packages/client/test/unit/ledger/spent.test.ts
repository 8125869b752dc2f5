import { describe, expect, it } from 'vitest';

import type { AccountSpent } from '../../../src/ledger/contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { ShareTallies } from '../../../src/ledger/share-tallies.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

const callsOf = ({ rows }: AccountSpent): Record<string, number> =>
  Object.fromEntries(
    rows.map(({ caller, priority, granted, givenBack }) => [`${caller} ${priority}`, granted - givenBack]),
  );

describe('who spent how much', () => {
  it('is who sent, also where somebody more urgent took the slot that was booked for another', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const { acquire, ledger } = openMember(clock, store);
    const five = await Promise.all(Array.from({ length: 5 }, () => acquire({ caller: 'first' })));
    for (const permit of five) {
      permit.claim();
      permit.complete();
    }
    await clock.advance(10);
    const slow = acquire({ caller: 'slow' });
    // Booked for the slow one, not begun yet.
    await clock.advance(960);
    const fast = acquire({ caller: 'fast', priority: 'order' });
    await clock.advance(100);
    const permit = await fast;
    permit.claim();
    permit.complete();
    (await slow).claim();
    await clock.advance(200);
    expect(callsOf(await ledger.spent(account, 60_000))).toEqual({
      'first interactive': 5,
      'fast order': 1,
      'slow interactive': 1,
    });
    await ledger.close();
  });

  it('counts no call that was given up', async () => {
    const clock = fakeClock();
    const { acquire, ledger } = openMember(clock);
    const [sent, givenUp] = [await acquire({ caller: 'a' }), await acquire({ caller: 'a' })];
    sent.claim();
    givenUp.cancel();
    await clock.advance(500);
    expect(callsOf(await ledger.spent(account, 60_000))).toEqual({ 'a interactive': 1 });
    await ledger.close();
  });

  it('is all that was sent while the gatekeeper was away, once it is back, and once', async () => {
    const clock = fakeClock();
    const { line, acquire, saturate, ledger } = openMember(clock);
    await acquire();
    await clock.advance(3_000);
    const running = saturate();
    await clock.advance(2_000);
    line.state = 'cut';
    await clock.advance(45_000);
    // Its word is heard, and it does not know.
    line.state = 'replies-lost';
    await clock.advance(300);
    line.state = 'open';
    await clock.advance(9_000);
    await running.stop();
    await clock.advance(1_000);
    const calls = Object.values(callsOf(await ledger.spent(account, 600_000)));
    expect(running.sent.length).toBeGreaterThan(100);
    // The first permit was never sent, nor given back.
    expect(calls).toEqual([running.sent.length + 1]);
    await ledger.close();
  });
});

it('what a store was told is not told again, whatever it remembers', () => {
  const tallies = new ShareTallies();
  const chart = { priority: 'order', flow: 'chart' } as const;
  tallies.count(chart, 3);
  expect(tallies.current).toEqual([{ ...chart, total: 3, before: 0 }]);
  tallies.told();
  expect(tallies.current).toEqual([]);
  tallies.count(chart, 2);
  tallies.count(chart, -1);
  expect(tallies.current).toEqual([{ ...chart, total: 4, before: 3 }]);
});
