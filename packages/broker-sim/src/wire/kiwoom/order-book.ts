import type { Answer } from '../answer.js';
import { hhmmss, whole } from '../text.js';
import { done } from './answer.js';
import { directed } from './text.js';

interface Level {
  readonly price: number;
  readonly size: number;
}

export interface OrderBookInput {
  readonly previousClose: number;
  /** Second of the KST day of the last change. */
  readonly second: number;
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

const numbers = Array.from({ length: 10 }, (_none, index) => index + 1);

type Field = readonly [name: string, value: string];

/** Three fields a level, the best level first; that one has names of its own. No size has just changed. */
const side = (name: 'sel' | 'buy', levels: readonly Level[], base: number): Field[] =>
  numbers.flatMap((number): Field[] => {
    const { price, size } = levels[number - 1] ?? { price: 0, size: 0 };
    const stem = number === 1 ? `${name}_fpr_` : `${name}_${number}th_pre_`;
    return [
      [`${stem}bid`, directed(price, base)],
      [`${stem}req`, whole(size)],
      [`${name}_${number}th_pre_req_pre`, '0'],
    ];
  });

const total = (levels: readonly Level[]): string => whole(levels.reduce((sum, { size }) => sum + size, 0));

/** ka10004: 69 flat fields, from the highest offer down. Prices are signed by their direction, sizes are not. */
export const orderBookAnswer = ({ previousClose, second, asks, bids }: OrderBookInput): Answer =>
  done({
    bid_req_base_tm: hhmmss(second),
    ...Object.fromEntries(side('sel', asks, previousClose).reverse()),
    ...Object.fromEntries(side('buy', bids, previousClose)),
    tot_sel_req_jub_pre: '0',
    tot_sel_req: total(asks),
    tot_buy_req: total(bids),
    tot_buy_req_jub_pre: '0',
    ovt_sel_req_pre: '0',
    ovt_sel_req: '0',
    ovt_buy_req: '0',
    ovt_buy_req_pre: '0',
  });
