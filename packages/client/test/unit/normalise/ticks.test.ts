import { describe, expect, it } from 'vitest';

import type { Tick } from '../../../src/broker/tick.js';
import { offlineHub, ok, type Reply } from '../../support/offline-hub.js';
import { sample } from '../../support/sample.js';

const at = (text: string): number => Date.parse(`${text}+09:00`);
const stock = { symbol: '005930', venue: 'KRX' } as const;
const now = '2026-03-12T16:00:00+09:00';

const read = async (reply: Reply, query: { broker: 'kis' | 'kiwoom'; venue?: 'NXT' }, instant = now) => {
  const { hub, asked } = offlineHub(reply, { now: instant });
  const ticks: Tick[] = [];
  for await (const tick of hub.ticks({ ...stock, ...query })) ticks.push(tick);
  return { ticks, asked };
};

interface Trade {
  readonly time: string;
  readonly volume: number;
  readonly size: number;
}

describe('trades of KIS', () => {
  const row = ({ time, volume, size }: Trade): Record<string, string> => ({
    stck_cntg_hour: time,
    stck_prpr: '71200',
    askp: '71300',
    bidp: '71200',
    acml_vol: String(volume),
    cnqn: String(size),
  });
  const answer = (rows: readonly object[], price = '71200') =>
    ok({ output1: { stck_prpr: price }, output2: rows, rt_cd: '0', msg_cd: 'MCA00000', msg1: '' });

  /** `count` trades of one share each, so many in every second, newest last at 15:00:00. */
  const tape = (count: number, perSecond: number): Trade[] =>
    Array.from({ length: count }, (_none, index) => {
      const second = 15 * 3_600 - Math.floor((count - 1 - index) / perSecond);
      const parts = [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60];
      return { time: parts.map((part) => String(part).padStart(2, '0')).join(''), volume: index + 1, size: 1 };
    });
  const serve =
    (trades: readonly Trade[], shape: (trade: Trade) => object = row): Reply =>
    (_endpoint, { FID_INPUT_HOUR_1: until = '' }) =>
      answer(
        trades
          .filter(({ time }) => time <= until)
          .slice(-30)
          .reverse()
          .map(shape),
      );

  it('of the sample have their second as an instant, and no side', async () => {
    const { ticks, asked } = await read(() => ok(sample('inquire-time-itemconclusion')), { broker: 'kis' });
    expect(ticks[1]).toEqual({
      ...stock,
      atMs: at('2026-03-12T14:11:58'),
      price: 104_500,
      size: 4,
      dayVolume: 1_979_707,
      dayValue: null,
      side: null,
      ask: 105_000,
      bid: 104_500,
      source: 'REST_API_KIS',
    });
    expect(asked).toEqual([
      {
        endpoint: 'inquire-time-itemconclusion',
        params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930', FID_INPUT_HOUR_1: '160000' },
      },
    ]);
  });

  it.each([1, 7, 29])('are all there, each once, with %i of them in a second', async (perSecond) => {
    const trades = tape(100, perSecond);
    const { ticks } = await read(serve(trades), { broker: 'kis' });
    expect(ticks.map(({ dayVolume }) => dayVolume)).toEqual(trades.map(({ volume }) => volume).reverse());
  });

  it('of a second that is larger than a page leave a gap that their volumes tell of', async () => {
    const { ticks } = await read(serve(tape(100, 40)), { broker: 'kis' });
    const gaps = ticks.filter(({ dayVolume, size }, index) => {
      const before = ticks[index + 1];
      return before !== undefined && dayVolume - size !== before.dayVolume;
    });
    expect(ticks).toHaveLength(80);
    expect(gaps).toHaveLength(2);
  });

  it('without a size have what the volume grew by, also over the joint of two pages', async () => {
    const unsized = (trade: Trade): object => ({ ...row(trade), cnqn: undefined });
    const trades = tape(65, 4).map((trade) => ({ ...trade, volume: trade.volume * 3 }));
    const { ticks } = await read(serve(trades, unsized), { broker: 'kis' });
    expect(ticks.map(({ size }) => size)).toEqual(Array(65).fill(3));
    expect(new Set(ticks.map(({ dayVolume }) => dayVolume)).size).toBe(65);
  });

  it('may call their price stck_pbpr, as the official table does', async () => {
    const documented = (trade: Trade): object => ({ ...row(trade), stck_prpr: undefined, stck_pbpr: '71250' });
    const { ticks } = await read(serve(tape(1, 1), documented), { broker: 'kis' });
    expect(ticks[0]?.price).toBe(71_250);
  });

  it('whose book is empty on a side have no price there', async () => {
    const { ticks } = await read(
      serve(tape(1, 1), (trade) => ({ ...row(trade), askp: '0', bidp: '' })),
      { broker: 'kis' },
    );
    expect(ticks[0]).toMatchObject({ ask: null, bid: null });
  });

  it('are none on a closed day, and none of an unknown symbol is HUB_SYMBOL_UNKNOWN', async () => {
    expect((await read(() => answer([]), { broker: 'kis' })).ticks).toEqual([]);
    await expect(read(() => answer([], '0'), { broker: 'kis' })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });

  it.each([
    ['that the broker repeats for ever', tape(30, 1)],
    ['that are later than asked for', [{ time: '160001', volume: 1, size: 1 }]],
    ['out of order', [...tape(3, 1)].reverse()],
  ])('%s are unreadable', async (_what, trades) => {
    await expect(read(() => answer([...trades].reverse().map(row)), { broker: 'kis' })).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
    });
  });

  it('are asked for page by page, as they are wanted', async () => {
    const { hub, asked } = offlineHub(serve(tape(100, 1)), { now });
    for await (const { dayVolume } of hub.ticks({ ...stock, broker: 'kis' })) if (dayVolume === 99) break;
    expect(asked).toHaveLength(1);
  });
});

