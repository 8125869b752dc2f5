// After the close a Sentinel compares the trades of the day with a broker's bars: a loss that no feed has told is found then.
import { expect, test } from 'vitest';

import { overNow } from '../../src/sentinel/closing-round.js';
import { at, day, openWorld, volumesOf } from '../support/holes.js';

const begun = [{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: at('11:00:00') }] as const;

test('a trade that nobody knew to be missing is found at the close, and comes back', async () => {
  const { stage, sim, tell, watch, ended, truth, events } = await openWorld('15:33:00');
  const whole = truth('11:00:00', '11:10:00');
  const lost = whole[Math.floor(whole.length / 2)];
  await tell({ ticks: whole.filter((tick) => tick !== lost), gaps: [] }, { id: 'run', begun });
  expect(await stage.store.holes()).toEqual([]);
  await watch(['kis']);
  const [closed] = await ended(1);
  expect(closed).toMatchObject({ hole: { cause: 'verification' }, closing: { state: 'recovered', by: 'kis' } });
  expect(await volumesOf(stage)).toContain(lost?.dayVolume);
  await expect
    .poll(() => events.find(({ kind }) => kind === 'day-closed'))
    .toMatchObject({ venue: 'KRX', day, symbols: 1, failed: 0, unverified: 1, gaps: 1 });
  // All of what was collected is proven now.
  expect(await stage.store.verifyTicks({ venue: 'KRX', day })).toMatchObject({ unverified: 0, gaps: 0 });
  const { calls } = sim.journal();
  const again = await watch(['kis']);
  await again.close();
  expect(sim.journal().calls).toBe(calls);
});

test('a day is over two minutes after the close, and never on one without trading', () => {
  const names = (wallClock: string): string[] => overNow(at(wallClock)).map(({ venue }) => venue);
  expect(names('15:31:59')).toEqual([]);
  expect(names('15:32:00')).toEqual(['KRX']);
  expect(names('20:02:00')).toEqual(['KRX', 'NXT', 'UN']);
  expect(overNow(Date.parse('2026-11-07T20:02:00+09:00'))).toEqual([]);
  // The examination day ends an hour later.
  expect(overNow(Date.parse('2026-11-19T15:32:00+09:00'))).toEqual([]);
  expect(overNow(Date.parse('2026-11-19T16:32:00+09:00')).map(({ venue }) => venue)).toEqual(['KRX']);
});
