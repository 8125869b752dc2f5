import { describe, expect, it } from 'vitest';

import { kiwoom } from '../../../src/broker/kiwoom/index.js';
import type { Feed } from '../../../src/broker/live.js';
import { entry, real, valuesOf } from '../../support/kiwoom-frames.js';
import { onlyRecord, recordsOf } from '../../support/live-messages.js';

const { live } = kiwoom;
/** 2026-03-12 15:20:00 KST. */
const receivedAt = Date.UTC(2026, 2, 12, 6, 20);
const read = (text: string, at = receivedAt) => live.reader('real').read(text, at);

describe('a trade of Kiwoom', () => {
  it('has each figure from its own field, prices without their direction', () => {
    const text = entry('0B');
    const message = recordsOf(read(real(text)));
    expect(message.records).toEqual([
      {
        kind: 'trade',
        symbol: '005930',
        venue: 'KRX',
        atMs: receivedAt - 2_000,
        price: 71_300,
        size: 120,
        dayVolume: 9_263_100,
        dayValue: 660_509_000_000,
        side: 'buy',
        ask: 71_400,
        bid: 71_200,
      },
    ]);
    expect(message.bad).toBe(0);
    expect(message.raws()).toEqual([text]);
  });

  it.each([
    ['+35', 'buy', 35],
    ['-35', 'sell', 35],
    ['--35', 'sell', 35],
    [' 35', null, 35],
    [' -35', 'sell', 35],
    ['-0', null, 0],
  ])('of the size %j has the side %j', (given, side, size) => {
    expect(onlyRecord(read(real(entry('0B', { 15: given }))))).toMatchObject({ side, size });
  });

  it.each([
    ['--71300', 71_300],
    ['-316250.5', 316_250.5],
    [' 71300', 71_300],
    ['+0000071300', 71_300],
  ])('takes %j for its price', (given, price) => {
    expect(onlyRecord(read(real(entry('0B', { 10: given }))))).toMatchObject({ price });
  });

  it.each([
    ['005930', 'KRX', '005930', 'KRX'],
    ['005930_NX', 'KRX', '005930', 'NXT'],
    ['005930_AL', 'KRX', '005930', 'UN'],
    ['0106J0', '1', '0106J0', 'KRX'],
    ['005930', 'NXT', '005930', 'NXT'],
    ['005930', undefined, '005930', 'KRX'],
  ])('of the item %j with field 9081 %j is %s of %s', (item, named, symbol, venue) => {
    expect(onlyRecord(read(real(entry('0B', { 9081: named }, item))))).toMatchObject({ symbol, venue });
  });

  it('has null for what is empty, missing or cannot be read and may be so', () => {
    const given = { 27: ' ', 28: undefined, 14: 'x', 20: '246060' };
    expect(onlyRecord(read(real(entry('0B', given))))).toMatchObject({
      ask: null,
      bid: null,
      dayValue: null,
      atMs: null,
    });
    const large = { 14: '9007199254740991', 27: '-0' };
    expect(onlyRecord(read(real(entry('0B', large))))).toMatchObject({ ask: null, dayValue: null });
  });

  it.each([
    ['235959', Date.UTC(2026, 2, 12, 15, 0, 1), Date.UTC(2026, 2, 12, 14, 59, 59)],
    ['000100', Date.UTC(2026, 2, 12, 14, 59, 59), Date.UTC(2026, 2, 11, 15, 1)],
    ['162000', receivedAt, receivedAt + 3_600_000],
    ['162001', receivedAt, receivedAt + 3_601_000 - 86_400_000],
  ])('at %s is of the day before where it would lie more than an hour ahead', (time, at, atMs) => {
    expect(onlyRecord(read(real(entry('0B', { 20: time })), at)).atMs).toBe(atMs);
  });
});

