import { expect, test } from 'vitest';

import { requestsOf } from '../../src/backfill/schedule.js';
import { readSchedule, type StoredSchedule } from '../../src/queue/schedule-payload.js';
import { nightOf } from '../../src/window/night.js';

const at = (text: string): number => Date.parse(`${text}+09:00`);
const file = { symbols: ['005930'], kinds: ['1m', '1d'], window: { from: '18:00', to: '06:00' }, daysBack: 2 };

test.each([
  ['2026-11-27T17:59:59', undefined],
  ['2026-11-27T18:00:00', '2026-11-27'],
  ['2026-11-27T23:59:59', '2026-11-27'],
  ['2026-11-28T00:00:00', '2026-11-27'],
  ['2026-11-28T05:59:59', '2026-11-27'],
  ['2026-11-28T06:00:00', undefined],
])('at %s KST a window over midnight belongs to the night of %s', (time, night) => {
  expect(nightOf(file.window, at(time))).toBe(night);
});

test.each([
  ['2026-11-27T00:59:59', undefined],
  ['2026-11-27T01:00:00', '2026-11-27'],
  ['2026-11-27T05:00:00', undefined],
])('at %s KST a window within a day belongs to %s', (time, night) => {
  expect(nightOf({ from: '01:00', to: '05:00' }, at(time))).toBe(night);
});

const stored = (): StoredSchedule => ({
  ...({ v: 1, storeId: 'store', broker: 'kis' } as const),
  file: readSchedule(JSON.stringify(file), 'nightly.json'),
  pace: { kis: { perSecond: 18, keys: [] } },
});

test('a night asks for the last trading days whose session is over', () => {
  const request = { broker: 'kis', symbols: ['005930'], venue: 'KRX', from: '2026-11-26', to: '2026-11-27' };
  const friday = requestsOf(stored(), at('2026-11-27T18:00:00'));
  expect(friday).toEqual([
    { ...request, interval: '1m' },
    { ...request, interval: '1d' },
  ]);
  expect(requestsOf(stored(), at('2026-11-29T20:00:00'))).toEqual(friday);
  expect(requestsOf(stored(), at('2026-11-27T10:00:00'))[0]).toMatchObject({ from: '2026-11-25', to: '2026-11-26' });
});

test.each([
  ['symbols', { ...file, symbols: ['samsung'] }],
  ['kinds', { ...file, kinds: ['5m'] }],
  ['window.from', { ...file, window: { from: '25:00', to: '06:00' } }],
  ['window', { ...file, window: { from: '06:00', to: '06:00' } }],
  ['daysBack', { ...file, daysBack: 0 }],
  ['share', { ...file, share: 2 }],
  ['the file', { ...file, wat: 1 }],
])('a file with a wrong %s is refused by that name', (field, wrong) => {
  const read = (): unknown => readSchedule(JSON.stringify(wrong), 'nightly.json');
  expect(read).toThrow(expect.objectContaining({ code: 'HUB_SCHEDULE_INVALID' }));
  expect(read).toThrow(`nightly.json: ${field}`);
});

test('a file that is no JSON is refused', () => {
  expect(() => readSchedule('symbols: 005930', 'nightly.yaml')).toThrow('nightly.yaml: not JSON');
});
