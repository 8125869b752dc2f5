import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { bookRecord } from '../../src/wire/kis/live-book.js';
import { dataFrame, liveAnswer, pingPong, secretFrame, subscribed } from '../../src/wire/kis/live-messages.js';
import { orderNotice } from '../../src/wire/kis/live-notice.js';
import { tradeRecord, type LiveTradeInput } from '../../src/wire/kis/live-trade.js';
import { bookValues } from '../../src/wire/kiwoom/live-book.js';
import { realFrame, system, tooManyItems, typeNames } from '../../src/wire/kiwoom/live-messages.js';
import { tradeValues } from '../../src/wire/kiwoom/live-trade.js';

/** The second trade of a day: one share sold at 990 after two were bought at 1010; yesterday closed at 1000. */
const trade: LiveTradeInput = {
  code: '005930',
  day: '20261106',
  second: 36_061,
  price: 990,
  size: 1,
  buy: false,
  dayVolume: 3,
  dayValue: 3_010,
  ask: 991,
  bid: 990,
  strength: 200,
  open: { price: 1_010, second: 36_060 },
  high: { price: 1_010, second: 36_060 },
  low: { price: 990, second: 36_061 },
  bought: 2,
  sold: 1,
  buys: 1,
  sells: 1,
  previousClose: 1_000,
  previousVolume: 6,
  listedShares: 300,
  waiting: { ask: 5, bid: 6, asks: 50, bids: 60 },
};

const levels = (from: number, step: number) =>
  Array.from({ length: 10 }, (_none, index) => ({ price: from + step * index, size: 100 + index }));

const book = {
  second: 36_061,
  asks: levels(1_010, 1),
  bids: levels(990, -1),
  dayVolume: 3,
  previousClose: 1_000,
};

describe('records of KIS', () => {
  it('of a trade have 47 fields in the order of the fact sheet', () => {
    expect(tradeRecord(trade).split('^')).toEqual([
      ...['005930', '100101', '990', '5', '-10', '-1.00', '1003.33', '1010', '1010', '990', '991', '990'],
      ...['1', '3', '3010', '1', '1', '0', '200.00', '1', '2', '5', '66.67', '50.00'],
      ...['100100', '5', '-20', '100100', '5', '-20', '100101', '3', '0'],
      ...['20261106', '20', 'N', '5', '6', '50', '60', '1.00', '0', '0.00', '0', '', '1000', '2'],
    ]);
    expect(tradeRecord(trade, 3).split('^')).toHaveLength(50);
  });

  it('of a trade tell the part of the day', () => {
    const parts = [8 * 3600, 9 * 3600, 16 * 3600].map((second) => tradeRecord({ ...trade, second }).split('^'));
    expect(parts.map((fields) => [fields[34], fields[46]])).toEqual([
      ['10', '1'],
      ['20', '2'],
      ['30', '3'],
    ]);
  });

  it('of a book have 59 fields, and 65 with midpoints', () => {
    const fields = bookRecord({ ...book, code: '005930' }).split('^');
    expect(fields).toHaveLength(59);
    expect(fields.slice(0, 5)).toEqual(['005930', '100101', '0', '1010', '1011']);
    expect([12, 13, 22, 23, 32, 33, 42, 43, 44, 53].map((index) => fields[index])).toEqual([
      ...['1019', '990', '981', '100', '109', '100', '109', '1045', '1045', '3'],
    ]);
    expect(bookRecord({ ...book, code: '005930' }, { midpoint: true }).split('^')).toHaveLength(65);
    expect(bookRecord({ ...book, code: '005930' }, { midpoint: true, extraFields: 1 }).split('^')).toHaveLength(66);
  });

  it('of an empty side are zeros', () => {
    const fields = bookRecord({ ...book, asks: [], code: '005930' }).split('^');
    expect([...fields.slice(3, 13), ...fields.slice(23, 33), fields[43]]).toEqual(Array(21).fill('0'));
  });

  it('of a notice have 26 fields, numbers padded', () => {
    const notice = {
      customer: 'me',
      account: '1234567801',
      number: '0000117057',
      side: 'sell',
      kind: '11',
      code: '005930',
      name: '삼성전자',
      quantity: '7',
      price: '70000',
      second: 36_061,
      exchange: 'NXT',
      branch: '91252',
    } as const;
    const fields = orderNotice(notice).split('^');
    expect(fields).toHaveLength(26);
    expect([4, 7, 9, 10, 13, 19].map((index) => fields[index])).toEqual([
      '01',
      '1',
      '0000000007',
      '000070000',
      '1',
      '2',
    ]);
    expect(orderNotice({ ...notice, kind: '14' }).split('^')[7]).toBe('2');
    expect(orderNotice({ ...notice, kind: '00' }).split('^')[7]).toBe('0');
  });
});

