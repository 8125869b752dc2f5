import { describe, expect, it } from 'vitest';
import { demoKiwoomKeys, type BrokerSim } from '../../src/index.js';
import { json, kst, type Json, type Row } from '../support/kis.js';
import { ask, listOf, kiwoomPerTest, pagesOf, refusal, signIn, tokenBody } from '../support/kiwoom.js';
import { namesOf, sample, shapeOf } from '../support/sample.js';

let sim: BrokerSim;
const open = kiwoomPerTest((opened) => {
  sim = opened;
});

const order = { dmst_stex_tp: 'KRX', stk_cd: '005930', ord_qty: '1', ord_uv: '70000', trde_tp: '0', cond_uv: '' };
const buy = (headers: Row, more: Json = {}) => ask(sim, headers, 'kt10000', { ...order, ...more });
const all = { all_stk_tp: '0', trde_tp: '0', stk_cd: '', stex_tp: '0' };

describe('kt10000 and kt10001', () => {
  it('answer like the sample, with seven digits', async () => {
    const headers = await open();
    const bought = await buy(headers);
    expect(shapeOf(json(bought))).toEqual(shapeOf(sample('kiwoom/kt10000')));
    expect(json(bought)).toMatchObject({ ord_no: '0000138', dmst_stex_tp: 'KRX', return_code: 0 });
    const sold = await ask(sim, headers, 'kt10001', { ...order, dmst_stex_tp: 'SOR', trde_tp: '3', ord_uv: '' });
    expect(json(sold)).toMatchObject({ ord_no: '0000139', dmst_stex_tp: 'SOR' });
  });

  it('are written down; the same body twice is a duplicate', async () => {
    const headers = await open();
    await buy(headers);
    await buy(headers, { ord_qty: '2' });
    await buy({ ...headers, gt_uid: 'mine' });
    const { orders } = sim.journal();
    expect(orders).toMatchObject({ count: 3, duplicates: 1, duplicateMarkers: 0 });
    expect(orders.list.map(({ broker, tr, odno, marker }) => [broker, tr, odno, marker])).toEqual([
      ['kiwoom', 'kt10000', '0000138', undefined],
      ['kiwoom', 'kt10000', '0000139', undefined],
      ['kiwoom', 'kt10000', '0000140', 'mine'],
    ]);
    expect(orders.list[1]?.body).toEqual({ ...order, ord_qty: '2' });
  });

  it('are sent again by a second page, which is why nobody must ask for one', async () => {
    const headers = await open();
    await buy(headers);
    await buy({ ...headers, 'cont-yn': 'Y', 'next-key': 'x' });
    expect(sim.journal().orders).toMatchObject({ count: 2, duplicates: 1 });
  });

  it.each<[string, Json, string]>([
    ['no quantity', { ord_qty: '' }, '1511'],
    ['a quantity of nothing', { ord_qty: '0' }, '1517'],
    ['a number that is no text', { ord_qty: 1 }, '1517'],
    ['an exchange that is none', { dmst_stex_tp: 'NYSE' }, '1517'],
    ['an order type that is none', { trde_tp: '99' }, '1517'],
    ['a price that is none', { ord_uv: '-70000' }, '1517'],
    ['a code with a suffix', { stk_cd: '005930_NX' }, '1902'],
  ])('refuse %s and book nothing', async (_, wrong, expected) => {
    const headers = await open();
    expect(refusal(await buy(headers, wrong))).toEqual([200, 2, expected]);
    expect(sim.journal().orders.count).toBe(0);
  });
});

describe('orders on the paper host', () => {
  const at = async (day: string, time: string): Promise<unknown[]> => {
    const headers = await open({ environment: 'paper', now: () => kst(day, time) });
    const answer = refusal(await buy(headers));
    expect(sim.journal().orders.count).toBe(answer[1] === 0 ? 1 : 0);
    await sim.close();
    return answer;
  };

  it('are taken while KRX trades and refused as RC4058 before and after', async () => {
    expect(await at('2026-11-06', '09:00:00')).toEqual([200, 0, undefined]);
    expect(await at('2026-11-06', '15:29:59')).toEqual([200, 0, undefined]);
    expect(await at('2026-11-06', '08:59:59')).toEqual([200, 20, 'RC4058']);
    expect(await at('2026-11-06', '15:30:00')).toEqual([200, 20, 'RC4058']);
    expect(await at('2026-11-07', '10:00:00')).toEqual([200, 20, 'RC4010']);
  });

  it('are refused for any exchange but KRX', async () => {
    const headers = await open({ environment: 'paper' });
    expect(refusal(await buy(headers, { dmst_stex_tp: 'NXT' }))).toEqual([200, 20, 'RC9000']);
  });
});