describe('an order book of Kiwoom', () => {
  const levels = (from: number, step: number, sizes: number) =>
    Array.from({ length: 10 }, (_none, index) => ({ price: from + step * (index + 1), size: sizes + index + 1 }));

  it('has ten levels of each side, each figure from its own field', () => {
    expect(onlyRecord(read(real(entry('0D'))))).toEqual({
      kind: 'book',
      symbol: '005930',
      venue: 'KRX',
      atMs: receivedAt - 1_000,
      asks: levels(71_300, 100, 1_000),
      bids: levels(71_300, -100, 2_000),
      totalAskSize: 11_055,
      totalBidSize: 22_055,
      expected: null,
    });
  });

  it('leaves out levels without a price, and expects what 291 and 292 tell', () => {
    const given = { 41: '0', 60: '', 59: undefined, 291: '+71100', 292: '500' };
    const book = onlyRecord(read(real(entry('0D', given, '005930_NX'))));
    expect(book).toMatchObject({ venue: 'NXT', expected: { price: 71_100, size: 500 } });
    expect(book).toMatchObject({ asks: levels(71_300, 100, 1_000).slice(1) });
    expect(book).toMatchObject({ bids: levels(71_300, -100, 2_000).slice(0, 8) });
  });
});

describe('a notice of Kiwoom', () => {
  it('of an order has its fields by their numbers', () => {
    const text = entry('00');
    const message = recordsOf(read(real(text)));
    expect(message.records).toEqual([
      {
        kind: 'notice',
        symbol: '005930',
        venue: 'KRX',
        atMs: receivedAt - 3_000,
        what: 'order',
        fields: valuesOf('00'),
      },
    ]);
    expect(message.raws()).toEqual([text]);
  });

  it.each([
    ['체결', 'fill'],
    ['확인', 'order'],
    ['취소', 'order'],
    ['거부', 'order'],
  ])('in the state %s is of: %s', (state, what) => {
    expect(onlyRecord(read(real(entry('00', { 913: state }))))).toMatchObject({ what });
  });

  it.each([
    ['0', 'UN'],
    ['1', 'KRX'],
    ['2', 'NXT'],
    ['', 'UN'],
  ])('with field 2134 %j is of %s', (code, venue) => {
    expect(onlyRecord(read(real(entry('00', { 2134: code }))))).toMatchObject({ venue });
  });

  it.each([
    ['A005930', '005930'],
    ['Q530031', 'Q530031'],
    ['J57KQ21', '57KQ21'],
    ['005930_AL', '005930'],
    ['', ''],
  ])('of %j is of %j', (code, symbol) => {
    expect(onlyRecord(read(real(entry('00', { 9001: code }))))).toMatchObject({ symbol });
  });

  it('of a holding tells no time', () => {
    expect(onlyRecord(read(real(entry('04'))))).toEqual({
      kind: 'notice',
      symbol: '005930',
      venue: 'UN',
      atMs: null,
      what: 'balance',
      fields: valuesOf('04'),
    });
  });
});

