import { describe, expect, it } from 'vitest';

import {
  kstDay,
  kstInstant,
  kstMidnight,
  kstMidnightOf,
  kstTime,
  kstTimestamp,
  kstWeekday,
} from '../../src/broker/kst.js';

describe('Korean time', () => {
  it('is nine hours ahead of UTC', () => {
    expect(kstMidnight('2026-11-23')).toBe(Date.parse('2026-11-22T15:00:00Z'));
    expect(kstInstant('20261123', '090000')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(kstTimestamp(' 2026-11-24 08:30:05 ')).toBe(Date.parse('2026-11-23T23:30:05Z'));
  });

  it('changes its day at 15:00 UTC', () => {
    const midnight = Date.parse('2026-11-22T15:00:00Z');
    expect([kstDay(midnight - 1), kstDay(midnight)]).toEqual(['2026-11-22', '2026-11-23']);
    expect([kstMidnightOf(midnight - 1), kstMidnightOf(midnight)]).toEqual([midnight - 86_400_000, midnight]);
    expect([kstTime(midnight - 1), kstTime(midnight)]).toEqual(['235959', '000000']);
    expect([kstWeekday(midnight - 1), kstWeekday(midnight)]).toEqual([0, 1]);
  });

  it.each([
    '2026-02-31',
    '2026-13-01',
    '2026-00-10',
    '20261100',
    '2026-1-1',
    '0026-01-01',
    'today',
    '',
    '2026-11-23T00',
  ])('has no day %j', (day) => {
    expect(kstMidnight(day)).toBeUndefined();
  });

  it('has a 29 February in leap years only', () => {
    expect(kstMidnight('2028-02-29')).toBeDefined();
    expect(kstMidnight('2026-02-29')).toBeUndefined();
  });

  it.each(['240000', '096000', '090060', '9000', '', '09:00:00'])('has no time of day %j', (time) => {
    expect(kstInstant('20261123', time)).toBeUndefined();
  });

  it.each(['2026-11-24', '2026-11-24T08:30:05', '2026-02-30 00:00:00', '2026-11-24 24:00:00'])(
    'has no timestamp %j',
    (text) => {
      expect(kstTimestamp(text)).toBeUndefined();
    },
  );
});