describe('ka10075, the open orders', () => {
  it('answers like the sample, field by field, newest first', async () => {
    const headers = await open();
    await buy(headers);
    await ask(sim, headers, 'kt10001', { ...order, dmst_stex_tp: 'NXT', trde_tp: '28', cond_uv: '69000' });
    const reply = await ask(sim, headers, 'ka10075', all);
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10075')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10075')));
    const [sold, bought] = listOf(reply, 'ka10075');
    expect(sold).toMatchObject({
      ord_no: '0000139',
      io_tp_nm: '-매도',
      trde_tp: '스톱지정가',
      stex_tp: '2',
      stop_pric: '69000',
    });
    expect(bought).toMatchObject({
      ord_no: '0000138',
      io_tp_nm: '+매수',
      ord_pric: '70000',
      oso_qty: '1',
      tm: '140530',
    });
  });

  it('tells of an order whose answer was lost', async () => {
    const headers = await open();
    sim.faults.add({ kind: 'reset', match: { tr: 'kt10000', nth: 1 } });
    await expect(buy(headers, { ord_qty: '7' })).rejects.toThrow();
    expect(listOf(await ask(sim, headers, 'ka10075', all), 'ka10075')).toMatchObject([{ ord_qty: '7' }]);
  });

  it('looks for a side, an exchange or a stock, in one account', async () => {
    const other = { appKey: 'other', secretKey: 'secret' };
    const headers = await open({ kiwoom: { keys: [demoKiwoomKeys, other] } });
    await buy(headers);
    await buy(headers, { stk_cd: '000660', dmst_stex_tp: 'NXT' });
    await ask(sim, headers, 'kt10001', { ...order, dmst_stex_tp: 'SOR' });
    const numbers = async (more: Row, as = headers): Promise<(string | undefined)[]> =>
      listOf(await ask(sim, as, 'ka10075', { ...all, ...more }), 'ka10075').map((row) => row.ord_no);
    expect(await numbers({ trde_tp: '1' })).toEqual(['0000140']);
    expect(await numbers({ trde_tp: '2' })).toEqual(['0000139', '0000138']);
    expect(await numbers({ stex_tp: '2' })).toEqual(['0000139']);
    expect(await numbers({ all_stk_tp: '1', stk_cd: '005930' })).toEqual(['0000140', '0000138']);
    expect(refusal(await ask(sim, headers, 'ka10075', { ...all, all_stk_tp: '1' }))).toEqual([200, 2, '1511']);
    const theirs = await signIn(sim, { ...tokenBody, appkey: other.appKey, secretkey: other.secretKey });
    expect(await numbers({}, theirs)).toEqual([]);
  });

  it('comes in pages, and forgets the day before', async () => {
    let now = kst('2026-11-05', '10:00:00');
    const headers = await open({ now: () => now });
    for (let count = 0; count < 120; count++) await buy(headers);
    const pages = await pagesOf(sim, headers, 'ka10075', all);
    expect(pages.map((page) => page.length)).toEqual([100, 20]);
    expect(new Set(pages.flat().map((row) => row.ord_no)).size).toBe(120);
    now = kst('2026-11-06', '09:30:00');
    expect(await pagesOf(sim, headers, 'ka10075', all)).toEqual([[]]);
  });
});

describe('kt00007, all orders of a day', () => {
  const history = { qry_tp: '2', stk_bond_tp: '0', sell_tp: '0', dmst_stex_tp: '%' };
  const names = [
    ...[
      'ord_no',
      'stk_cd',
      'trde_tp',
      'crd_tp',
      'ord_qty',
      'ord_uv',
      'cnfm_qty',
      'acpt_tp',
      'rsrv_tp',
      'ord_tm',
      'ori_ord',
    ],
    ...['stk_nm', 'io_tp_nm', 'loan_dt', 'cntr_qty', 'cntr_uv', 'ord_remnq', 'comm_ord_tp', 'mdfy_cncl', 'cnfm_tm'],
    ...['dmst_stex_tp', 'cond_uv'],
  ];

  it('has the fields of the workbook, codes with their prefix and figures with their zeros', async () => {
    const headers = await open();
    await buy(headers, { ord_qty: '7' });
    const [row] = listOf(await ask(sim, headers, 'kt00007', history), 'kt00007');
    expect(Object.keys(row ?? {})).toEqual(names);
    expect(row).toMatchObject({ ord_no: '0000138', stk_cd: 'A005930', ord_qty: '0000000007', ord_tm: '14:05:30' });
  });

  it('looks for a side, an exchange, a stock, a first number and a day, in either order', async () => {
    const headers = await open();
    await buy(headers);
    await buy(headers, { stk_cd: '000660', dmst_stex_tp: 'NXT' });
    await ask(sim, headers, 'kt10001', { ...order, dmst_stex_tp: 'SOR' });
    const numbers = async (more: Row): Promise<(string | undefined)[]> =>
      listOf(await ask(sim, headers, 'kt00007', { ...history, ...more }), 'kt00007').map((row) =>
        row.ord_no?.slice(-3),
      );
    expect(await numbers({})).toEqual(['140', '139', '138']);
    expect(await numbers({ qry_tp: '1' })).toEqual(['138', '139', '140']);
    expect(await numbers({ qry_tp: '4' })).toEqual([]);
    expect(await numbers({ sell_tp: '1' })).toEqual(['140']);
    expect(await numbers({ dmst_stex_tp: 'NXT' })).toEqual(['139']);
    expect(await numbers({ stk_cd: '005930' })).toEqual(['140', '138']);
    expect(await numbers({ fr_ord_no: '0000139' })).toEqual(['140', '139']);
    expect(await numbers({ ord_dt: '20261105' })).toEqual([]);
  });

  it('comes in pages, whatever the order', async () => {
    const headers = await open();
    for (let count = 0; count < 120; count++) await buy(headers);
    for (const qry_tp of ['1', '2']) {
      const pages = await pagesOf(sim, headers, 'kt00007', { ...history, qry_tp });
      expect(pages.map((page) => page.length)).toEqual([100, 20]);
      expect(new Set(pages.flat().map((row) => row.ord_no)).size).toBe(120);
    }
  });
});
