import { describe, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import type { Feed } from '../../../src/broker/live.js';
import { encryptedFrame, fieldsOf, frame, record } from '../../support/kis-frames.js';
import { onlyRecord, recordsOf } from '../../support/live-messages.js';

const { live } = kis;
/** 2026-01-15 10:15:03 KST. */
const receivedAt = Date.UTC(2026, 0, 15, 1, 15, 3);
const atMs = receivedAt - 1_000;
const read = (text: string, at = receivedAt) => live.reader('real').read(text, at);

describe('a trade of KIS', () => {
  it.each([
    ['H0STCNT0', 'KRX'],
    ['H0NXCNT0', 'NXT'],
    ['H0UNCNT0', 'UN'],
  ])('of %s is one of %s, each figure from its own field', (tr, venue) => {
    const payload = record('trade');
    const message = recordsOf(read(frame(tr, [payload])));
    expect(message.records).toEqual([
      {
        kind: 'trade',
        symbol: '005930',
        venue,
        atMs,
        price: 71_300,
        size: 12,
        dayVolume: 1_420_877,
        dayValue: 101_278_004_100,
        side: 'buy',
        ask: 71_400,
        bid: 71_200,
      },
    ]);
    expect(message.bad).toBe(0);
    expect(message.raws()).toEqual([payload]);
  });

  it.each([
    ['1', 'buy'],
    ['5', 'sell'],
    ['3', null],
    ['', null],
  ])('with CCLD_DVSN %j has the side %j', (code, side) => {
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', { CCLD_DVSN: code })])))).toMatchObject({ side });
  });

  it('happened on the day that it names, whenever it comes', () => {
    const late = receivedAt + 86_400_000;
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade')]), late)).atMs).toBe(atMs);
  });

  it.each([
    { BSOP_DATE: '20260230' },
    { BSOP_DATE: '' },
    { STCK_CNTG_HOUR: '240000' },
    { STCK_CNTG_HOUR: '10150' },
    { STCK_CNTG_HOUR: '1015.2' },
  ])('has no time where that cannot be read: %j', (given) => {
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', given)]))).atMs).toBeNull();
  });

  it('has null for a side of the book that is empty, and for a value that cannot be read', () => {
    const given = { ASKP1: '0', BIDP1: '  ', ACML_TR_PBMN: 'x' };
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', given)])))).toMatchObject({
      ask: null,
      bid: null,
      dayValue: null,
    });
  });

  it('keeps letters in its code, the Q of an ETN, decimals of a price and zeros in front', () => {
    const given = { MKSC_SHRN_ISCD: 'Q530031', STCK_PRPR: '71250.5', CNTG_VOL: '0000000000000000012' };
    const symbol = 'Q530031';
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', given)])))).toMatchObject({
      symbol,
      price: 71_250.5,
      size: 12,
    });
    const other = frame('H0STCNT0', [record('trade', { MKSC_SHRN_ISCD: '0106J0' })]);
    expect(onlyRecord(read(other)).symbol).toBe('0106J0');
  });

  it('keeps fields behind the 46 that are on record', () => {
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', {}, ['2'])]))).extra).toEqual(['2']);
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade', {}, ['2', ''])]))).extra).toEqual(['2', '']);
    expect(onlyRecord(read(frame('H0STCNT0', [record('trade')])))).not.toHaveProperty('extra');
  });
});

describe('a frame of KIS with several records', () => {
  const payloads = ['1420882', '1420922', '1420923'].map((volume) => record('trade', { ACML_VOL: volume }, ['2']));

  it('is cut by fields ÷ count, whatever the width', () => {
    const { records, raws } = recordsOf(read(frame('H0STCNT0', payloads)));
    expect(records).toMatchObject([
      { dayVolume: 1_420_882, extra: ['2'] },
      { dayVolume: 1_420_922, extra: ['2'] },
      { dayVolume: 1_420_923, extra: ['2'] },
    ]);
    expect(raws()).toEqual(payloads);
  });

  it('loses nothing but the record that is bad', () => {
    const damaged = [payloads[0] ?? '', record('trade', { STCK_PRPR: '7130O' }, ['2']), payloads[2] ?? ''];
    const { records, bad, raws } = recordsOf(read(frame('H0STCNT0', damaged)));
    expect(records).toMatchObject([{ dayVolume: 1_420_882 }, { dayVolume: 1_420_923 }]);
    expect(bad).toBe(1);
    expect(raws()).toEqual([payloads[0], payloads[2]]);
  });

  it('is bad where none of them can be read', () => {
    const damaged = [record('trade', { STCK_PRPR: '' }), record('trade', { STCK_PRPR: '-71300' })];
    expect(read(frame('H0STCNT0', damaged))).toEqual({ kind: 'bad', reason: 'STCK_PRPR is not a price' });
  });
});