describe('trades of Kiwoom', () => {
  const days = (...dates: readonly string[]) =>
    ok({
      stk_dt_pole_chart_qry: dates.map((dt) => ({
        ...(sample('kiwoom/ka10081').stk_dt_pole_chart_qry as object[])[0],
        dt,
      })),
      return_code: 0,
      return_msg: '',
    });
  const trades = (rows: readonly object[]) => ok({ cntr_infr: rows, return_code: 0, return_msg: '' });
  const [first = {}] = sample('kiwoom/ka10003').cntr_infr as object[];
  const serve =
    (rows: readonly object[], ...dates: readonly string[]): Reply =>
    (endpoint) =>
      endpoint === 'ka10081' ? days(...dates) : trades(rows);

  it('of the sample have prices without direction, a side, and the day in KRW', async () => {
    const rows = sample('kiwoom/ka10003').cntr_infr as object[];
    const { ticks, asked } = await read(serve(rows, '20260312', '20260311'), { broker: 'kiwoom', venue: 'NXT' });
    expect(ticks.map(({ price, size, side }) => [price, size, side])).toEqual([
      [71_200, 35, 'sell'],
      [71_300, 120, 'buy'],
      [71_000, 8, 'sell'],
    ]);
    expect(ticks[0]).toEqual({
      symbol: '005930',
      venue: 'NXT',
      atMs: at('2026-03-12T15:19:59'),
      price: 71_200,
      size: 35,
      dayVolume: 9_263_135,
      dayValue: 660_512_345_600,
      side: 'sell',
      ask: 71_300,
      bid: 71_200,
      source: 'REST_API_KIWOOM',
    });
    // The day is asked for after the trades: a page from before the first trade of a new day cannot hold any of it.
    expect(asked.map(({ endpoint, params }) => [endpoint, params.stk_cd, params.base_dt])).toEqual([
      ['ka10003', '005930_NX', undefined],
      ['ka10081', '005930_NX', '20260312'],
    ]);
  });

  it.each([
    ['+35', 35, 'buy'],
    ['35', 35, 'buy'],
    ['-35', 35, 'sell'],
    ['--35', 35, 'sell'],
    ['+1,200', 1_200, 'buy'],
  ])('with a size of %s are %i shares, side %s', async (cntr_trde_qty, size, side) => {
    const { ticks } = await read(serve([{ ...first, cntr_trde_qty }], '20260312'), { broker: 'kiwoom' });
    expect(ticks[0]).toMatchObject({ size, side });
  });

  it('belong to the last day that has trades: on a Sunday to Friday', async () => {
    const { ticks } = await read(serve([first], '20260313'), { broker: 'kiwoom' }, '2026-03-15T12:00:00+09:00');
    expect(ticks[0]?.atMs).toBe(at('2026-03-13T15:19:59'));
  });

  it('of the future belong to a day that cannot be told: unreadable', async () => {
    const early = '2026-03-12T09:00:10+09:00';
    await expect(read(serve([first], '20260312'), { broker: 'kiwoom' }, early)).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
    });
  });

  it('that new ones push onto the next page are told once', async () => {
    const tradeOf = (volume: number): object => ({ ...first, acc_trde_qty: String(volume) });
    let page = 0;
    const { ticks } = await read(
      (endpoint) => {
        if (endpoint === 'ka10081') return days('20260312');
        page += 1;
        const rows = page === 1 ? [30, 20, 10] : [20, 10, 5];
        return { ...trades(rows.map(tradeOf)), headers: { 'cont-yn': page === 1 ? 'Y' : 'N', 'next-key': 'more' } };
      },
      { broker: 'kiwoom' },
    );
    expect(ticks.map(({ dayVolume }) => dayVolume)).toEqual([30, 20, 10, 5]);
  });

  it('of a share that never traded are none', async () => {
    expect((await read(serve([]), { broker: 'kiwoom' })).ticks).toEqual([]);
  });

  it('of a stock that nobody has are HUB_SYMBOL_UNKNOWN', async () => {
    const refused = ok({ return_code: 1, return_msg: '[1902:종목 정보가 없습니다]' });
    await expect(read(() => refused, { broker: 'kiwoom' })).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });
});
