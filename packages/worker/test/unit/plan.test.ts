import { calendarDays, type OverrideDay } from '@hub/store';
import { expect, test } from 'vitest';

import { planWindows } from '../../src/job/plan.js';
import type { StoreBatch } from '../../src/job/candle-batch.js';
import type { BackfillRequest } from '../../src/queue/payload.js';

const now = (): number => Date.parse('2026-11-23T12:00:00+09:00');
const request: BackfillRequest = {
  ...{ broker: 'kis', symbols: ['005930'], venue: 'KRX', interval: '1m' },
  ...{ from: '2026-11-02', to: '2026-11-06' },
};
/** A store that has these days of every symbol. */
const holding = (...held: string[]) => ({
  storeId: 'abc',
  now,
  store: {
    calendar: (query: Parameters<typeof calendarDays>[0]) => Promise.resolve(calendarDays(query)),
    missingDaysBySymbol: async ({ symbols, days }: { symbols: readonly string[]; days: readonly string[] }) => {
      const missing = days.filter((day) => !held.includes(day));
      return new Map(symbols.map((symbol) => [symbol, missing]));
    },
    write: (batch: StoreBatch) => Promise.reject(new Error(`nothing is to be written: ${batch.batchId}`)),
  },
});

test('minute bars: one window per missing trading day of each symbol', async () => {
  const plan = await planWindows({ ...request, symbols: ['005930', '000660'] }, holding('2026-11-03', '2026-11-04'));
  expect(plan.windows.map(({ id }) => id)).toEqual([
    'kis.005930.KRX.1m.2026-11-02',
    'kis.005930.KRX.1m.2026-11-05',
    'kis.005930.KRX.1m.2026-11-06',
    'kis.000660.KRX.1m.2026-11-02',
    'kis.000660.KRX.1m.2026-11-05',
    'kis.000660.KRX.1m.2026-11-06',
  ]);
  expect(plan).toMatchObject({ storeId: 'abc', tradingDays: 10, coveredDays: 4, estimatedCalls: 24 });
});

test.each([
  ['KRX', 4],
  ['NXT', 6],
  ['UN', 6],
] as const)('a day of minute bars at %s is %i calls', async (venue, calls) => {
  const plan = await planWindows({ ...request, venue, to: request.from }, holding());
  expect(plan.estimatedCalls).toBe(calls);
});

test('daily bars: one window from the first to the last missing day', async () => {
  const days = { interval: '1d', from: '2026-01-02', to: '2026-11-06' } as const;
  const plan = await planWindows({ ...request, ...days }, holding('2026-01-02', '2026-05-06'));
  expect(plan.windows).toMatchObject([
    { id: 'kis.005930.KRX.1d.2026-01-05_2026-11-06', from: '2026-01-05', to: '2026-11-06', estimatedCalls: 3 },
  ]);
});

test('what cannot be final yet is not planned: the bar of today, minutes before the opening', async () => {
  const today = { from: '2026-11-23', to: '2026-11-23' } as const;
  const at = (time: string) => ({ ...holding(), now: () => Date.parse(`2026-11-23T${time}+09:00`) });
  expect((await planWindows({ ...request, ...today, interval: '1d' }, at('23:59:59'))).windows).toEqual([]);
  expect((await planWindows({ ...request, ...today }, at('08:59:59'))).windows).toEqual([]);
  expect((await planWindows({ ...request, ...today }, at('09:00:00'))).windows).toHaveLength(1);
});

test('a covered range has no windows', async () => {
  const plan = await planWindows({ ...request, to: '2026-11-03' }, holding('2026-11-02', '2026-11-03'));
  expect(plan).toMatchObject({ windows: [], tradingDays: 2, coveredDays: 2, estimatedCalls: 0 });
});

test('a symbol that is named twice is planned once', async () => {
  const plan = await planWindows({ ...request, symbols: ['005930', '005930'], to: request.from }, holding());
  expect(plan.windows).toHaveLength(1);
});

