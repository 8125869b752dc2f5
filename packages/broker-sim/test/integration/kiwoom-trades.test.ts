import { describe, expect, it } from 'vitest';
import { type BrokerSim } from '../../src/index.js';
import { json, kst, type Row } from '../support/kis.js';
import { ask, dayBody, listOf, minuteBody, kiwoomPerTest, pagesOf, refusal } from '../support/kiwoom.js';
import { namesOf, sample, shapeOf } from '../support/sample.js';

let sim: BrokerSim;
const open = kiwoomPerTest((opened) => {
  sim = opened;
});
const evening = { now: () => kst('2026-11-06', '21:00:00') };
const stock = { stk_cd: '005930' };
const size = (row: Row): number => Math.abs(Number(row.cntr_trde_qty));
const price = (row: Row): number => Math.abs(Number(row.cur_prc));

describe('ka10003, the latest trades', () => {
  it('answers like the sample, field by field', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10003', stock);
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10003')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10003')));
    expect(listOf(reply, 'ka10003')).toHaveLength(30);
  });

  it('signs prices by direction and sizes by side, and adds the day up in won', async () => {
    const headers = await open(evening);
    const found = (await pagesOf(sim, headers, 'ka10003', stock)).flat().reverse();
    const base = price(listOf(await ask(sim, headers, 'ka10081', dayBody()), 'ka10081')[1] ?? {});
    let [volume, value] = [0, 0];
    for (const row of found) {
      volume += size(row);
      value += size(row) * price(row);
      expect([Number(row.acc_trde_qty), Number(row.acc_trde_prica)]).toEqual([volume, value]);
      expect(row.cntr_trde_qty).toMatch(/^[+-][1-9]/);
      expect(Number(row.pred_pre)).toBe(price(row) - base);
      expect(Math.sign(Number(row.pred_pre))).toBe(/^\d/.test(row.cur_prc ?? '') ? 0 : Math.sign(Number(row.cur_prc)));
      // The buyer pays the offer, the seller gets the bid.
      expect(row.cur_prc).toBe(
        row.cntr_trde_qty?.startsWith('+') === true ? row.pri_sel_bid_unit : row.pri_buy_bid_unit,
      );
    }
    const day = { symbols: ['005930'], venue: 'KRX', interval: '1d', from: '20261106', to: '20261106' } as const;
    expect([volume, value]).toEqual([sim.truth(day).rows[0]?.volume, sim.truth(day).rows[0]?.value]);
  });

  it.each([
    ['005930', 'KRX'],
    ['005930_NX', 'NXT'],
    ['005930_AL', '통합'],
  ])('of %s happened on %s', async (stk_cd, exchange) => {
    const headers = await open();
    const found = listOf(await ask(sim, headers, 'ka10003', { stk_cd }), 'ka10003');
    expect(new Set(found.map((row) => row.stex_tp))).toEqual(new Set([exchange]));
  });
});

describe('ka10084, the trades of today or of the day before', () => {
  const body = (more: Row = {}): Row => ({ ...stock, tdy_pred: '1', tic_min: '0', ...more });

  it('answers like the sample, field by field', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10084', body());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10084')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10084')));
    expect(listOf(reply, 'ka10084')).toHaveLength(100);
  });

  it('tells the same trades as ka10003, the amount in million won', async () => {
    const headers = await open();
    const latest = listOf(await ask(sim, headers, 'ka10003', stock), 'ka10003');
    const same = listOf(await ask(sim, headers, 'ka10084', body()), 'ka10084').slice(0, latest.length);
    expect(same).toEqual(
      latest.map((row) => ({ ...row, acc_trde_prica: String(Math.floor(Number(row.acc_trde_prica) / 1_000_000)) })),
    );
  });

  it('reaches the session before, and stops at a minute when told so', async () => {
    const headers = await open();
    const yesterday = { symbols: ['005930'], venue: 'KRX', interval: '1d', from: '20261105', to: '20261105' } as const;
    const [last] = listOf(await ask(sim, headers, 'ka10084', body({ tdy_pred: '2' })), 'ka10084');
    expect(Number(last?.acc_trde_qty)).toBe(sim.truth(yesterday).rows[0]?.volume);
    const noon = listOf(await ask(sim, headers, 'ka10084', body({ tdy_pred: '2', tm: '1200' })), 'ka10084');
    expect(noon[0]?.tm?.slice(0, 4)).toBe('1200');
  });

  it('puts a minute into one row, page after page', async () => {
    const headers = await open();
    const pages = await pagesOf(sim, headers, 'ka10084', body({ tic_min: '1', tdy_pred: '2' }));
    const found = pages.flat().reverse();
    const minutes = listOf(await ask(sim, headers, 'ka10080', minuteBody('005930', { base_dt: '20261105' })), 'ka10080')
      .filter((row) => row.cntr_tm?.startsWith('20261105') === true && row.cntr_tm.slice(8) <= '153000')
      .reverse();
    expect(pages.map((page) => page.length)).toEqual([100, 100, 100, 81]);
    expect(found.map((row) => [row.tm?.slice(0, 4), size(row), price(row), row.acc_trde_qty])).toEqual(
      minutes.map((row) => [row.cntr_tm?.slice(8, 12), Number(row.trde_qty), price(row), row.acc_trde_qty]),
    );
  });
});

