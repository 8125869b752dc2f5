import type { Answer } from '../answer.js';
import { hhmmss, whole } from '../text.js';
import { quotation } from './answer.js';
import { change } from './text.js';

interface Level {
  readonly price: number;
  readonly size: number;
}

export interface OrderBookInput {
  readonly code: string;
  readonly price: number;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Second of the KST day of the last change. */
  readonly second: number;
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

const numbers = Array.from({ length: 10 }, (_none, index) => index + 1);

/** Ten fields of a kind; `0` where the level is empty. */
const ten = (stem: string, value: (index: number) => number | undefined): Record<string, string> =>
  Object.fromEntries(numbers.map((number) => [`${stem}${number}`, whole(value(number - 1) ?? 0)]));

const total = (levels: readonly Level[]): number => levels.reduce((sum, { size }) => sum + size, 0);

/** inquire-asking-price-exp-ccn: two objects. There is no auction to expect a price from, and no size has just changed. */
export const orderBookAnswer = (input: OrderBookInput): Answer => {
  const { asks, bids } = input;
  const { prdy_vrss_sign, prdy_vrss, prdy_ctrt } = change(input.previousClose, input.previousClose);
  return quotation({
    output1: {
      aspr_acpt_hour: hhmmss(input.second),
      ...ten('askp', (index) => asks[index]?.price),
      ...ten('bidp', (index) => bids[index]?.price),
      ...ten('askp_rsqn', (index) => asks[index]?.size),
      ...ten('bidp_rsqn', (index) => bids[index]?.size),
      ...ten('askp_rsqn_icdc', () => 0),
      ...ten('bidp_rsqn_icdc', () => 0),
      total_askp_rsqn: whole(total(asks)),
      total_bidp_rsqn: whole(total(bids)),
      total_askp_rsqn_icdc: '0',
      total_bidp_rsqn_icdc: '0',
      ovtm_total_askp_icdc: '0',
      ovtm_total_bidp_icdc: '0',
      ovtm_total_askp_rsqn: '0',
      ovtm_total_bidp_rsqn: '0',
      ntby_aspr_rsqn: whole(total(bids) - total(asks)),
      new_mkop_cls_code: '20',
    },
    output2: {
      antc_mkop_cls_code: '0',
      stck_prpr: whole(input.price),
      stck_oprc: whole(input.open),
      stck_hgpr: whole(input.high),
      stck_lwpr: whole(input.low),
      stck_sdpr: whole(input.previousClose),
      antc_cnpr: '0',
      antc_cntg_vrss_sign: prdy_vrss_sign,
      antc_cntg_vrss: prdy_vrss,
      antc_cntg_prdy_ctrt: prdy_ctrt,
      antc_vol: '0',
      stck_shrn_iscd: input.code,
      vi_cls_code: 'N',
    },
  });
};

/** An unknown code is no error: the same fields, prices "0". */
export const unknownOrderBook = (code: string): Answer =>
  orderBookAnswer({ code, price: 0, previousClose: 0, open: 0, high: 0, low: 0, second: 0, asks: [], bids: [] });