test.each([
  ['turned around', { from: '2026-11-06', to: '2026-11-02' }, 'HUB_RANGE'],
  ['beyond the calendar', { interval: '1d', from: '2019-01-02' }, 'HUB_RANGE'],
  ['no day', { from: '2026-11-31' }, 'HUB_RANGE'],
  ['a symbol that cannot be one', { symbols: ['Samsung'] }, 'HUB_SYMBOL_UNKNOWN'],
] as const)('refused: %s', async (_name, change, code) => {
  await expect(planWindows({ ...request, ...change }, holding())).rejects.toMatchObject({
    code,
    remedy: expect.stringMatching(/\w/),
  });
});

test('minute bars that no broker keeps any more are recorded as expired, and nobody is asked for them', async () => {
  const written: StoreBatch[] = [];
  const effects = holding();
  const write = (batch: StoreBatch) => {
    written.push(batch);
    return Promise.resolve({ batchId: batch.batchId, inserted: 0, updated: 0, unchanged: 0, committedAtMs: 0 });
  };
  // The 365 days of 23 November 2026 begin with the 23rd of the year before, a Sunday.
  const range = { from: '2025-11-20', to: '2025-11-25' } as const;
  const plan = await planWindows({ ...request, ...range }, { ...effects, store: { ...effects.store, write } });
  expect(plan.windows.map(({ from }) => from)).toEqual(['2025-11-24', '2025-11-25']);
  expect(plan).toMatchObject({ tradingDays: 4, coveredDays: 2 });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({ rows: [], provenance: { broker: 'kis', requestIds: [] } });
  expect(written[0]?.coverage.map(({ symbol, day, state, source }) => [symbol, day, state, source])).toEqual([
    ['005930', '2025-11-20', 'expired', 'REST_API_KIS'],
    ['005930', '2025-11-21', 'expired', 'REST_API_KIS'],
  ]);
  // A range that is wholly too old is no mistake either; bars of a day reach back for decades.
  const old = { ...request, from: '2025-06-02', to: '2025-06-02' };
  expect((await planWindows(old, { ...effects, store: { ...effects.store, write } })).windows).toEqual([]);
  expect((await planWindows({ ...old, interval: '1d' }, effects)).windows).toHaveLength(1);
});

const told = (day: string, state: 'open' | 'closed'): OverrideDay => ({
  ...{ venue: 'KRX', day, state, openMs: null, closeMs: null, source: 'calendar.json', reason: 'told by a test' },
});

test('what the writer knows of a day outranks the calendar of the package', async () => {
  const days = [told('2026-11-03', 'closed'), told('2026-11-07', 'open')];
  const effects = holding();
  const calendar: typeof effects.store.calendar = (query) => Promise.resolve(calendarDays(query, days));
  const plan = await planWindows(
    { ...request, to: '2026-11-07' },
    { ...effects, store: { ...effects.store, calendar } },
  );
  expect(plan.windows.map(({ from }) => from)).toEqual([
    '2026-11-02',
    '2026-11-04',
    '2026-11-05',
    '2026-11-06',
    '2026-11-07',
  ]);
});

test('a day between the ends that nobody knows is refused as well, and one that somebody told is planned', async () => {
  const ends = { from: '2026-12-31', to: '2027-01-05' } as const;
  const at = () => Date.parse('2027-01-06T12:00:00+09:00');
  const knowing = (...days: readonly OverrideDay[]) => {
    const effects = { ...holding(), now: at };
    const calendar: typeof effects.store.calendar = (query) => Promise.resolve(calendarDays(query, days));
    return planWindows({ ...request, ...ends }, { ...effects, store: { ...effects.store, calendar } });
  };
  const newYear = ['2027-01-01', '2027-01-02', '2027-01-03'].map((day) => told(day, 'closed'));
  const missing = knowing(...newYear, told('2027-01-05', 'open'));
  await expect(missing).rejects.toMatchObject({ code: 'HUB_RANGE', message: expect.stringContaining('2027-01-04') });
  const plan = await knowing(...newYear, told('2027-01-04', 'open'), told('2027-01-05', 'open'));
  expect(plan.windows.map(({ from }) => from)).toEqual(['2027-01-04', '2027-01-05']);
});
