import { describe, expect, it } from 'vitest';
import type { Bar } from '../../src/market/bars.js';
import { Differences } from '../../src/server/kiwoom/differences.js';
import type { Answer } from '../../src/wire/answer.js';
import * as errors from '../../src/wire/kiwoom/errors.js';
import { directed, kstStamp, millions, rate, signed, signedRate } from '../../src/wire/kiwoom/text.js';

describe('numbers on the wire', () => {
  it('carry the direction of a price, none when it equals the base or is no price yet', () => {
    expect([71_200, 70_900, 71_000, 0].map((price) => directed(price, 71_000))).toEqual([
      '+71200',
      '-70900',
      '71000',
      '0',
    ]);
  });

  it('carry the sign of a change', () => {
    expect([200, -100, 0].map(signed)).toEqual(['+200', '-100', '0']);
  });

  it('are rates of two places that never read -0.00', () => {
    expect([0.2817, -0.1408, 0, -0.004, 0.004].map(signedRate)).toEqual(['+0.28', '-0.14', '0.00', '0.00', '0.00']);
    expect([rate(71_200, 71_000), rate(1, 0)]).toEqual(['+0.28', '0.00']);
  });

  it('cut amounts to millions', () => {
    expect([660_509_853_600, 999_999, 0].map(millions)).toEqual(['660509', '0', '0']);
  });

  it('stamp the time in KST', () => {
    expect(kstStamp(Date.parse('2026-03-12T08:45:12+09:00'))).toBe('20260312084512');
  });
});

describe('refusals', () => {
  it.each<[Answer, number, number, string]>([
    [errors.idMissing(), 200, 1, '[1501:'],
    [errors.idMisplaced('ka10080', '/api/dostk/acnt'), 200, 1, '[1504:'],
    [errors.idUnknown('ka99999'), 200, 1, '[1505:'],
    [errors.fieldMissing('stk_cd'), 200, 2, '[1511:'],
    [errors.authorizationMissing(), 200, 2, '[1513:'],
    [errors.authorizationMalformed(), 200, 2, '[1514:'],
    [errors.tokenTypeUnknown(), 200, 2, '[1515:'],
    [errors.tokenMissing(), 200, 2, '[1516:'],
    [errors.fieldMalformed('stk_cd', 'x'), 200, 2, '[1517:'],
    [errors.stockUnknown('999999'), 200, 2, '[1902:'],
    [errors.notForPaper(), 200, 2, '[8104:'],
    [errors.authRefused(8005), 200, 3, '[8005:'],
    [errors.authRefused(8005, 'code'), 200, 3, 'CODE=8005'],
    [errors.tooManyCodes('ka10095'), 200, 5, '[1634:'],
    [errors.trBreach('ka10080', 5), 429, 5, '[1700:'],
    [errors.totalBreach(), 429, 5, '[1701:'],
    [errors.notOnPaper(), 200, 20, '(RC9000:'],
    [errors.paperClosed(), 200, 20, '(RC4058:'],
    [errors.paperHoliday(), 200, 20, '(RC4010:'],
  ])('%# hides its code where the broker does', (answer, status, returnCode, hidden) => {
    const body = JSON.parse(answer.body) as { return_code: number; return_msg: string };
    expect([answer.status, body.return_code]).toEqual([status, returnCode]);
    expect(body.return_msg).toContain(hidden);
    expect(hidden).toContain(answer.code);
  });

  it('put the message first when a limit is reached, and last otherwise', () => {
    const order = (answer: Answer) => Object.keys(JSON.parse(answer.body) as object);
    expect(order(errors.trBreach('ka10080', 5))).toEqual(['return_msg', 'return_code']);
    expect(order(errors.authRefused(8005))).toEqual(['return_code', 'return_msg']);
  });
});

describe('differences', () => {
  const bar = (minute: number, dayVolume: number): Bar => ({
    minute,
    open: 100,
    high: 110,
    low: 90,
    close: 105,
    volume: 10,
    value: 1_000,
    dayVolume,
    dayValue: 1_000,
  });
  const bars = [bar(540, 10), bar(541, 20), bar(542, 30)];
  const told = (difference: object) =>
    new Differences([{ symbol: '005930', day: '20261105', ...difference }]).minutes('005930', 'KRX', '20261105', bars);

  it('stretch high and low to the new close, and carry the volume on', () => {
    expect(told({ minute: '0901', close: 20, volume: 5 })).toEqual([
      bars[0],
      { ...bars[1], close: 125, high: 125, volume: 15, dayVolume: 25 },
      { ...bars[2], dayVolume: 35 },
    ]);
    expect(told({ minute: '0901', close: -30 })[1]).toMatchObject({ close: 75, high: 110, low: 75, volume: 10 });
  });

  it('never take the last share or the last won', () => {
    expect(told({ minute: '0900', close: -1_000, volume: -1_000 })[0]).toMatchObject({ close: 1, low: 1, volume: 1 });
  });

  it('leave other minutes, days, stocks and venues alone, and a minute without a trade missing', () => {
    expect(told({ minute: '0905', volume: 5 })).toEqual(bars);
    expect(told({ minute: '0901', volume: 5, venue: 'NXT' })).toBe(bars);
    expect(told({ volume: 5 })).toBe(bars);
  });

  it('without a minute are those of the day', () => {
    const differences = new Differences([{ symbol: '005930', day: '2026-11-05', volume: 5 }]);
    const day = bar(0, 10);
    expect(differences.daily('005930', 'KRX', '20261105', day)).toEqual({ ...day, volume: 15 });
    expect(differences.daily('005930', 'KRX', '20261104', day)).toEqual(day);
  });
});