describe('a frame of Kiwoom with several entries', () => {
  const good = [entry('0B', { 13: '1' }), entry('0D'), entry('0B', { 13: '3' }, '000660_NX')];

  it('has them all, with their texts as they came', () => {
    const { records, bad, raws } = recordsOf(read(real(...good)));
    expect(records).toMatchObject([
      { kind: 'trade', dayVolume: 1 },
      { kind: 'book' },
      { kind: 'trade', dayVolume: 3, symbol: '000660', venue: 'NXT' },
    ]);
    expect(bad).toBe(0);
    expect(raws()).toEqual(good);
  });

  it.each([
    ['a price that is none', entry('0B', { 10: 'x' })],
    ['a price of 0', entry('0B', { 10: '+0' })],
    ['a price that is a number', entry('0B', { 10: 71_300 })],
    ['no size', entry('0B', { 15: undefined })],
    ['half a share', entry('0B', { 15: '+1.5' })],
    ['no volume', entry('0B', { 13: '' })],
    ['an offer that is none', entry('0B', { 27: '+' })],
    ['a bid that is none', entry('0B', { 28: null })],
    ['an item that is no stock', entry('0B', {}, '005930_XX')],
    ['a book of no stock', entry('0D', {}, '')],
    ['a level that is none', entry('0D', { 43: 'x' })],
    ['a level without size', entry('0D', { 75: '' })],
    ['no total', entry('0D', { 125: '' })],
    ['no values', '{"type":"0B","item":"005930"}'],
    ['no type', '{"values":{},"item":"005930"}'],
    ['no object', '"0B"'],
  ])('loses nothing but the entry with %s', (_what, damaged) => {
    const { records, bad, raws } = recordsOf(read(real(good[0] ?? '', damaged, good[2] ?? '')));
    expect(records).toMatchObject([{ dayVolume: 1 }, { dayVolume: 3 }]);
    expect(bad).toBe(1);
    expect(raws()).toEqual([good[0], good[2]]);
    expect(read(real(damaged, damaged))).toEqual({ kind: 'bad', reason: expect.stringMatching(/./) });
  });

  it('skips types that nobody asked for', () => {
    const other = '{"type":"0s","item":"","values":{"215":"3"}}';
    expect(recordsOf(read(real(other, good[1] ?? '')))).toMatchObject({ records: [{ kind: 'book' }], bad: 0 });
    expect(recordsOf(read(real(other)))).toMatchObject({ records: [], bad: 0 });
  });

  it('has the text of each entry, however it is written', () => {
    const odd = ['{"a":"]}\\",{[","type":"0B","item":"005930","values":', '}'].join(
      JSON.stringify({ ...valuesOf('0B'), x: [{ y: '\\' }, []] }),
    );
    const text = `\n{ "data" : [1], "list":[{"data":[2]}], "trnm":"REAL" , "data"\t:[ ${odd} ,7,\r\n${odd}\n] }`;
    const message = recordsOf(read(text));
    expect(message).toMatchObject({ bad: 1 });
    expect(message.raws()).toEqual([odd, odd]);
  });
});

describe('what is sent to Kiwoom', () => {
  const trade: Feed = { kind: 'trade', symbol: '005930', venue: 'KRX' };

  it.each([
    [trade, '2', { item: ['005930'], type: ['0B'] }],
    [{ ...trade, venue: 'NXT' }, '2', { item: ['005930_NX'], type: ['0B'] }],
    [{ ...trade, kind: 'book', venue: 'UN' }, '4', { item: ['005930_AL'], type: ['0D'] }],
    [{ ...trade, symbol: 'Q530031' }, '1', { item: ['530031'], type: ['0B'] }],
    [{ kind: 'notice', symbol: '', venue: 'UN' }, '5', { item: [''], type: ['00', '04'] }],
  ] as [Feed, string, object][])('for %j it is in group %s: %j', (feed, group, data) => {
    expect(live.groupOf(feed)).toBe(group);
    const register = { trnm: 'REG', grp_no: group, refresh: '1', data: [data] };
    expect(JSON.parse(live.register([feed], 'token', 'real'))).toEqual(register);
    expect(JSON.parse(live.release([feed], 'token', 'real'))).toEqual({ trnm: 'REMOVE', grp_no: group, data: [data] });
  });

  it('names many of one kind at once', () => {
    const others = [trade, { ...trade, symbol: '000660' }];
    expect(JSON.parse(live.register(others, 'token', 'real'))).toMatchObject({
      data: [{ item: ['005930', '000660'], type: ['0B'] }],
    });
  });

  it('begins with the token, without Bearer', () => {
    expect(JSON.parse(live.login('token') ?? '')).toEqual({ trnm: 'LOGIN', token: 'token' });
  });

  it('is offered on paper for KRX and for notices alone', () => {
    const venues = ['KRX', 'NXT', 'UN'] as const;
    const offered = (kind: Feed['kind'], environment: 'real' | 'paper') =>
      venues.map((venue) => live.offers({ kind, symbol: '005930', venue }, environment) === true);
    expect(offered('trade', 'real')).toEqual([true, true, true]);
    expect(offered('trade', 'paper')).toEqual([true, false, false]);
    expect(offered('notice', 'paper')).toEqual([true, true, true]);
    expect(live.offers({ ...trade, venue: 'UN' }, 'paper')).toMatch(/UN/);
  });

  it('goes to the host of its environment', () => {
    expect(live.addresses).toEqual({
      real: 'wss://api.kiwoom.com:10000/api/dostk/websocket',
      paper: 'wss://mockapi.kiwoom.com:10000/api/dostk/websocket',
    });
  });
});
