import { describe, expect, it } from 'vitest';
import { labelRange, previousTradingDay, sessionOf, tradingDays } from '../../src/market/calendar.js';
import { dayNumber, dayOf, instant, isDay, kstDay, kstSecond, weekday } from '../../src/market/kst.js';

const clock = (second = 0): string =>
  [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
    .map((n) => String(n).padStart(2, '0'))
    .join(':');

const hours = (venue: 'KRX' | 'NXT', day: string): string[] | undefined =>
  sessionOf(venue, day)?.stretches.map(({ from, to }) => `${clock(from)}-${clock(to)}`);

describe('Korean days', () => {
  it('begin at 15:00 UTC', () => {
    expect(kstDay(Date.parse('2026-11-02T14:59:59Z'))).toBe('20261102');
    expect(kstDay(Date.parse('2026-11-02T15:00:00Z'))).toBe('20261103');
    expect(kstSecond(Date.parse('2026-11-02T15:00:01.500Z'))).toBe(1.5);
    expect(instant('20261103', 9 * 3600)).toBe(Date.parse('2026-11-03T09:00:00+09:00'));
  });

  it('count like the Gregorian calendar', () => {
    for (let number = 0; number < 25_000; number += 1) {
      const iso = new Date(number * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
      if (dayOf(number) !== iso || dayNumber(iso) !== number) throw new Error(iso);
    }
    expect(dayOf(dayNumber('20240229') + 1)).toBe('20240301');
  });

  it('know their weekday', () => {
    expect(weekday('20261102')).toBe(1);
  });

  it('refuse days that no calendar has', () => {
    expect(isDay('20260229')).toBe(false);
    expect(isDay('2026111')).toBe(false);
    expect(() => dayNumber('20261131')).toThrow(RangeError);
  });
});

describe('trading days', () => {
  it('count 242 in 2025 and 244 in 2026: weekdays without the 19 and 17 closings', () => {
    expect(tradingDays('20250101', '20251231')).toHaveLength(261 - 19);
    expect(tradingDays('20260101', '20261231')).toHaveLength(261 - 17);
  });

  it('skip the closings that general holiday lists miss', () => {
    const closed = ['20250127', '20250603', '20251231', '20260216', '20260501', '20260717'];
    expect(closed.map((day) => sessionOf('KRX', day))).toEqual(closed.map(() => undefined));
    expect(sessionOf('KRX', '20260219')).toBeDefined();
  });

  it('step back over weekends and holidays', () => {
    expect(previousTradingDay('20261102')).toBe('20261030');
    expect(previousTradingDay('20260219')).toBe('20260213');
  });
});

describe('sessions', () => {
  it('of KRX run from nine with an auction at half past three', () => {
    expect(hours('KRX', '20261102')).toEqual(['09:00:00-15:20:00']);
    expect(clock(sessionOf('KRX', '20261102')?.auctionAt)).toBe('15:30:00');
  });

  it('of NXT pause twice and have no auction', () => {
    expect(hours('NXT', '20261102')).toEqual(['08:00:00-08:50:00', '09:00:30-15:20:00', '15:40:00-20:00:00']);
    expect(sessionOf('NXT', '20261102')?.auctionAt).toBeUndefined();
  });

  it('begin at ten on the first trading day of a year', () => {
    expect(hours('KRX', '20260102')).toEqual(['10:00:00-15:20:00']);
    expect(hours('KRX', '20260105')).toEqual(['09:00:00-15:20:00']);
  });

  it('are one hour late on the day of the university entrance examination', () => {
    for (const day of ['20251113', '20261119']) {
      expect(hours('KRX', day)).toEqual(['10:00:00-16:20:00']);
      expect(clock(sessionOf('KRX', day)?.auctionAt)).toBe('16:30:00');
    }
  });

  it('of both venues together span from eight to eight', () => {
    const session = sessionOf('UN', '20261102');
    expect(session && labelRange(session)).toEqual({ first: 8 * 60, last: 19 * 60 + 59 });
  });
});
