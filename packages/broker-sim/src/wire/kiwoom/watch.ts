import type { Answer } from '../answer.js';
import { decimal, hhmmss, signCode, whole } from '../text.js';
import { done } from './answer.js';
import { directed, millions, rate, signed, signedRate } from './text.js';

export interface WatchInput {
  /** As it was asked for, with its suffix. */
  readonly code: string;
  readonly name: string;
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly price: number;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  /** KRW. */
  readonly value: number;
  readonly previousVolume: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly listedShares: number;
  /** Best price of either side and the step to the next one. */
  readonly ask: number;
  readonly bid: number;
  readonly step: number;
  /** The latest trade of the day, if there was one. */
  readonly last?: { readonly second: number; readonly size: number; readonly buy: boolean; readonly strength: number };
}

/** In the order of the workbook. Sizes in the book and everything about warrants stay blank: no trade tells them. */
const names = [
  ...['stk_cd', 'stk_nm', 'cur_prc', 'base_pric', 'pred_pre', 'pred_pre_sig', 'flu_rt', 'trde_qty', 'trde_prica'],
  ...['cntr_qty', 'cntr_str', 'pred_trde_qty_pre', 'sel_bid', 'buy_bid'],
  ...['sel_1th_bid', 'sel_2th_bid', 'sel_3th_bid', 'sel_4th_bid', 'sel_5th_bid'],
  ...['buy_1th_bid', 'buy_2th_bid', 'buy_3th_bid', 'buy_4th_bid', 'buy_5th_bid'],
  ...['upl_pric', 'lst_pric', 'open_pric', 'high_pric', 'low_pric', 'close_pric', 'cntr_tm'],
  ...['exp_cntr_pric', 'exp_cntr_qty', 'cap', 'fav', 'mac', 'stkcnt', 'bid_tm', 'dt'],
  ...['pri_sel_req', 'pri_buy_req', 'pri_sel_cnt', 'pri_buy_cnt', 'tot_sel_req', 'tot_buy_req', 'tot_sel_cnt'],
  ...['tot_buy_cnt', 'prty', 'gear', 'pl_qutr', 'cap_support', 'elwexec_pric', 'cnvt_rt', 'elwexpr_dt', 'cntr_engg'],
  ...['cntr_pred_pre', 'theory_pric', 'innr_vltl', 'delta', 'gam', 'theta', 'vega', 'law'],
];

const blank: Readonly<Record<string, string>> = Object.fromEntries(names.map((name) => [name, '']));

const LEVELS = [1, 2, 3, 4, 5];
const HUNDRED_MILLION = 100_000_000;
const FACE_VALUE = 5_000;

const book = ({ ask, bid, step, previousClose }: WatchInput): Record<string, string> =>
  Object.fromEntries(
    LEVELS.flatMap((level) => [
      [`sel_${String(level)}th_bid`, directed(ask + (level - 1) * step, previousClose)],
      [`buy_${String(level)}th_bid`, directed(bid - (level - 1) * step, previousClose)],
    ]),
  );

const watchRow = (input: WatchInput): Record<string, string> => {
  const { price, previousClose: base, listedShares, last } = input;
  return {
    ...blank,
    stk_cd: input.code,
    stk_nm: input.name,
    cur_prc: directed(price, base),
    base_pric: whole(base),
    pred_pre: signed(price - base),
    pred_pre_sig: signCode(price - base),
    flu_rt: rate(price, base),
    trde_qty: whole(input.volume),
    trde_prica: millions(input.value),
    pred_trde_qty_pre: signedRate(input.previousVolume === 0 ? 0 : (input.volume / input.previousVolume - 1) * 100),
    sel_bid: directed(input.ask, base),
    buy_bid: directed(input.bid, base),
    ...book(input),
    upl_pric: `+${whole(input.upperLimit)}`,
    lst_pric: `-${whole(input.lowerLimit)}`,
    open_pric: directed(input.open, base),
    high_pric: directed(input.high, base),
    low_pric: directed(input.low, base),
    close_pric: directed(price, base),
    exp_cntr_pric: '-0',
    exp_cntr_qty: '0',
    cap: whole((listedShares * FACE_VALUE) / HUNDRED_MILLION),
    fav: whole(FACE_VALUE),
    mac: whole((listedShares * price) / HUNDRED_MILLION),
    stkcnt: whole(listedShares / 1_000),
    dt: input.day,
    ...(last !== undefined && {
      cntr_qty: `${last.buy ? '+' : '-'}${whole(last.size)}`,
      cntr_str: decimal(last.strength),
      cntr_tm: hhmmss(last.second),
      bid_tm: hhmmss(last.second),
    }),
  };
};

/** ka10095: one row per code in the order of the request; undefined stands for a code that nobody has. */
export const watchAnswer = (rows: readonly (WatchInput | undefined)[]): Answer =>
  done({ atn_stk_infr: rows.map((row) => (row === undefined ? blank : watchRow(row))) });
