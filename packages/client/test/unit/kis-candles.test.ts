import { describe, expect, it } from 'vitest';

import type { CandleBatch, CandleQuery } from '../../src/broker/candle.js';
import { kisCatalogue, type KisEndpointName } from '../../src/broker/kis/catalogue.js';
import type { MarketSource } from '../../src/broker/market-source.js';
import { candleBatchesOf, checkCandleQuery } from '../../src/hub/market-data.js';
import { answerOf, dayRow, minuteRow, type Row } from '../support/sample.js';

const at = (text: string): number => Date.parse(text);
/** Monday, 10:15:20 in Korea. */
const now = at('2026-11-23T10:15:20+09:00');
const query = (more: Partial<CandleQuery> = {}): CandleQuery => ({
  symbol: '005930',
  venue: 'KRX',
  interval: '1m',
  from: '2026-11-20',
  to: '2026-11-20',
  ...more,
});

/** Minute labels `HHMM00` going back from `newest`. */
const page = (day: string, newest: string, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const minute = Number(newest.slice(0, 2)) * 60 + Number(newest.slice(2, 4)) - index;
    const pad = (value: number): string => String(value).padStart(2, '0');
    return minuteRow(day, `${pad(Math.floor(minute / 60))}${pad(minute % 60)}00`);
  });

type KisCall = MarketSource<KisEndpointName>['call'];

/** KIS pages its charts by time windows, so nothing here follows a cursor. */
const pages = (): never => {
  throw new Error('no cursor here');
};

/** Answers call after call from a script, and keeps what was asked. */
const scripted = (...pages: readonly (readonly unknown[])[]) => {
  const asked: { endpoint: string; params: Readonly<Record<string, string>> }[] = [];
  const call: KisCall = async (endpoint, params) => {
    asked.push({ endpoint, params });
    if (endpoint === 'inquire-price') return answerOf({ output: { stck_prpr: '71500' } }, now);
    const rows = pages[asked.length - 1];
    if (rows === undefined) throw new Error('one call too many');
    const answer = answerOf({ output2: rows }, now, `request-${String(asked.length)}`);
    return { ...answer, tr: kisCatalogue[endpoint].tr.real };
  };
  return { asked, call };
};

const collect = async (wanted: CandleQuery, call: KisCall, clock = now): Promise<CandleBatch[]> => {
  const batches: CandleBatch[] = [];
  const source = { call, pages, now: () => clock };
  for await (const batch of candleBatchesOf(
    { ...wanted, broker: 'kis' },
    { kis: source, kiwoom: { ...source, call: pages } },
  ))
    batches.push(batch);
  return batches;
};

