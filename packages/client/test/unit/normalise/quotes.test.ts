import { describe, expect, it } from 'vitest';

import { offlineHub, ok, type Reply } from '../../support/offline-hub.js';
import { sample, type Body } from '../../support/sample.js';

const now = '2026-03-12T16:00:00+09:00';
const stock = { symbol: '005930', venue: 'KRX' } as const;
const hubOf = (reply: Reply) => offlineHub(reply, { now });
const with_ = (body: Body, part: string, more: object): Body => ({
  ...body,
  [part]: { ...(body[part] as object), ...more },
});

const provenance = { requestIds: ['request-1'], fetchedAtMs: Date.parse(now), keyId: 'abc' };

describe('a quote', () => {
  it('of KIS has the figures of inquire-price in KRW and shares', async () => {
    const { hub, asked } = hubOf(() => ok(sample('inquire-price')));
    expect(await hub.quote({ ...stock, broker: 'kis' })).toEqual({
      ...{ ...stock, ...provenance, broker: 'kis', tr: 'FHKST01010100', source: 'REST_API_KIS' },
      ...{ price: 128_500, base: 128_500, open: 128_500, high: 130_000, low: 128_500 },
      ...{ upperLimit: 167_000, lowerLimit: 90_000, volume: 2_669_075, value: 344_570_137_500 },
    });
    expect(asked).toEqual([
      { endpoint: 'inquire-price', params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } },
    ]);
  });

  it('of Kiwoom has those of ka10001 without the signs of their direction, and no value', async () => {
    const { hub, asked } = hubOf(() => ok(sample('kiwoom/ka10001')));
    expect(await hub.quote({ ...stock, venue: 'UN', broker: 'kiwoom' })).toEqual({
      ...{ ...stock, ...provenance, venue: 'UN', broker: 'kiwoom', tr: 'ka10001', source: 'REST_API_KIWOOM' },
      ...{ price: 71_200, base: 71_000, open: 70_900, high: 71_500, low: 70_600 },
      ...{ upperLimit: 92_300, lowerLimit: 49_700, volume: 9_263_135, value: null },
    });
    expect(asked).toEqual([{ endpoint: 'ka10001', params: { stk_cd: '005930_AL' } }]);
  });

  it('before the first trade has no range yet', async () => {
    const none = { stck_oprc: '0', stck_hgpr: '0', stck_lwpr: '0', acml_vol: '0' };
    const { hub } = hubOf(() => ok(with_(sample('inquire-price'), 'output', none)));
    expect(await hub.quote({ ...stock, broker: 'kis' })).toMatchObject({
      open: null,
      high: null,
      low: null,
      volume: 0,
    });
  });

  it('without a price is of a symbol that KIS does not know', async () => {
    const { hub } = hubOf(() => ok(with_(sample('inquire-price'), 'output', { stck_prpr: '0' })));
    await expect(hub.quote({ ...stock, broker: 'kis' })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });

  it.each([
    ['-128500', 'below zero'],
    ['', 'not a number'],
    [undefined, 'not a number'],
    ['9'.repeat(20), 'too large'],
  ])('with the price %s is unreadable: it is %s', async (stck_prpr, what) => {
    const { hub } = hubOf(() => ok(with_(sample('inquire-price'), 'output', { stck_prpr })));
    await expect(hub.quote({ ...stock, broker: 'kis' })).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
      message: `inquire-price: HTTP 200, output: stck_prpr is ${what}`,
    });
  });
});