describe('ka10001, the stock', () => {
  it('answers like the sample: 45 flat fields in their order, and no page', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10001', stock);
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10001')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10001')));
    expect(Object.keys(json(reply))).toHaveLength(45 + 2);
    expect(reply.headers.get('cont-yn')).toBe('N');
  });

  it('signs prices against a base that has no sign, and agrees with the charts', async () => {
    const headers = await open();
    const row = json(await ask(sim, headers, 'ka10001', stock)) as Row;
    const [minute] = listOf(await ask(sim, headers, 'ka10080', minuteBody()), 'ka10080');
    const [day, before] = listOf(await ask(sim, headers, 'ka10081', dayBody()), 'ka10081');
    expect(row.base_pric).toBe(before?.cur_prc);
    expect([row.cur_prc, row.pred_pre, row.pre_sig, row.trde_qty]).toEqual([
      minute?.cur_prc,
      minute?.pred_pre,
      minute?.pred_pre_sig,
      minute?.acc_trde_qty,
    ]);
    expect([row.open_pric, row.high_pric, row.low_pric].map((text) => Math.abs(Number(text)))).toEqual(
      [day?.open_pric, day?.high_pric, day?.low_pric].map(Number),
    );
    expect([row.upl_pric?.[0], row.lst_pric?.[0], row.exp_cntr_pric, row.mac_wght]).toEqual(['+', '-', '-0', '']);
  });

  it('has a price and no sign before the first trade', async () => {
    const headers = await open({ now: () => kst('2026-11-06', '07:00:00') });
    const row = json(await ask(sim, headers, 'ka10001', stock)) as Row;
    expect(row).toMatchObject({ cur_prc: row.base_pric, open_pric: '0', trde_qty: '0', pre_sig: '3', flu_rt: '0.00' });
    expect(listOf(await ask(sim, headers, 'ka10003', stock), 'ka10003')).toEqual([]);
  });
});

describe('ka10095, the watch list', () => {
  const watch = (headers: Row, codes: readonly string[]) => ask(sim, headers, 'ka10095', { stk_cd: codes.join('|') });

  it('answers like the sample, field by field, one row per code in the order of the request', async () => {
    const headers = await open();
    const reply = await watch(headers, ['000660', '005930_NX', '999999']);
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10095')));
    const [hynix, samsung, nobody] = listOf(reply, 'ka10095');
    expect([hynix?.stk_nm, samsung?.stk_cd]).toEqual(['SK하이닉스', '005930_NX']);
    const info = json(await ask(sim, headers, 'ka10001', { stk_cd: '000660' }));
    expect(hynix).toMatchObject({ cur_prc: info.cur_prc, base_pric: info.base_pric, trde_qty: info.trde_qty });
    expect(new Set(Object.values(nobody ?? {}))).toEqual(new Set(['']));
  });

  it('takes 100 codes and calls more of them a breach that is none: 1634 with HTTP 200', async () => {
    const headers = await open();
    const codes = Array.from({ length: 100 }, () => '005930');
    expect(listOf(await watch(headers, codes), 'ka10095')).toHaveLength(100);
    const refused = await watch(headers, [...codes, '005930']);
    expect(refusal(refused)).toEqual([200, 5, '1634']);
    expect(refused.text).toContain('허용된 요청 개수를 초과하였습니다');
    expect(sim.journal()).toMatchObject({ breaches: 0, byTr: { ka10095: 2 } });
    expect(sim.journal().entries.at(-1)).toMatchObject({ verdict: 'error', code: '1634' });
  });
});
