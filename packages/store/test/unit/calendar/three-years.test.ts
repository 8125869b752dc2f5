import { describe, expect, it } from 'vitest';

import {
  calendarDay,
  calendarDays,
  calendarSources,
  closings,
  koreanDay,
  phaseRules,
  phases,
  session,
  startOfDay,
  tradingDays,
  type OverrideDay,
  type Venue,
} from '../../../src/index.js';

const venues = ['KRX', 'NXT', 'UN'] as const satisfies Venue[];
const range = { fromDay: '2024-01-01', toDay: '2026-12-31' } as const;
const utc = (text: string): number => Date.parse(`${text}Z`);
/** `08:00-08:50 pre-market`, by the clock on the wall in Korea. */
const written = (venue: Venue, day: string): string[] =>
  phases(venue, day).map(({ name, fromMs, toMs }) => {
    const wall = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19).replace(/:00$/, '');
    return `${wall(fromMs)}-${wall(toMs)} ${name}`;
  });

describe.each(venues)('every day of 2024 to 2026 at %s', (venue) => {
  const days = calendarDays({ venue, ...range });

  it('follows the one before, over the ends of years and the leap day', () => {
    expect(days).toHaveLength(366 + 365 + 365);
    expect(days.map(({ day }) => day)).toContain('2024-02-29');
    expect(
      days.filter(({ day }, index) => startOfDay(day) !== utc('2023-12-31T15:00:00') + index * 86_400_000),
    ).toEqual([]);
    expect(
      days.filter(({ day }) => koreanDay(startOfDay(day)) !== day || koreanDay(startOfDay(day) - 1) >= day),
    ).toEqual([]);
  });

  it('has either a session or a reason, and a source', () => {
    const neither = days.filter(
      ({ state, hours, reason }) => (state === 'open') === (hours === null) || (state === 'closed' && !reason),
    );
    expect(neither).toEqual([]);
    expect(days.filter(({ source }) => source === '')).toEqual([]);
    expect(days.filter(({ day, hours }) => JSON.stringify(session(venue, day)) !== JSON.stringify(hours))).toEqual([]);
  });

  it('begins and ends its session on that day', () => {
    const astray = days.filter(
      ({ day, hours }) =>
        hours !== null &&
        !(hours.openMs < hours.closeMs && koreanDay(hours.openMs) === day && koreanDay(hours.closeMs) === day),
    );
    expect(astray).toEqual([]);
  });

  it('has phases that lie in its session, ascending and disjoint, from the opening to the close', () => {
    const flawed = days.filter(({ day, hours }) => {
      const parts = phases(venue, day);
      if (hours === null) return parts.length > 0;
      const inside = parts.every(
        ({ fromMs, toMs }) => fromMs < toMs && fromMs >= hours.openMs && toMs <= hours.closeMs,
      );
      const disjoint = parts.every(
        ({ fromMs }, index) => index === 0 || fromMs >= (parts[index - 1]?.toMs ?? Infinity),
      );
      return !inside || !disjoint || parts[0]?.fromMs !== hours.openMs || parts.at(-1)?.toMs !== hours.closeMs;
    });
    expect(flawed).toEqual([]);
  });
});

describe('2024', () => {
  it('has 244 trading days: 262 weekdays without 18 closings', () => {
    expect(closings[2024]).toHaveLength(18);
    expect(tradingDays('KRX', '2024-01-01', '2024-12-31')).toHaveLength(262 - 18);
  });

  it.each([
    ['2024-04-10', 'parliamentary election'],
    ['2024-10-01', 'temporary holiday: Armed Forces Day'],
    ['2024-12-31', 'end of the year'],
    ['2024-11-16', 'weekend'],
  ])('is closed on %s: %s', (day, reason) => {
    expect(calendarDay('KRX', day)).toMatchObject({ state: 'closed', hours: null, reason });
  });

  it('opens at 10:00 on its first trading day and on the examination day', () => {
    expect(session('KRX', '2024-01-02')).toEqual({
      openMs: utc('2024-01-02T01:00:00'),
      closeMs: utc('2024-01-02T06:30:00'),
    });
    expect(session('KRX', '2024-11-14')).toEqual({
      openMs: utc('2024-11-14T01:00:00'),
      closeMs: utc('2024-11-14T07:30:00'),
    });
    expect(calendarDay('KRX', '2024-01-02').reason).toBe('first trading day of the year');
    expect(calendarDay('KRX', '2024-11-14').reason).toBe('university entrance examination');
  });

  it('has no Nextrade', () => {
    expect(tradingDays('NXT', '2024-01-01', '2025-03-03')).toEqual([]);
    expect(calendarDay('NXT', '2024-06-03').reason).toMatch(/2025-03-04/);
  });
});