describe('frames of KIS', () => {
  it('join records without a separator of their own and count them with three digits', () => {
    expect(dataFrame('H0STCNT0', ['a^b', 'c^d'])).toBe('0|H0STCNT0|002|a^b^c^d');
  });

  it('hide notices from everybody without the key', () => {
    const cipher = { key: 'k'.repeat(32), iv: 'i'.repeat(16) };
    const [flag, tr, count, payload = ''] = secretFrame('H0STCNI0', '비밀^1', cipher).split('|');
    expect([flag, tr, count]).toEqual(['1', 'H0STCNI0', '001']);
    const clear = createDecipheriv('aes-256-cbc', Buffer.from(cipher.key), Buffer.from(cipher.iv));
    expect(clear.update(payload, 'base64', 'utf8') + clear.final('utf8')).toBe('비밀^1');
  });

  it('answer in the broker’s words', () => {
    const names = { tr: 'H0STCNT0', key: '005930' };
    expect(JSON.parse(liveAnswer(names, 'OPSP0001'))).toEqual({
      header: { tr_id: 'H0STCNT0', tr_key: '005930', encrypt: 'N' },
      body: { rt_cd: '0', msg_cd: 'OPSP0001', msg1: 'UNSUBSCRIBE SUCCESS' },
    });
    const returnCodes = (['OPSP0002', 'OPSP0003', 'OPSP0008', 'OPSP8996'] as const).map(
      (code) => (JSON.parse(liveAnswer(names, code)) as { body: { rt_cd: string } }).body.rt_cd,
    );
    expect(returnCodes).toEqual(['1', '1', '1', '9']);
    expect(JSON.parse(subscribed(names, { key: 'k', iv: 'i' }, true))).toMatchObject({ header: { encrypt: 'Y' } });
    expect(pingPong('20261106100000')).toBe('{"header":{"tr_id":"PINGPONG","datetime":"20261106100000"}}');
  });
});

describe('entries of Kiwoom', () => {
  it('of a trade have the 43 fields of 0B, signed', () => {
    const values = tradeValues({ ...trade, exchange: 'KRX' });
    expect(Object.keys(values)).toHaveLength(43);
    expect(values).toMatchObject({
      ...{ 20: '100101', 10: '-990', 11: '-10', 12: '-1.00', 27: '-991', 28: '-990', 15: '-1', 13: '3', 14: '0' },
      ...{ 16: '+1010', 17: '+1010', 18: '-990', 25: '5', 228: '200.00', 290: '2', 9081: 'KRX' },
      ...{ 1030: '1', 1031: '2', 1315: '-1', 1316: ' 0' },
    });
    expect(tradeValues({ ...trade, buy: true, exchange: 'NXT' })).toMatchObject({ 15: '+1', 1315: ' 0', 1316: '+1' });
  });

  it('of a book have ten levels a side, and say on which exchange they wait', () => {
    const values = bookValues({ ...book, exchange: 'NXT' });
    expect(values).toMatchObject({
      ...{ 21: '100101', 41: '+1010', 50: '+1019', 51: '-990', 60: '-981', 61: '100', 70: '109', 71: '100' },
      ...{ 121: '1045', 125: '1045', 13: '3', 6044: '0', 6064: '0', 6066: '100', 6086: '1045', 6087: '1045' },
    });
    expect(bookValues({ ...book, exchange: 'KRX' })).toMatchObject({ 6044: '100', 6066: '0' });
  });

  it('travel in one frame with their names', () => {
    const frame = realFrame([
      { type: '0B', item: '005930_NX', values: { 20: '1' } },
      { type: '04', item: '005930', values: {} },
    ]);
    expect(JSON.parse(frame)).toEqual({
      trnm: 'REAL',
      data: [
        { type: '0B', name: '주식체결', item: '005930_NX', values: { 20: '1' } },
        { type: '04', name: '현물잔고', item: '005930', values: {} },
      ],
    });
    expect(Object.keys(typeNames)).toHaveLength(19);
  });

  it('come beside last words and refusals', () => {
    expect(JSON.parse(system('R10002'))).toMatchObject({ trnm: 'SYSTEM', code: 'R10002' });
    expect(JSON.parse(tooManyItems('REG'))).toMatchObject({ trnm: 'REG', return_code: 1 });
  });
});
