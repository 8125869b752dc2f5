import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrokerSim, type BrokerSim } from '../../src/index.js';
import { endpoints, json, kst, quotation, signIn, stock, type Row } from '../support/kis.js';
import { ask, listOf, signIn as signInKiwoom } from '../support/kiwoom.js';
import { namesOf, sample, shapeOf } from '../support/sample.js';

const AFTERNOON = kst('2026-11-06', '14:05:30');
let sim: BrokerSim;
let headers: Row;
let kiwoom: Row;

beforeAll(async () => {
  sim = await startBrokerSim({
    now: () => AFTERNOON,
    limit: { perSecond: 1_000 },
    kiwoom: { limit: { perTr: 1_000 } },
  });
  headers = await signIn(sim);
  kiwoom = await signInKiwoom(sim);
});
afterAll(() => sim.close());

const numbers = Array.from({ length: 10 }, (_none, index) => index + 1);
const figures = (row: Row, stem: string): number[] => numbers.map((number) => Number(row[`${stem}${number}`]));
const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
const rising = (prices: readonly number[]): boolean =>
  prices.every((price, index) => index === 0 || price > (prices[index - 1] ?? 0));

describe('inquire-asking-price-exp-ccn', () => {
  it('has the fields of the sample', async () => {
    const reply = await quotation(sim, headers, endpoints.book, stock());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-asking-price-exp-ccn')));
  });

  it('lists ten levels a side, the best first, around the last trade', async () => {
    const { output1: book, output2: state } = json(await quotation(sim, headers, endpoints.book, stock())) as Record<
      string,
      Row
    >;
    const { output2: trades } = json(
      await quotation(sim, headers, endpoints.conclusion, { ...stock(), FID_INPUT_HOUR_1: '140530' }),
    ) as { output2: Row[] };
    const [asks, bids] = [figures(book ?? {}, 'askp'), figures(book ?? {}, 'bidp')];
    expect(rising(asks) && rising([...bids].reverse()) && (bids[0] ?? 0) < (asks[0] ?? 0)).toBe(true);
    expect([asks[0], bids[0]]).toEqual([Number(trades[0]?.askp), Number(trades[0]?.bidp)]);
    expect([book?.aspr_acpt_hour, state?.stck_prpr]).toEqual([trades[0]?.stck_cntg_hour, trades[0]?.stck_prpr]);
    expect(Number(book?.total_askp_rsqn)).toBe(total(figures(book ?? {}, 'askp_rsqn')));
    expect(Number(book?.total_bidp_rsqn)).toBe(total(figures(book ?? {}, 'bidp_rsqn')));
  });

  it('is all zeros for a code that nobody has', async () => {
    const reply = await quotation(sim, headers, endpoints.book, stock('999999'));
    const { output1: book, output2: state } = json(reply) as Record<string, Row>;
    expect([...figures(book ?? {}, 'askp'), Number(state?.stck_prpr)]).toEqual(Array(11).fill(0));
  });
});

describe('ka10004', () => {
  it('has the fields of the sample', async () => {
    const reply = await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930' });
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10004')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10004')));
  });

  it('is the same book as that of KIS, prices signed by their direction', async () => {
    const book = json(await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930' })) as Row;
    const { output1: other } = json(await quotation(sim, headers, endpoints.book, stock())) as Record<string, Row>;
    expect(Math.abs(Number(book.sel_fpr_bid))).toBe(Number(other?.askp1));
    expect(Math.abs(Number(book.buy_10th_pre_bid))).toBe(Number(other?.bidp10));
    expect([book.sel_2th_pre_req, book.tot_buy_req]).toEqual([other?.askp_rsqn2, other?.total_bidp_rsqn]);
  });

  it('ignores the suffix _AL and answers with KRX', async () => {
    const both = json(await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930_AL' }));
    const krx = json(await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930' }));
    expect(both).toEqual(krx);
    expect(json(await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930_NX' }))).not.toEqual(krx);
  });

  it('follows the trades of its venue', async () => {
    const [last] = listOf(await ask(sim, kiwoom, 'ka10003', { stk_cd: '005930_NX' }), 'ka10003');
    const book = json(await ask(sim, kiwoom, 'ka10004', { stk_cd: '005930_NX' })) as Row;
    expect([book.sel_fpr_bid, book.buy_fpr_bid, book.bid_req_base_tm]).toEqual([
      last?.pri_sel_bid_unit,
      last?.pri_buy_bid_unit,
      last?.tm,
    ]);
  });
});