describe('an order book of KIS', () => {
  const levels = (from: number, step: number, sizes: number) =>
    Array.from({ length: 10 }, (_none, index) => ({ price: from + step * (index + 1), size: sizes + index + 1 }));

  it('has ten levels of each side, each figure from its own field', () => {
    expect(onlyRecord(read(frame('H0STASP0', [record('book')])))).toEqual({
      kind: 'book',
      symbol: '005930',
      venue: 'KRX',
      atMs,
      asks: levels(71_300, 100, 1_000),
      bids: levels(71_300, -100, 2_000),
      totalAskSize: 11_055,
      totalBidSize: 22_055,
      expected: null,
    });
  });

  it.each([
    ['KRX', 'H0STASP0', 'book', 0],
    ['KRX', 'H0STASP0', 'book', 3],
    ['NXT', 'H0NXASP0', 'bookOfBoth', 0],
    ['UN', 'H0UNASP0', 'bookOfBoth', 0],
    ['UN', 'H0UNASP0', 'bookOfBoth', 1],
  ] as const)('of %s (%s, %s) may have %i more fields', (venue, tr, table, more) => {
    const added = Array.from({ length: more }, (_none, index) => `new${String(index)}`);
    const book = onlyRecord(read(frame(tr, [record(table, {}, added)])));
    expect(book).toMatchObject({ venue, totalBidSize: 22_055 });
    expect(book.extra ?? []).toEqual(added);
  });

  it('of NXT with the fields of KRX alone is read', () => {
    expect(onlyRecord(read(frame('H0NXASP0', [record('book')])))).not.toHaveProperty('extra');
  });

  it('leaves out levels without a price', () => {
    const given = { ASKP10: '0', ASKP_RSQN10: '0', BIDP1: '', BIDP_RSQN1: '' };
    const book = onlyRecord(read(frame('H0STASP0', [record('book', given)])));
    expect(book).toMatchObject({ asks: levels(71_300, 100, 1_000).slice(0, 9) });
    expect(book).toMatchObject({ bids: levels(71_300, -100, 2_000).slice(1) });
  });

  it('expects a price in an auction, and none outside of one', () => {
    const given = { HOUR_CLS_CODE: 'B', ANTC_CNPR: '71100', ANTC_CNQN: '500' };
    const expected = { price: 71_100, size: 500 };
    expect(onlyRecord(read(frame('H0STASP0', [record('book', given)])))).toMatchObject({ expected });
    const none = { ...given, ANTC_CNPR: '0' };
    expect(onlyRecord(read(frame('H0STASP0', [record('book', none)])))).toMatchObject({ expected: null });
    const left = { ...given, HOUR_CLS_CODE: '0' };
    expect(onlyRecord(read(frame('H0STASP0', [record('book', left)])))).toMatchObject({ expected: null });
  });

  it('is of the day before where its time would lie in the future', () => {
    const justAfterMidnight = Date.UTC(2026, 0, 15, 15, 0, 1);
    const book = onlyRecord(read(frame('H0STASP0', [record('book', { BSOP_HOUR: '235959' })]), justAfterMidnight));
    expect(book.atMs).toBe(justAfterMidnight - 2_000);
  });
});

describe('a frame of KIS that cannot be read', () => {
  const cut = (payload: string, fields: number): string => payload.split('^').slice(0, fields).join('^');

  it.each([
    ['of a TR that nobody registers', frame('HDFSCNT0', [record('trade')]), /TR/],
    ['of a trade that is too short', frame('H0STCNT0', [cut(record('trade'), 45)]), /45 fields/],
    ['of a book that is too short', frame('H0STASP0', [cut(record('book'), 58)]), /58 fields/],
    ['of a notice that is too short', frame('H0STCNI0', [cut(record('notice'), 25)]), /25 fields/],
    ['whose count does not divide', frame('H0STCNT0', [record('trade')], 4), /46 fields are not 4 records/],
    ['whose count is 0', frame('H0STCNT0', [record('trade')], 0), /0 records/],
    ['without a code', frame('H0STCNT0', [record('trade', { MKSC_SHRN_ISCD: '' })]), /stock code/],
    ['without a size', frame('H0STCNT0', [record('trade', { CNTG_VOL: '' })]), /CNTG_VOL/],
    ['with half a share', frame('H0STCNT0', [record('trade', { CNTG_VOL: '1.5' })]), /CNTG_VOL/],
    ['with a volume below zero', frame('H0STCNT0', [record('trade', { ACML_VOL: '-1' })]), /ACML_VOL/],
    ['with a volume beyond numbers', frame('H0STCNT0', [record('trade', { ACML_VOL: '9'.repeat(20) })]), /ACML_VOL/],
    ['with a price of 0', frame('H0STCNT0', [record('trade', { STCK_PRPR: '0' })]), /STCK_PRPR/],
    ['with an offer that is none', frame('H0STCNT0', [record('trade', { ASKP1: 'x' })]), /ASKP1/],
    ['with a level that is none', frame('H0STASP0', [record('book', { ASKP3: 'x' })]), /level/],
    ['with a level without size', frame('H0STASP0', [record('book', { BIDP_RSQN3: '' })]), /level/],
    ['without totals', frame('H0STASP0', [record('book', { TOTAL_ASKP_RSQN: '' })]), /TOTAL_ASKP_RSQN/],
  ])('%s is bad', (_what, text, reason) => {
    expect(read(text)).toEqual({ kind: 'bad', reason: expect.stringMatching(reason) });
  });

  it('with a record that begins elsewhere is bad, though its count divides', () => {
    const shifted = [`x^${record('trade')}`, record('trade').replace(/\^[^^]*$/, '')];
    expect(read(frame('H0STCNT0', shifted))).toMatchObject({ kind: 'bad' });
  });
});