describe('phases', () => {
  it('of a usual day', () => {
    expect(written('KRX', '2026-11-02')).toEqual(['09:00-15:20 regular', '15:20-15:30 closing-auction']);
    expect(written('NXT', '2026-11-02')).toEqual([
      '08:00-08:50 pre-market',
      '09:00:30-15:20 regular',
      '15:40-20:00 after-market',
    ]);
    expect(written('UN', '2026-11-02')).toEqual([
      '08:00-08:50 pre-market',
      '09:00-15:20 regular',
      '15:20-15:30 closing-auction',
      '15:40-20:00 after-market',
    ]);
    expect(written('UN', '2024-11-01')).toEqual(written('KRX', '2024-11-01'));
  });

  it('of days on which the Exchange is late; of Nextrade they are not on record', () => {
    expect(written('KRX', '2026-11-19')).toEqual(['10:00-16:20 regular', '16:20-16:30 closing-auction']);
    expect(written('KRX', '2026-01-02')).toEqual(['10:00-15:20 regular', '15:20-15:30 closing-auction']);
    expect(written('NXT', '2026-11-19')).toEqual(['08:00-20:00 undivided']);
    expect(written('UN', '2026-01-02')).toEqual(['08:00-20:00 undivided']);
  });

  it('are settings: other rules, other phases', () => {
    const rules = phaseRules.map((rule) => (rule.name === 'after-market' ? { ...rule, from: '15:30' } : rule));
    expect(phases('NXT', '2026-11-02', rules).at(-1)).toMatchObject({ fromMs: utc('2026-11-02T06:30:00') });
  });
});

it('names where each year and each phase comes from, and when it was read', () => {
  expect(Object.keys(calendarSources)).toEqual(Object.keys(closings));
  for (const { source, read } of [...Object.values(calendarSources), ...phaseRules]) {
    expect(source).not.toBe('');
    expect(() => startOfDay(read)).not.toThrow();
  }
});

describe('who counts', () => {
  const day = '2026-11-02';
  const saved = {
    venue: 'KRX',
    day,
    state: 'closed',
    openMs: null,
    closeMs: null,
    source: 'CTCA0903R',
    fetchedAtMs: 1,
  } as const;
  const override: OverrideDay = {
    ...{ venue: 'KRX', day, state: 'open', source: 'calendar.json', reason: 'outage in the morning' },
    ...{ openMs: utc('2026-11-02T02:00:00'), closeMs: utc('2026-11-02T06:30:00') },
  };

  it('the override, then what was saved, then the calendar of this package', () => {
    expect(calendarDay('KRX', day)).toMatchObject({ state: 'open', disagreements: [] });
    const bySaved = calendarDay('KRX', day, { saved });
    expect(bySaved).toMatchObject({ state: 'closed', source: 'CTCA0903R', disagreements: [{ state: 'open' }] });
    const all = calendarDay('KRX', day, { override, saved });
    expect(all).toMatchObject({ state: 'open', source: 'calendar.json', reason: 'outage in the morning' });
    expect(all.hours).toEqual({ openMs: override.openMs, closeMs: override.closeMs });
    expect(all.phases).toMatchObject([{ name: 'undivided', fromMs: override.openMs, toMs: override.closeMs }]);
    expect(all.disagreements).toMatchObject([{ source: 'CTCA0903R' }, { source: expect.stringContaining('built-in') }]);
  });

  it('hours that the first one does not tell come from the next; nobody at all: assumed', () => {
    const open = { ...saved, state: 'open' } as const;
    expect(calendarDay('KRX', day, { saved: open })).toMatchObject({
      ...{ hours: session('KRX', day), hoursAssumed: false, disagreements: [], source: 'CTCA0903R' },
    });
    const later = calendarDay('KRX', '2027-01-05', { saved: { ...open, day: '2027-01-05' } });
    expect(later).toMatchObject({ state: 'open', hoursAssumed: true });
    expect(later.hours).toEqual({ openMs: utc('2027-01-05T00:00:00'), closeMs: utc('2027-01-05T06:30:00') });
  });

  it('a day of which nobody told is unknown, weekend or not', () => {
    for (const unknown of ['2027-01-04', '2027-01-09', '2023-12-29']) {
      expect(calendarDay('KRX', unknown)).toMatchObject({ state: 'unknown', hours: null, phases: [], source: '' });
    }
  });
});
