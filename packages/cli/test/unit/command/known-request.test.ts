import { describe, expect, it } from 'vitest';

import { checkKnown, lastSession, type KnownFlags } from '../../../src/command/known-request.js';

/** Monday 2026-11-09, by the clock in Korea. UTC epoch ms. */
const monday = (clock: string): number => Date.parse(`2026-11-09T${clock}+09:00`);
const check = (flags: KnownFlags, leftover: readonly string[] = [], now = monday('10:00')) =>
  checkKnown('gaps', flags, leftover, now);

const failureOf = (flags: KnownFlags, leftover: readonly string[] = []): unknown => {
  try {
    return check(flags, leftover);
  } catch (error) {
    return error;
  }
};

describe('what hub gaps is asked for', () => {
  it('is the last trading day that has begun, of whatever is known, unless told', () => {
    expect(check({})).toEqual({
      ...{ db: undefined, store: undefined },
      query: { fromDay: '2026-11-09', toDay: '2026-11-09' },
    });
    expect(check({}, [], monday('08:55')).query).toEqual({ fromDay: '2026-11-06', toDay: '2026-11-06' });
    expect(check({ venue: 'NXT' }, [], monday('08:55')).query.fromDay).toBe('2026-11-09');
    expect(lastSession('KRX', Date.parse('2031-01-05T10:00+09:00'))).toBe('2031-01-05'); // nobody knows
  });

  it('is what the flags say', () => {
    const flags = {
      symbols: '005930, 000660,005930',
      venue: 'KRX',
      kind: 'candle',
      interval: '1d',
      from: '2026-11-02',
    };
    expect(check(flags).query).toEqual({
      ...{ symbols: ['005930', '000660'], venue: 'KRX', kind: 'candle', interval: '1d' },
      ...{ fromDay: '2026-11-02', toDay: '2026-11-09' },
    });
    expect(check({ day: '2026-11-03' }).query).toEqual({ fromDay: '2026-11-03', toDay: '2026-11-03' });
  });

  it.each([
    ['an unknown kind', { kind: 'tick' }, /--kind tick is unknown/],
    ['an unknown venue', { venue: 'NYSE' }, /--venue NYSE is unknown/],
    ['what is no symbol', { symbols: 'samsung' }, /samsung is no symbol/],
    ['no symbol at all', { symbols: ' , ' }, /--symbols is empty/],
    ['an interval of trades', { kind: 'trade', interval: '1m' }, /--interval is of candles/],
    ['an unknown interval', { kind: 'candle', interval: '5m' }, /--interval 5m is unknown/],
    ['a day that does not exist', { day: '2026-11-31' }, /"2026-11-31" is not on the calendar/],
    ['a day and a range', { day: '2026-11-02', to: '2026-11-03' }, /--day and --from or --to/],
    ['an end without a beginning', { to: '2026-11-03' }, /--from is missing/],
    ['a range that goes back', { from: '2026-11-03', to: '2026-11-02' }, /--from 2026-11-03 is after --to/],
    ['years at once', { from: '2016-11-03', to: '2026-11-02' }, /3652 days are too many/],
    ['a file that is not there', { db: '/nowhere/market.duckdb' }, /there is no such file/],
    ['a file without a name', { db: '' }, /--db is empty/],
    ['two stores', { db: '/nowhere', store: 'x' }, /--db and --store name two stores/],
  ] as const)('is refused with %s', (_name, flags, message) => {
    expect(failureOf(flags)).toMatchObject({ code: 'HUB_USAGE', exitCode: 2, message: expect.stringMatching(message) });
  });

  it('is refused with all that is wrong at once', () => {
    expect(failureOf({ kind: 'x', day: 'y' }, ['--quick'])).toMatchObject({
      problems: [{ message: 'unknown option --quick' }, { message: '--kind x is unknown' }, { message: /"y"/ }].map(
        ({ message }) => ({ message: typeof message === 'string' ? message : expect.stringMatching(message) }),
      ),
    });
  });
});
