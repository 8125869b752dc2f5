// A Sentinel, a worker and a writer against the simulator: what a broken feed has left out comes back by REST.
import type { FeedBatch } from '@hub/store';
import { describe, expect, test } from 'vitest';

import { at, gapOf, openWorld as open, volumesOf } from '../support/holes.js';

describe('a Sentinel', () => {
  test('fills a hole as soon as it is committed, and asks nobody again', async () => {
    const { stage, sim, tell, watch, ended, truth } = await open();
    await watch();
    const whole = truth('11:00:00', '11:10:00');
    const ticks = whole.filter(({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:05:30'));
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:05:30')] });
    const [closed] = await ended(1);
    expect(closed?.closing).toMatchObject({ state: 'recovered', by: 'kis', trades: expect.any(Number) });
    expect(await stage.store.holes()).toEqual([]);
    const stored = await volumesOf(stage);
    const wanted = whole.map(({ dayVolume }) => dayVolume);
    // What a page has beyond the hole is kept: all of it is true, and none of it twice.
    expect(stored.filter((each) => each >= (wanted[0] ?? 0))).toEqual(wanted);
    expect(new Set(stored).size).toBe(stored.length);
    const { calls } = sim.journal();
    const again = await watch();
    await again.close();
    expect(sim.journal().calls).toBe(calls);
  });

  test('spends no call where another feed has told the same trades', async () => {
    const { sim, tell, watch, ended, truth } = await open();
    await tell({ ticks: truth('11:00:00', '11:10:00'), gaps: [gapOf('11:04:00', '11:05:30')] });
    await watch();
    const [closed] = await ended(1);
    expect(closed?.closing).toEqual({ state: 'recovered', by: 'present', trades: 0, calls: 0 });
    expect(sim.journal().calls).toBe(0);
  });

  test('closes two holes of one share with the calls of one, where they overlap', async () => {
    const { tell, watch, ended, truth } = await open();
    const ticks = truth('11:00:00', '11:10:00').filter(
      ({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:05:30'),
    );
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:05:30'), gapOf('11:04:00', '11:05:00')] });
    await watch();
    const closings = (await ended(2)).map(({ closing }) => closing);
    expect(closings.filter(({ calls }) => calls > 0)).toHaveLength(1);
    expect(closings.every(({ state }) => state === 'recovered')).toBe(true);
  });

  test('asks Kiwoom for the session before; of what is older it has the minute bars', async () => {
    const { stage, tell, watch, ended } = await open();
    const dayMs = 86_400_000;
    const earlier = (days: number): FeedBatch['gaps'][number] => ({
      ...gapOf('11:00:00', '11:00:30', `gap-${String(days)}`),
      ...{ sinceMs: at('11:00:00') - days * dayMs, untilMs: at('11:00:30') - days * dayMs },
    });
    await tell({ ticks: [], gaps: [earlier(1), earlier(3)] });
    await watch();
    const byGap = new Map((await ended(2)).map(({ hole, closing }) => [hole.gapId, closing]));
    expect(byGap.get('gap-1')).toMatchObject({ state: 'recovered', by: 'kiwoom' });
    expect(byGap.get('gap-3')).toMatchObject({
      state: 'expired',
      reason: 'no broker tells the trades of that day any more; its minute bars are here',
      calls: 4,
    });
    expect(await stage.store.holes()).toEqual([]);
  });

  test('gives up past order books at once', async () => {
    const { sim, tell, watch, ended } = await open();
    await tell({ ticks: [], gaps: [{ ...gapOf('11:00:00', '11:01:00'), kind: 'book' }] });
    await watch();
    expect((await ended(1))[0]?.closing).toMatchObject({ state: 'unavailable', reason: /order books/ });
    expect(sim.journal().calls).toBe(0);
  });

  test('waits where no worker has the keys of the broker that might tell', async () => {
    const { stage, tell, watch, ended } = await open();
    await tell({ ticks: [], gaps: [gapOf('11:00:00', '11:01:00')] });
    await watch([]);
    expect((await ended(1))[0]?.closing).toMatchObject({ state: 'waiting', calls: 0 });
    expect(await stage.store.holes()).toHaveLength(1);
  });

  test('of which there are two fetches nothing twice', async () => {
    const { sim, tell, watch, ended, truth, stage } = await open();
    await Promise.all([watch(), watch()]);
    const whole = truth('11:00:00', '11:10:00');
    const ticks = whole.filter(({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:04:10'));
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:04:10')] });
    await ended(2);
    expect(await stage.store.holes()).toEqual([]);
    expect(sim.journal().calls).toBeLessThanOrEqual(3);
  });
});
