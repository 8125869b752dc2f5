import { describe, expect, it } from 'vitest';

import type { CandleBatch, CandleQuery, Venue } from '../../src/broker/candle.js';
import type { KiwoomEndpointName } from '../../src/broker/kiwoom/catalogue.js';
import type { MarketSource } from '../../src/broker/market-source.js';
import { BrokerRefused } from '../../src/error/index.js';
import { candleBatchesOf, daysAtOnce, estimatedCandleCalls } from '../../src/hub/market-data.js';
import { answerOf, sample, type Row } from '../support/sample.js';

const at = (text: string): number => Date.parse(text);
/** Monday, 10:15:20 in Korea. */
const now = at('2026-11-23T10:15:20+09:00');

const query = (more: Partial<CandleQuery> = {}) => ({
  broker: 'kiwoom' as const,
  symbol: '005930',
  venue: 'KRX' as Venue,
  interval: '1m' as const,
  from: '2026-11-20',
  to: '2026-11-20',
  ...more,
});

const minuteRow = (label: string, more: Partial<Row> = {}): Row => ({
  cur_prc: '-70900',
  trde_qty: '12',
  cntr_tm: label,
  open_pric: '+71100',
  high_pric: '+71200',
  low_pric: '--70800',
  acc_trde_qty: '500',
  ...more,
});

const dayRow = (dt: string): Row => ({
  cur_prc: '71000',
  trde_qty: '1000',
  trde_prica: '71',
  dt,
  open_pric: '70500',
  high_pric: '71500',
  low_pric: '70000',
});

/** Pages of rows, all of them offered at once; says how many were looked at. */
const scripted = (list: string, ...given: readonly (readonly Row[])[]) => {
  const asked: { endpoint: string; params: Readonly<Record<string, string>>; read: number }[] = [];
  const pages = given.length === 0 ? [[]] : given;
  const source: MarketSource<KiwoomEndpointName> = {
    now: () => now,
    call: async () => Promise.reject(new Error('charts are paged')),
    pages: async function* (endpoint, params) {
      const record = { endpoint, params, read: 0 };
      asked.push(record);
      for (const rows of pages) {
        record.read += 1;
        const answer = answerOf({ [list]: rows }, now, `request-${String(record.read)}`);
        const headers = record.read < pages.length ? { 'cont-yn': 'Y', 'next-key': 'more' } : { 'cont-yn': 'N' };
        yield { ...answer, headers, tr: endpoint };
      }
    },
  };
  return { asked, source };
};
const minutes = 'stk_min_pole_chart_qry';
const days = 'stk_dt_pole_chart_qry';

const collect = async (wanted: CandleQuery, source: MarketSource<KiwoomEndpointName>): Promise<CandleBatch[]> => {
  const batches: CandleBatch[] = [];
  const none = (): never => {
    throw new Error('KIS was asked');
  };
  const kis = { call: none, pages: none, now: () => now };
  for await (const batch of candleBatchesOf({ ...wanted, broker: 'kiwoom' }, { kis, kiwoom: source })) {
    batches.push(batch);
  }
  return batches;
};

const times = (batch: CandleBatch | undefined): string[] =>
  (batch?.candles ?? []).map(({ startMs }) => new Date(startMs + 9 * 3_600_000).toISOString().slice(5, 16));

