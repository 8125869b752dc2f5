import { describe, expect, it } from 'vitest';
import { closings, DayInvalid, isKnownDay, session, tradingDays } from '../../../src/index.js';

const utc = (text: string): number => Date.parse(text);

describe('calendar', () => {
  it('opens the exchange from 09:00 to 15:30 and Nextrade from 08:00 to 20:00, Korean time', () => {
    expect(session('KRX', '2026-11-02')).toEqual({
      openMs: utc('2026-11-02T00:00:00Z'),
      closeMs: utc('2026-11-02T06:30:00Z'),
    });
    expect(session('NXT', '2026-11-02')).toEqual({
      openMs: utc('2026-11-01T23:00:00Z'),
      closeMs: utc('2026-11-02T11:00:00Z'),
    });
    expect(session('UN', '2026-11-02')).toEqual(session('NXT', '2026-11-02'));
  });

  it.each(['2025-01-02', '2026-01-02'])('opens at 10:00 on the first trading day of the year, %s', (day) => {
    expect(session('KRX', day)?.openMs).toBe(utc(`${day}T01:00:00Z`));
    expect(session('KRX', day)?.closeMs).toBe(utc(`${day}T06:30:00Z`));
  });

  it.each(['2025-11-13', '2026-11-19'])('is one hour later on the day of the entrance examination, %s', (day) => {
    expect(session('KRX', day)).toEqual({ openMs: utc(`${day}T01:00:00Z`), closeMs: utc(`${day}T07:30:00Z`) });
  });

  it('has no Nextrade before its first day', () => {
    expect(session('NXT', '2025-02-28')).toBeNull();
    expect(session('NXT', '2025-03-04')).not.toBeNull();
    expect(session('UN', '2025-02-28')).toEqual(session('KRX', '2025-02-28'));
  });

  it('counts the weekdays without the closings, of which each is a weekday', () => {
    const weekdays = { 2025: 261, 2026: 261 };
    for (const [year, count] of Object.entries(weekdays)) {
      const closed = closings[Number(year)] ?? [];
      expect(tradingDays('KRX', `${year}-01-01`, `${year}-12-31`)).toHaveLength(count - closed.length);
      for (const { day } of closed) expect([0, 6]).not.toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
      expect(closed.map(({ day }) => day)).toEqual([...new Set(closed.map(({ day }) => day))].sort());
    }
    expect(closings[2025]).toHaveLength(19);
    expect(closings[2026]).toHaveLength(17);
  });

  it('lists trading days with both ends', () => {
    expect(tradingDays('KRX', '2026-09-23', '2026-09-28')).toEqual(['2026-09-23', '2026-09-28']);
    expect(tradingDays('KRX', '2026-09-28', '2026-09-23')).toEqual([]);
  });

  it('does not know other years', () => {
    expect(isKnownDay('2026-12-31')).toBe(true);
    expect(isKnownDay('2027-01-04')).toBe(false);
    expect(session('KRX', '2027-01-04')).toBeNull();
    expect(tradingDays('KRX', '2026-12-30', '2027-01-08')).toEqual(['2026-12-30']);
  });

  it.each(['2026-02-31', '2025-02-29', '2026-13-01', '20261102', '2026-1-2', ''])('refuses the day %j', (day) => {
    for (const ask of [() => isKnownDay(day), () => session('KRX', day), () => tradingDays('KRX', day, '2026-11-02')]) {
      expect(ask).toThrow(DayInvalid);
      expect(ask).toThrow(expect.objectContaining({ code: 'HUB_DAY_INVALID', day }));
    }
  });
});