describe('an order book', () => {
  it('of KIS has ten levels a side, the best first, and a time of day', async () => {
    const { hub, asked } = hubOf(() => ok(sample('inquire-asking-price-exp-ccn')));
    const book = await hub.orderBook({ ...stock, venue: 'NXT', broker: 'kis' });
    expect(book).toMatchObject({
      ...{ ...provenance, symbol: '005930', venue: 'NXT', broker: 'kis', tr: 'FHKST01010200', source: 'REST_API_KIS' },
      ...{ totalAskSize: 285_179, totalBidSize: 323_790, timeOfDayMs: ((15 * 60 + 19) * 60 + 59) * 1_000 },
    });
    expect([book.asks.length, book.bids.length]).toEqual([10, 10]);
    expect([book.asks[0], book.asks[9]]).toEqual([
      { price: 71_300, size: 18_234 },
      { price: 72_200, size: 22_887 },
    ]);
    expect(book.bids[0]).toEqual({ price: 71_200, size: 15_342 });
    expect(asked[0]?.params).toEqual({ FID_COND_MRKT_DIV_CODE: 'NX', FID_INPUT_ISCD: '005930' });
  });

  it('of Kiwoom is the same out of 69 flat fields', async () => {
    const { hub } = hubOf(() => ok(sample('kiwoom/ka10004')));
    const { asks, bids, ...rest } = await hub.orderBook({ ...stock, broker: 'kiwoom' });
    expect(asks.map(({ price }) => price)).toEqual(Array.from({ length: 10 }, (_none, index) => 71_300 + index * 100));
    expect(bids.map(({ price }) => price)).toEqual(Array.from({ length: 10 }, (_none, index) => 71_200 - index * 100));
    expect([asks[0]?.size, asks[4]?.size, bids[9]?.size]).toEqual([18_234, 61_833, 60_817]);
    expect(rest).toMatchObject({ totalAskSize: 285_179, totalBidSize: 323_790, source: 'REST_API_KIWOOM' });
  });

  it('leaves levels out that are empty, and a time that is not told', async () => {
    const thin = { ...sample('kiwoom/ka10004'), sel_10th_pre_bid: '0', sel_10th_pre_req: '', bid_req_base_tm: '' };
    const { hub } = hubOf(() => ok(thin));
    const book = await hub.orderBook({ ...stock, broker: 'kiwoom' });
    expect([book.asks.length, book.bids.length, book.timeOfDayMs]).toEqual([9, 10, null]);
  });

  it('of both venues is not told by Kiwoom, so nothing is sent', async () => {
    const { hub, asked } = hubOf(() => ok(sample('kiwoom/ka10004')));
    await expect(hub.orderBook({ ...stock, venue: 'UN', broker: 'kiwoom' })).rejects.toMatchObject({
      code: 'HUB_CALL_INVALID',
    });
    expect(asked).toEqual([]);
  });

  it('of zeros is of a symbol that KIS does not know', async () => {
    const { hub } = hubOf(() => ok(with_(sample('inquire-asking-price-exp-ccn'), 'output2', { stck_prpr: '0' })));
    await expect(hub.orderBook({ ...stock, broker: 'kis' })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });

  it('of a stock that nobody has is HUB_SYMBOL_UNKNOWN at Kiwoom', async () => {
    const { hub } = hubOf(() => ok({ return_code: 1, return_msg: '[1903:해당 거래소에 없는 종목입니다]' }));
    await expect(hub.orderBook({ ...stock, broker: 'kiwoom' })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });
});

describe('a question about a share', () => {
  it.each([
    [{ symbol: 'SAMSUNG' }, 'HUB_SYMBOL_UNKNOWN'],
    [{ venue: 'NYSE' as 'KRX' }, 'HUB_CALL_INVALID'],
    [{ broker: 'nobody' as 'kis' }, 'HUB_CALL_INVALID'],
  ])('with %j is %s before anything is sent', async (more, code) => {
    const { hub, asked } = hubOf(() => ok({}));
    const query = { ...stock, ...more };
    const range = { interval: '1d', from: '2026-03-11', to: '2026-03-11' } as const;
    await expect(hub.quote(query)).rejects.toMatchObject({ code });
    await expect(hub.orderBook(query)).rejects.toMatchObject({ code });
    await expect(hub.ticks(query).next()).rejects.toMatchObject({ code });
    await expect(hub.candles({ ...query, ...range }).next()).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it('goes to the first broker of the hub unless it names one', async () => {
    const { hub, asked } = hubOf((endpoint) => ok(sample(endpoint)));
    await hub.quote(stock);
    expect(asked.map(({ endpoint }) => endpoint)).toEqual(['inquire-price']);
  });
});