describe('the history of a day', () => {
  it('begins an hour later on the day of the university entrance examination', async () => {
    const { asked, call } = scripted(page('20261119', '163000', 5));
    await collect(query({ from: '2026-11-19', to: '2026-11-19' }), call);
    expect(asked.map(({ params }) => params.FID_INPUT_HOUR_1)).toEqual(['163000']);
  });

  it('is walked page by page, each from the minute before the oldest bar, until a short page', async () => {
    const { asked, call } = scripted(page('20261120', '153000', 120), page('20261120', '133000', 5));
    const [batch] = await collect(query(), call);
    expect(asked.map(({ params }) => params.FID_INPUT_HOUR_1)).toEqual(['153000', '133000']);
    expect(asked[0]).toEqual({
      endpoint: 'inquire-time-dailychartprice',
      params: {
        FID_COND_MRKT_DIV_CODE: 'J',
        FID_INPUT_ISCD: '005930',
        FID_INPUT_HOUR_1: '153000',
        FID_INPUT_DATE_1: '20261120',
        FID_PW_DATA_INCU_YN: 'N',
        FID_FAKE_TICK_INCU_YN: '',
      },
    });
    expect(batch?.candles).toHaveLength(125);
    expect(batch).toMatchObject({
      days: ['2026-11-20'],
      tr: 'FHKST03010230',
      requestIds: ['request-1', 'request-2'],
      keyId: 'abc',
      finalUntilMs: at('2026-11-21T00:00:00+09:00'),
    });
  });

  it('ends at an empty page', async () => {
    const { asked, call } = scripted(page('20261120', '153000', 120), []);
    const [batch] = await collect(query(), call);
    expect(asked).toHaveLength(2);
    expect(batch?.candles).toHaveLength(120);
  });

  it('ends at a page that repeats', async () => {
    const repeated = page('20261120', '153000', 120);
    const { asked, call } = scripted(repeated, repeated, repeated);
    const [batch] = await collect(query(), call);
    expect(asked).toHaveLength(2);
    expect(batch?.candles).toHaveLength(120);
  });

  it('ends when the first label of the day is reached', async () => {
    const { asked, call } = scripted(page('20261120', '105900', 120));
    await collect(query(), call);
    expect(asked).toHaveLength(1);
  });

  it('of NXT runs from eight to eight', async () => {
    const { asked, call } = scripted(page('20261120', '095900', 120));
    await collect(query({ venue: 'NXT' }), call);
    expect(asked[0]?.params).toMatchObject({ FID_COND_MRKT_DIV_CODE: 'NX', FID_INPUT_HOUR_1: '200000' });
  });

  it('spends no call on a weekend', async () => {
    const { asked, call } = scripted(page('20261120', '090000', 1));
    const batches = await collect(query({ to: '2026-11-22' }), call);
    expect(batches.map(({ days }) => days)).toEqual([['2026-11-20']]);
    expect(asked).toHaveLength(1);
  });

  it('without bars is believed when the symbol has a price', async () => {
    const { asked, call } = scripted([]);
    const [batch] = await collect(query(), call);
    expect(asked.map(({ endpoint }) => endpoint)).toEqual(['inquire-time-dailychartprice', 'inquire-price']);
    expect(batch?.candles).toEqual([]);
  });

  it('without bars of a symbol without a price is HUB_SYMBOL_UNKNOWN', async () => {
    const call: KisCall = async (endpoint) =>
      answerOf(endpoint === 'inquire-price' ? { output: { stck_prpr: '0' } } : { output2: [] });
    await expect(collect(query({ symbol: '999999' }), call)).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });
});

describe('today', () => {
  const today = query({ from: '2026-11-23', to: '2026-11-23' });

  it.each([
    ['58', '0', ['2026-11-23']],
    ['55', '0', undefined],
    // It has traded today: a halt now says nothing of the time before.
    ['58', '100', undefined],
  ])('is halted by the word of the quote: status %s, volume %s', async (status, volume, halted) => {
    const quote = { stck_prpr: '71500', iscd_stat_cls_code: status, acml_vol: volume };
    const asked: string[] = [];
    const call: KisCall = async (endpoint) => {
      asked.push(endpoint);
      if (endpoint === 'inquire-price') return answerOf({ output: quote }, now);
      return answerOf({ output1: { hts_kor_isnm: '삼성전자' }, output2: [] }, now);
    };
    const [batch] = await collect(today, call);
    expect(batch?.halted).toEqual(halted);
    expect(batch?.requestIds).toHaveLength(2);
    expect(asked).toEqual(['inquire-time-itemchartprice', 'inquire-price']);
  });

  it('is asked for up to the current minute, and the bar that is still forming is left out', async () => {
    const { asked, call } = scripted(page('20261123', '101500', 30), page('20261123', '094500', 29));
    const [batch] = await collect(today, call);
    expect(asked[0]).toMatchObject({
      endpoint: 'inquire-time-itemchartprice',
      params: { FID_INPUT_HOUR_1: '101520', FID_ETC_CLS_CODE: '' },
    });
    expect(batch?.candles.at(-1)?.startMs).toBe(at('2026-11-23T10:14:00+09:00'));
    expect(batch?.finalUntilMs).toBe(at('2026-11-23T10:15:00+09:00'));
  });

  it('counts a minute as final some seconds after its end only', async () => {
    const { call } = scripted(page('20261123', '101500', 1));
    const source = { pages, now: () => at('2026-11-23T10:16:02+09:00') };
    const late: KisCall = async (...call_) => ({ ...(await call(...call_)), receivedAt: source.now() });
    const sources = { kis: { ...source, call: late }, kiwoom: { ...source, call: pages } };
    const batches: CandleBatch[] = [];
    for await (const batch of candleBatchesOf({ ...today, broker: 'kis' }, sources)) batches.push(batch);
    expect(batches[0]?.candles).toEqual([]);
  });

  it('before the opening spends no call on the chart', async () => {
    const { asked, call } = scripted();
    const [batch] = await collect(today, call, at('2026-11-23T08:30:00+09:00'));
    expect(asked.map(({ endpoint }) => endpoint)).toEqual(['inquire-price']);
    expect(batch?.candles).toEqual([]);
  });
});

