import type { Answer } from '../answer.js';
import { signCode, whole } from '../text.js';
import { done } from './answer.js';
import { directed, rate, signed, signedRate } from './text.js';

interface Extreme {
  readonly price: number;
  /** `YYYYMMDD`. */
  readonly day: string;
}

interface Range {
  readonly high: Extreme;
  readonly low: Extreme;
}

export interface StockInput {
  /** As it was asked for, with its suffix. */
  readonly code: string;
  readonly name: string;
  readonly price: number;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly previousVolume: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly listedShares: number;
  /** Closes of 250 trading days and of this year. */
  readonly days250: Range;
  readonly thisYear: Range;
}

/** Market cap and capital come in units of 100 million KRW (억원). */
const HUNDRED_MILLION = 100_000_000;
/** Invented, and the same as in the KIS answers. */
const FACE_VALUE = 5_000;
/** Percent of the listed shares that is in free float. */
const FLOATING = 75.5;

/** ka10001: 45 flat fields. What no trade can tell (ratios, results) is the same for every symbol. */
export const stockAnswer = (input: StockInput): Answer => {
  const { price, previousClose: base, volume, previousVolume, listedShares, days250, thisYear } = input;
  return done({
    stk_cd: input.code,
    stk_nm: input.name,
    setl_mm: '12',
    fav: whole(FACE_VALUE),
    cap: whole((listedShares * FACE_VALUE) / HUNDRED_MILLION),
    flo_stk: whole(listedShares / 1_000),
    crd_rt: '+0.22',
    oyr_hgst: directed(thisYear.high.price, base),
    oyr_lwst: directed(thisYear.low.price, base),
    mac: whole((listedShares * price) / HUNDRED_MILLION),
    mac_wght: '',
    for_exh_rt: '+49.48',
    repl_pric: whole(base * 0.75),
    per: '19.67',
    eps: '6532',
    roe: '8.4',
    pbr: '1.72',
    ev: '4.12',
    bps: '74721',
    sale_amt: '3008709',
    bus_pro: '327260',
    cup_nga: '344514',
    '250hgst': directed(days250.high.price, base),
    '250lwst': directed(days250.low.price, base),
    open_pric: directed(input.open, base),
    high_pric: directed(input.high, base),
    low_pric: directed(input.low, base),
    upl_pric: `+${whole(input.upperLimit)}`,
    lst_pric: `-${whole(input.lowerLimit)}`,
    base_pric: whole(base),
    // There is no auction to expect a price from; the broker signs even that zero.
    exp_cntr_pric: '-0',
    exp_cntr_qty: '0',
    '250hgst_pric_dt': days250.high.day,
    '250hgst_pric_pre_rt': rate(price, days250.high.price),
    '250lwst_pric_dt': days250.low.day,
    '250lwst_pric_pre_rt': rate(price, days250.low.price),
    cur_prc: directed(price, base),
    pre_sig: signCode(price - base),
    pred_pre: signed(price - base),
    flu_rt: rate(price, base),
    trde_qty: whole(volume),
    trde_pre: signedRate(previousVolume === 0 ? 0 : (volume / previousVolume - 1) * 100),
    fav_unit: '원',
    dstr_stk: whole(((listedShares / 1_000) * FLOATING) / 100),
    dstr_rt: String(FLOATING),
  });
};
