import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { dailyRows, minuteCandles, minuteRows } from '../../src/broker/kis/rows.js';
import { decode } from '../../src/broker/kis/wire.js';
import { answerOf, dayRow, minuteRow, sample, sampleText } from '../support/sample.js';

const key = { symbol: '005930', venue: 'KRX' } as const;
const endOfTime = Number.MAX_SAFE_INTEGER;
const instant = (text: string): number => Date.parse(text);
const minutes = (rows: unknown, day = '2026-11-20') => minuteRows('chart', answerOf({ output2: rows }), day);

describe('minute rows', () => {
  it('of the sample become bars with the start of their minute in UTC', () => {
    const body = sample('inquire-time-dailychartprice');
    const [first] = body.output2 as { stck_bsop_date: string; stck_cntg_hour: string; stck_prpr: string }[];
    const day = (first?.stck_bsop_date ?? '').replace(/(....)(..)(..)/, '$1-$2-$3');
    const bars = minuteCandles(key, minuteRows('chart', answerOf(body), day), endOfTime);
    const label = (first?.stck_cntg_hour ?? '').replace(/(..)(..)(..)/, '$1:$2:00');
    expect(bars.at(-1)).toMatchObject({
      ...key,
      interval: '1m',
      source: 'REST_API_KIS',
      startMs: instant(`${day}T${label}+09:00`),
      close: Number(first?.stck_prpr),
    });
    expect(bars).toHaveLength(4);
  });

  it('ascend, whatever order they came in, and doubles count once', () => {
    const rows = ['090100', '090000', '090200', '090100'].map((label) => minuteRow('20261120', label));
    const bars = minuteCandles(key, minutes(rows), endOfTime);
    expect(bars.map(({ startMs }) => startMs)).toEqual(
      ['09:00', '09:01', '09:02'].map((time) => instant(`2026-11-20T${time}:00+09:00`)),
    );
  });

  it('carry the value of their own minute, not of the day so far', () => {
    const rows = ['100', '250', '250'].map((acml_tr_pbmn, index) =>
      minuteRow('20261120', `090${String(index)}00`, { acml_tr_pbmn }),
    );
    expect(minuteCandles(key, minutes(rows), endOfTime).map(({ value }) => value)).toEqual([100, 150, 0]);
  });

  it('have no value where the cumulative figure goes back', () => {
    const rows = [
      minuteRow('20261120', '090000', { acml_tr_pbmn: '500' }),
      minuteRow('20261120', '090100', { acml_tr_pbmn: '400' }),
    ];
    expect(minuteCandles(key, minutes(rows), endOfTime).map(({ value }) => value)).toEqual([500, null]);
  });

  it('of minutes without trades are no bars', () => {
    const rows = [minuteRow('20261120', '090000'), minuteRow('20261120', '090100', { cntg_vol: '0' })];
    expect(minuteCandles(key, minutes(rows), endOfTime)).toHaveLength(1);
  });

  it('that are not final yet are left out', () => {
    const rows = [minuteRow('20261120', '090000'), minuteRow('20261120', '090100')];
    const bars = minuteCandles(key, minutes(rows), instant('2026-11-20T09:01:00+09:00'));
    expect(bars.map(({ startMs }) => startMs)).toEqual([instant('2026-11-20T09:00:00+09:00')]);
  });

  it('with odd seconds belong to their minute', () => {
    expect(minutes([minuteRow('20261120', '090111')])[0]?.startMs).toBe(instant('2026-11-20T09:01:00+09:00'));
  });

  it('of another day and empty padding are skipped', () => {
    expect(minutes([{}, minuteRow('20261119', '153000'), minuteRow('20261120', '090000')])).toHaveLength(1);
  });

  it('that are none at all are no bars', () => {
    expect(minuteRows('chart', answerOf(sample('inquire-time-dailychartprice-empty')), '2026-11-20')).toEqual([]);
  });

  it.each([
    { what: 'a price that is no number', row: minuteRow('20261120', '090000', { stck_prpr: '71,50' }) },
    { what: 'an empty volume', row: minuteRow('20261120', '090000', { cntg_vol: '' }) },
    { what: 'a number beyond all numbers', row: minuteRow('20261120', '090000', { cntg_vol: '9'.repeat(400) }) },
    { what: 'a time that does not exist', row: minuteRow('20261120', '250000') },
    { what: 'rows that are no list', row: undefined },
  ])('with $what are unreadable', ({ row }) => {
    expect(() => minutes(row === undefined ? 'rows' : [row])).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
    );
  });
});

describe('daily rows', () => {
  it('of the sample start at midnight in Korea', () => {
    const body = sample('inquire-daily-itemchartprice');
    const rows = dailyRows('daily', answerOf(body), key);
    expect(rows).toHaveLength((body.output2 as unknown[]).length);
    for (const { day, candle } of rows) {
      expect(candle?.startMs).toBe(instant(`${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T00:00:00+09:00`));
      expect(candle?.value).toBeGreaterThan(0);
    }
  });

  it('without a trade are days, not bars', () => {
    const body = { output2: [{}, dayRow('20261119', { acml_vol: '0' })] };
    expect(dailyRows('daily', answerOf(body), key)).toEqual([{ day: '20261119', candle: undefined }]);
  });

  it('of a day that does not exist are unreadable', () => {
    const body = { output2: [dayRow('20260231')] };
    expect(() => dailyRows('daily', answerOf(body), key)).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
    );
  });
});

describe('damaged answers', () => {
  it('that were cut anywhere end in a coded error', () => {
    const text = sampleText('inquire-time-dailychartprice').trim();
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), (length) => {
        expect(() => decode('chart', { status: 200, headers: {}, text: text.slice(0, length) })).toThrow(
          expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
        );
      }),
    );
  });

  it.each(['constructor', '__proto__', 'toString'])('with the code %j are unknown faults like any other', (code) => {
    const text = JSON.stringify({ rt_cd: '1', msg_cd: code, msg1: '?' });
    expect(() => decode('chart', { status: 200, headers: {}, text })).toThrow(
      expect.objectContaining({ reaction: 'stop' }),
    );
  });
});