describe('daily bars', () => {
  const days = (newest: string, count: number): Row[] =>
    Array.from({ length: count }, (_, index) =>
      dayRow(new Date(Date.parse(newest) - index * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')),
    );

  it('are walked backwards by the end date, raw, in ascending order', async () => {
    const { asked, call } = scripted(days('2026-11-20', 100), days('2026-08-12', 3));
    const [batch] = await collect(query({ interval: '1d', from: '2026-08-10' }), call);
    expect(
      asked.map(({ params }) => [params.FID_INPUT_DATE_1, params.FID_INPUT_DATE_2, params.FID_ORG_ADJ_PRC]),
    ).toEqual([
      ['20260810', '20261120', '1'],
      ['20260810', '20260812', '1'],
    ]);
    const starts = batch?.candles.map(({ startMs }) => startMs) ?? [];
    expect(starts).toEqual([...starts].sort((left, right) => left - right));
    expect(starts).toHaveLength(103);
  });

  it('of today are left out: they go on changing until the after-market has ended', async () => {
    const { call } = scripted(days('2026-11-23', 2));
    const [batch] = await collect(query({ interval: '1d', from: '2026-11-22', to: '2026-11-23' }), call);
    expect(batch?.candles.map(({ startMs }) => startMs)).toEqual([at('2026-11-22T00:00:00+09:00')]);
  });

  it('end at a page that repeats', async () => {
    const repeated = days('2026-11-20', 100);
    const { asked, call } = scripted(repeated, repeated, repeated);
    await collect(query({ interval: '1d', from: '2025-01-02' }), call);
    expect(asked).toHaveLength(2);
  });
});

describe('a query', () => {
  it.each([
    [{ from: '2026-11-20', to: '2026-11-19' }, 'HUB_RANGE', 'after'],
    [{ from: '2026-02-31', to: '2026-03-02' }, 'HUB_RANGE', 'not days'],
    [{ from: '2026-1120', to: '2026-11-20' }, 'HUB_RANGE', 'not days'],
    [{ from: '20261120', to: '20261120' }, 'HUB_RANGE', 'not days'],
    [{ from: '2026-11-24', to: '2026-11-24' }, 'HUB_RANGE', 'not begun'],
    [{ from: '2025-11-22', to: '2026-11-20' }, 'HUB_RANGE', '365 days'],
    [{ symbol: 'SAMSUNG' }, 'HUB_SYMBOL_UNKNOWN', 'SAMSUNG'],
    [{ venue: 'NYSE' as 'KRX' }, 'HUB_CALL_INVALID', 'venue'],
    [{ interval: '5m' as '1m' }, 'HUB_CALL_INVALID', 'interval'],
  ] as const)('for %j is %s before anything is sent', async (more, code, words) => {
    const { asked, call } = scripted();
    await expect(collect(query(more), call)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
      remedy: expect.stringMatching(/./),
    });
    expect(asked).toEqual([]);
  });

  it('for daily bars may reach back for years', () => {
    expect(() => {
      checkCandleQuery(query({ interval: '1d', from: '2015-01-02' }), now);
    }).not.toThrow();
  });
});
