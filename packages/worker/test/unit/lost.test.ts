import type { BrokerName } from '@hub/client';
import { calendarDays, type CalendarDay, type CoverageState, type Hole } from '@hub/store';
import { expect, test } from 'vitest';

import {
  barsInstead,
  keepsBars,
  tellers,
  tellersOf,
  type FetchedBars,
  type LostEffects,
} from '../../src/sentinel/lost.js';

const at = (text: string): number => Date.parse(`${text}+09:00`);
const hole = (day: string): Hole => ({
  ...{
    gapId: 'gap',
    broker: 'kis',
    kind: 'trade',
    symbol: '005930',
    venue: 'KRX',
    day,
    cause: 'disconnect',
    missing: null,
  },
  ...{ fromMs: at(`${day}T11:00:00`), toMs: at(`${day}T11:01:00`) },
});

/** `states`: what is known of the bars before anybody is asked, and after each question. */
const effectsOf = (
  now: string,
  states: readonly CoverageState[] = [],
  fetched: FetchedBars = { calls: 4, failed: [] },
  served: readonly BrokerName[] = ['kis', 'kiwoom'],
) => {
  const left = [...states];
  const asked: BrokerName[] = [];
  const effects: LostEffects = {
    now: () => at(now),
    calendar: (query) => Promise.resolve<CalendarDay[]>(calendarDays(query)),
    served: () => Promise.resolve(served),
    barStates: () => Promise.resolve(left.splice(0, 1)),
    fetchBars: (broker) => {
      asked.push(broker);
      return Promise.resolve(fetched);
    },
  };
  return { effects, asked };
};

test('KIS tells the trades of today, Kiwoom those of the session before too, and nobody older ones', () => {
  expect(tellersOf('2026-11-06', '2026-11-06', 0)).toEqual(['kis', 'kiwoom']);
  expect(tellersOf('2026-11-05', '2026-11-06', 1)).toEqual(['kiwoom']);
  // On a Saturday no session has begun since Friday, but Friday is not today.
  expect(tellersOf('2026-11-06', '2026-11-07', 0)).toEqual(['kiwoom']);
  expect(tellersOf('2026-11-04', '2026-11-06', 2)).toEqual([]);
});

test.each([
  ['2026-11-05', '2026-11-06T12:00:00', ['kiwoom']],
  ['2026-11-05', '2026-11-09T08:59:00', ['kiwoom']], // the session of Monday has not begun
  ['2026-11-05', '2026-11-09T09:00:00', []],
  ['2026-11-06', '2026-11-09T12:00:00', ['kiwoom']], // a weekend between
] as const)('the trades of %s at %s are told by %j', async (day, now, brokers) => {
  expect(await tellers(hole(day), effectsOf(now).effects)).toEqual(brokers);
});

test('bars are kept for 365 days', () => {
  expect(keepsBars('kis', '2025-11-06', at('2026-11-06T12:00:00'))).toBe(true);
  expect(keepsBars('kis', '2025-11-05', at('2026-11-06T12:00:00'))).toBe(false);
});

test.each([
  ['present', 'its minute bars are here'],
  ['verified_empty', 'by its minute bars nothing was traded'],
  ['halted', 'by its minute bars nothing was traded'],
  ['expired', 'nor do they tell its minute bars'],
] as const)('bars that are %s already cost nothing', async (state, words) => {
  const { effects, asked } = effectsOf('2026-11-06T12:00:00', [state]);
  expect(await barsInstead(hole('2026-11-02'), effects)).toEqual({ words, calls: 0 });
  expect(asked).toEqual([]);
});

test('missing bars are fetched from whoever tells them', async () => {
  const { effects, asked } = effectsOf('2026-11-06T12:00:00', ['missing', 'missing', 'present']);
  expect(await barsInstead(hole('2026-11-02'), effects)).toEqual({ words: 'its minute bars are here', calls: 8 });
  expect(asked).toEqual(['kis', 'kiwoom']);
});

test('of a day that is older than what anybody keeps nobody is asked', async () => {
  const { effects, asked } = effectsOf('2026-11-06T12:00:00', ['missing'], undefined, []);
  expect(await barsInstead(hole('2025-06-02'), effects)).toEqual({
    words: 'nor do they tell its minute bars',
    calls: 0,
  });
  expect(asked).toEqual([]);
});

test('who might tell and has no worker is waited for', async () => {
  const { effects } = effectsOf('2026-11-06T12:00:00', ['missing', 'missing'], undefined, ['kis']);
  expect(await barsInstead(hole('2026-11-02'), effects)).toBeUndefined();
});

test('what may pass is tried again, what is refused is not', async () => {
  const failure = (code: string): FetchedBars => ({ calls: 1, failed: [{ code, message: 'no', remedy: 'none' }] });
  const states = ['missing', 'missing', 'missing'] as const;
  const passing = effectsOf('2026-11-06T12:00:00', states, failure('HUB_BROKER_TIMEOUT'));
  await expect(barsInstead(hole('2026-11-02'), passing.effects)).rejects.toMatchObject({ code: 'HUB_BROKER_TIMEOUT' });
  const refused = effectsOf('2026-11-06T12:00:00', states, failure('HUB_BROKER_REFUSED'));
  expect(await barsInstead(hole('2026-11-02'), refused.effects)).toMatchObject({ calls: 2 });
});