describe('what is sent to KIS', () => {
  const trade: Feed = { kind: 'trade', symbol: '005930', venue: 'KRX' };
  const sent = (tr: string, type: string, key: string) => ({
    header: { approval_key: 'approval', custtype: 'P', tr_type: type, 'content-type': 'utf-8' },
    body: { input: { tr_id: tr, tr_key: key } },
  });

  it.each([
    [trade, 'H0STCNT0', 'H0STCNT0'],
    [{ ...trade, venue: 'NXT' }, 'H0NXCNT0', 'H0NXCNT0'],
    [{ ...trade, venue: 'UN' }, 'H0UNCNT0', 'H0UNCNT0'],
    [{ ...trade, kind: 'book' }, 'H0STASP0', 'H0STASP0'],
    [{ ...trade, kind: 'book', venue: 'NXT' }, 'H0NXASP0', 'H0NXASP0'],
    [{ ...trade, kind: 'book', venue: 'UN' }, 'H0UNASP0', 'H0UNASP0'],
    [{ kind: 'notice', symbol: 'myhtsid', venue: 'UN' }, 'H0STCNI0', 'H0STCNI9'],
  ] as [Feed, string, string][])('for %j is %s, on paper %s', (feed, real, paper) => {
    expect(JSON.parse(live.register([feed], 'approval', 'real'))).toEqual(sent(real, '1', feed.symbol));
    expect(JSON.parse(live.register([feed], 'approval', 'paper'))).toEqual(sent(paper, '1', feed.symbol));
    expect(JSON.parse(live.release([feed], 'approval', 'real'))).toEqual(sent(real, '2', feed.symbol));
  });

  it('begins with no login', () => {
    expect(live.login('approval')).toBeNull();
  });

  it('is offered on paper for KRX and for notices alone', () => {
    const venues = ['KRX', 'NXT', 'UN'] as const;
    const offered = (kind: Feed['kind'], environment: 'real' | 'paper') =>
      venues.map((venue) => live.offers({ kind, symbol: '005930', venue }, environment) === true);
    expect(offered('trade', 'real')).toEqual([true, true, true]);
    expect(offered('trade', 'paper')).toEqual([true, false, false]);
    expect(offered('book', 'paper')).toEqual([true, false, false]);
    expect(offered('notice', 'paper')).toEqual([true, true, true]);
    expect(live.offers({ ...trade, venue: 'NXT' }, 'paper')).toMatch(/NXT/);
  });

  it('goes to the ports of its environment', () => {
    expect(live.addresses).toEqual({
      real: 'ws://ops.koreainvestment.com:21000/tryitout',
      paper: 'ws://ops.koreainvestment.com:31000/tryitout',
    });
  });
});

describe('a notice of KIS', () => {
  it('in clear has its 26 fields by name', () => {
    expect(onlyRecord(read(frame('H0STCNI9', [record('notice')])))).toEqual({
      kind: 'notice',
      symbol: '005930',
      venue: 'KRX',
      atMs: receivedAt,
      what: 'fill',
      fields: fieldsOf('notice'),
    });
  });

  it.each([
    ['1', 'order'],
    ['2', 'fill'],
  ])('with CNTG_YN %s is of a %s', (code, what) => {
    expect(onlyRecord(read(frame('H0STCNI0', [record('notice', { CNTG_YN: code })])))).toMatchObject({ what });
  });

  it.each([
    ['1', 'KRX'],
    ['2', 'NXT'],
    ['3', 'KRX'],
    ['4', 'NXT'],
    ['', 'UN'],
  ])('with ORD_EXG_GB %j is of %s', (code, venue) => {
    expect(onlyRecord(read(frame('H0STCNI0', [record('notice', { ORD_EXG_GB: code })])))).toMatchObject({ venue });
  });

  it('keeps fields behind the 26', () => {
    expect(onlyRecord(read(frame('H0STCNI0', [record('notice', {}, ['new'])]))).extra).toEqual(['new']);
  });

  it('that is encrypted cannot be read before the answer with its key', () => {
    expect(read(encryptedFrame('H0STCNI0', [record('notice')]))).toMatchObject({ kind: 'bad' });
  });
});