describe('minute bars of Kiwoom', () => {
  it('have prices without the sign of their direction, and no traded amount', async () => {
    const { asked, source } = scripted(minutes, [minuteRow('20261120090000')]);
    const [batch] = await collect(query(), source);
    expect(batch).toMatchObject({
      broker: 'kiwoom',
      tr: 'ka10080',
      days: ['2026-11-20'],
      candles: [
        {
          ...{ symbol: '005930', venue: 'KRX', interval: '1m', source: 'REST_API_KIWOOM' },
          ...{ open: 71_100, high: 71_200, low: 70_800, close: 70_900, volume: 12, value: null },
          startMs: at('2026-11-20T09:00:00+09:00'),
        },
      ],
    });
    expect(asked).toEqual([
      {
        endpoint: 'ka10080',
        params: { stk_cd: '005930', base_dt: '20261120', tic_scope: '1', upd_stkpc_tp: '0' },
        read: 1,
      },
    ]);
  });

  it('of the sample are read whole', async () => {
    const rows = sample('kiwoom/ka10080')[minutes] as Row[];
    const { source } = scripted(minutes, rows);
    const [read] = await collect(query({ from: '2026-03-12', to: '2026-03-12' }), {
      ...source,
      now: () => at('2026-03-20T10:00:00+09:00'),
    });
    expect(read?.candles).toHaveLength(rows.length);
    expect(read?.candles.every(({ low, high }) => low <= high)).toBe(true);
  });

  it.each([
    ['NXT', '005930_NX'],
    ['UN', '005930_AL'],
  ] as const)('of %s are asked for as %s', async (venue, stk_cd) => {
    const { asked, source } = scripted(minutes, [minuteRow('20261120080000')]);
    await collect(query({ venue }), source);
    expect(asked[0]?.params.stk_cd).toBe(stk_cd);
  });

  it('are paged back to the start of the range, and not further', async () => {
    const { asked, source } = scripted(
      minutes,
      [minuteRow('20261120153000'), minuteRow('20261120110000')],
      [minuteRow('20261120110000', { trde_qty: '13' }), minuteRow('20261120090000'), minuteRow('20261119153000')],
      [minuteRow('20261119151900')],
    );
    const [batch] = await collect(query(), source);
    expect(asked[0]?.read).toBe(2);
    expect(times(batch)).toEqual(['11-20T09:00', '11-20T11:00', '11-20T15:30']);
    expect(batch?.requestIds).toEqual(['request-1', 'request-2']);
  });

  it('leave out what no other source has: the row at 15:35, and other days', async () => {
    const { source } = scripted(minutes, [
      minuteRow('20261120153500'),
      minuteRow('20261120153000'),
      minuteRow('20261120090000'),
      minuteRow('20261119153500'),
    ]);
    expect(times((await collect(query(), source))[0])).toEqual(['11-20T09:00', '11-20T15:30']);
  });

  it('end with the close of an examination day', async () => {
    const { source } = scripted(minutes, [
      minuteRow('20261119163500'),
      minuteRow('20261119163000'),
      minuteRow('20261119100000'),
      minuteRow('20261118153000'),
    ]);
    const [batch] = await collect(query({ from: '2026-11-19', to: '2026-11-19' }), source);
    expect(times(batch)).toEqual(['11-19T10:00', '11-19T16:30']);
  });

  it('of today leave out the minute that is still forming', async () => {
    const { source } = scripted(minutes, [
      minuteRow('20261123101500'),
      minuteRow('20261123101400'),
      minuteRow('20261123090000'),
    ]);
    const [batch] = await collect(query({ from: '2026-11-23', to: '2026-11-23' }), source);
    expect(times(batch)).toEqual(['11-23T09:00', '11-23T10:14']);
    expect(batch?.finalUntilMs).toBe(at('2026-11-23T10:15:00+09:00'));
  });

  it('of a long range come in pieces that fill their pages, each asked for from its last day', async () => {
    const { asked, source } = scripted(minutes, []);
    const batches = await collect(query({ from: '2026-11-02', to: '2026-11-20' }), source);
    expect(batches.map((batch) => batch.days.length)).toEqual([7, 7, 1]);
    expect(asked.map(({ params }) => params.base_dt)).toEqual(['20261110', '20261119', '20261120']);
  });

  it('of a window that holidays have stretched come in one piece', async () => {
    const { asked, source } = scripted(minutes, []);
    await collect(query({ from: '2026-09-21', to: '2026-10-05' }), source);
    expect(asked.map(({ params }) => params.base_dt)).toEqual(['20261005']);
  });

  it('that end too early speak for the days that history is known to reach', async () => {
    const { source } = scripted(minutes, [minuteRow('20261120093000')]);
    expect((await collect(query({ from: '2026-11-18' }), source))[0]?.days).toEqual([
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
    ]);
  });

  it('of long ago speak only for days with older rows', async () => {
    const { source } = scripted(minutes, [minuteRow('20260304093000')]);
    const [batch] = await collect(query({ from: '2026-03-03', to: '2026-03-05' }), source);
    expect(batch?.days).toEqual(['2026-03-05']);
  });

  it('whose pages promise older rows and bring none prove nothing: they are unreadable', async () => {
    const same = [minuteRow('20261120100000')];
    const { asked, source } = scripted(minutes, same, same, same);
    await expect(collect(query(), source)).rejects.toMatchObject({ code: 'HUB_ANSWER_UNREADABLE' });
    expect(asked[0]?.read).toBe(2);
    const empty = scripted(minutes, [minuteRow('20261120132400')], [], [minuteRow('20261120090000')]);
    await expect(collect(query(), empty.source)).rejects.toMatchObject({ code: 'HUB_ANSWER_UNREADABLE' });
  });

  it('without a trade are no bars', async () => {
    const { source } = scripted(minutes, [minuteRow('20261120100000', { trde_qty: '0' }), minuteRow('20261120090000')]);
    expect(times((await collect(query(), source))[0])).toEqual(['11-20T09:00']);
  });

  it.each(['1902', '1903'])(
    'of a stock that the broker does not know (%s) are HUB_SYMBOL_UNKNOWN',
    async (brokerCode) => {
      const fault = {
        broker: 'kiwoom',
        endpoint: 'ka10080',
        status: 200,
        brokerCode,
        brokerMessage: '…',
        meaning: '…',
      };
      const { source } = scripted(minutes);
      const pages = async function* () {
        yield await Promise.reject(new BrokerRefused(fault, '…'));
      };
      await expect(collect(query(), { ...source, pages })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
    },
  );

  it.each([
    ['a price that is none', minuteRow('20261120090000', { cur_prc: '' })],
    ['a price of letters', minuteRow('20261120090000', { cur_prc: '70,90' })],
    ['a label that is none', minuteRow('2026112009')],
  ])('with %s are unreadable', async (_what, row) => {
    const { source } = scripted(minutes, [row]);
    await expect(collect(query(), source)).rejects.toMatchObject({ code: 'HUB_ANSWER_UNREADABLE' });
  });
});

describe('daily bars of Kiwoom', () => {
  it('tell their traded amount in whole millions of won, and come back to the first day', async () => {
    const { asked, source } = scripted(
      days,
      [dayRow('20261120'), dayRow('20261119'), dayRow('20261118')],
      [dayRow('20261117')],
    );
    const [batch] = await collect(query({ interval: '1d', from: '2026-11-18' }), source);
    expect(asked).toMatchObject([{ endpoint: 'ka10081', params: { base_dt: '20261120', upd_stkpc_tp: '0' }, read: 1 }]);
    expect(batch?.candles.map(({ value, volume }) => [value, volume])).toEqual(Array(3).fill([71_000_000, 1_000]));
    expect(batch?.candles[0]?.startMs).toBe(at('2026-11-18T00:00:00+09:00'));
  });

  it('leave out today, which is not over', async () => {
    const { source } = scripted(days, [dayRow('20261123'), dayRow('20261120')]);
    const [batch] = await collect(query({ interval: '1d', to: '2026-11-23' }), source);
    expect(batch?.candles).toHaveLength(1);
    expect(batch?.finalUntilMs).toBe(at('2026-11-23T00:00:00+09:00'));
  });
});

describe('a plan', () => {
  it.each([
    ['KRX', 7],
    ['NXT', 5],
    ['UN', 5],
  ] as const)('for minutes of %s takes %i days at once', (venue, size) => {
    expect(daysAtOnce('kiwoom', { venue })).toBe(size);
    expect(daysAtOnce('kis', { venue })).toBe(1);
  });

  it.each([
    ['1m', 1, 1],
    ['1m', 2, 1],
    ['1m', 3, 2],
    ['1m', 7, 3],
    ['1d', 250, 1],
    ['1d', 601, 2],
  ] as const)('for %s of %i days counts %i calls', (interval, count, calls) => {
    const days = Array<string>(count).fill('2026-11-20');
    expect(estimatedCandleCalls({ broker: 'kiwoom', venue: 'KRX', interval }, days, '2026-11-23')).toBe(calls);
  });
});
