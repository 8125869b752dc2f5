import fc from 'fast-check';
import { expect, test } from 'vitest';

import { callsOf, type Series } from '../../src/window/ranges.js';
import { splitOverBrokers } from '../../src/window/split.js';

const rates = { kis: 18, kiwoom: 5 };
const trading = Array.from({ length: 20 }, (_each, index) => `2026-11-${String(index + 1).padStart(2, '0')}`);
const days = { trading, today: '2026-12-01' };
const seriesOf = (symbol: string, interval: Series['interval'] = '1m', venue: Series['venue'] = 'KRX'): Series => ({
  ...{ symbol, venue, interval },
});

const symbols = Array.from({ length: 10 }, (_each, index) => `00000${String(index)}`);

test('both brokers end at about the same time, and every day is fetched once', () => {
  const windows = splitOverBrokers(
    symbols.map((symbol) => [seriesOf(symbol), trading] as const),
    days,
    rates,
  );
  const seconds = (broker: 'kis' | 'kiwoom') =>
    callsOf(windows.filter((each) => each.broker === broker)) / rates[broker];
  // 200 symbol days: KIS takes 4 calls a day at 18 a second, Kiwoom 3 calls for 7 days at 5 a second.
  expect(seconds('kis')).toBeGreaterThan(10);
  expect(Math.abs(seconds('kis') - seconds('kiwoom'))).toBeLessThan(0.5);
  const fetched = windows.flatMap(({ symbol, from, to }) =>
    trading.filter((day) => day >= from && day <= to).map((day) => `${symbol} ${day}`),
  );
  expect(fetched.sort()).toEqual(symbols.flatMap((symbol) => trading.map((day) => `${symbol} ${day}`)).sort());
  expect(new Set(windows.map(({ id }) => id)).size).toBe(windows.length);
});

test('windows are a day at KIS, and as many days at Kiwoom as fill its pages', () => {
  const windows = splitOverBrokers([[seriesOf('005930'), trading]], days, { kis: 1, kiwoom: 1_000 });
  expect(windows.map(({ broker, from, to }) => [broker, from, to])).toEqual([
    ['kiwoom', '2026-11-01', '2026-11-07'],
    ['kiwoom', '2026-11-08', '2026-11-14'],
    ['kiwoom', '2026-11-15', '2026-11-20'],
  ]);
  const other = splitOverBrokers([[seriesOf('005930'), trading.slice(0, 2)]], days, { kis: 1_000, kiwoom: 1 });
  expect(other.map(({ broker, from, to }) => [broker, from, to])).toEqual([
    ['kis', '2026-11-01', '2026-11-01'],
    ['kis', '2026-11-02', '2026-11-02'],
  ]);
});

test('a hole between stored days is not bridged', () => {
  const missing = ['2026-11-02', '2026-11-03', '2026-11-09'];
  const windows = splitOverBrokers([[seriesOf('005930'), missing]], days, { kis: 1, kiwoom: 1_000 });
  expect(windows.map(({ from, to }) => [from, to])).toEqual([
    ['2026-11-02', '2026-11-03'],
    ['2026-11-09', '2026-11-09'],
  ]);
});

test('nothing missing is nothing to split', () => {
  expect(splitOverBrokers([], days, rates)).toEqual([]);
  expect(splitOverBrokers([[seriesOf('005930'), []]], days, rates)).toEqual([]);
});

const missingOf = fc.subarray(trading);
const jobs = fc.array(
  fc.record({ missing: missingOf, venue: fc.constantFrom('KRX', 'NXT', 'UN'), interval: fc.constantFrom('1m', '1d') }),
  { maxLength: 12 },
);
const anyRates = fc.record({ kis: fc.integer({ min: 1, max: 40 }), kiwoom: fc.integer({ min: 1, max: 40 }) });

test('whatever is missing, each day is in exactly one window, and no window asks for stored days of minutes', () => {
  fc.assert(
    fc.property(jobs, anyRates, (wanted, given) => {
      const missing = wanted.map(
        ({ missing, venue, interval }, index) => [seriesOf(String(index), interval, venue), missing] as const,
      );
      const windows = splitOverBrokers(missing, days, given);
      for (const [{ symbol, interval }, own] of missing) {
        const within = windows
          .filter((window) => window.symbol === symbol)
          .flatMap(({ from, to }) => trading.filter((day) => day >= from && day <= to));
        expect(within.length).toBe(new Set(within).size);
        expect(own.every((day) => within.includes(day))).toBe(true);
        if (interval === '1m') expect(within.every((day) => own.includes(day))).toBe(true);
      }
    }),
  );
});
