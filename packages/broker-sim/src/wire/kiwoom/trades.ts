import type { Answer } from '../answer.js';
import { decimal, hhmmss, signCode, whole } from '../text.js';
import type { TradeFigures } from '../trade-figures.js';
import { page } from './answer.js';
import { directed, millions, rate, signed } from './text.js';

/** One page of trades of one day, newest first. */
export interface Trades {
  readonly rows: readonly TradeFigures[];
  readonly previousClose: number;
  /** `KRX`, `NXT` or `통합`. */
  readonly exchange: string;
  readonly nextKey: string;
}

/** Prices are signed by their direction, the size by its side: + the buyer took the offer, − the seller hit the bid. */
const trade = (row: TradeFigures, { previousClose, exchange }: Trades, amount: (krw: number) => string) => ({
  tm: hhmmss(row.second),
  cur_prc: directed(row.price, previousClose),
  pred_pre: signed(row.price - previousClose),
  pre_rt: rate(row.price, previousClose),
  pri_sel_bid_unit: directed(row.ask, previousClose),
  pri_buy_bid_unit: directed(row.bid, previousClose),
  cntr_trde_qty: `${row.buy ? '+' : '-'}${whole(row.size)}`,
  sign: signCode(row.price - previousClose),
  acc_trde_qty: whole(row.dayVolume),
  acc_trde_prica: amount(row.dayValue),
  cntr_str: decimal(row.strength),
  stex_tp: exchange,
});

/** ka10003: amounts in KRW. */
export const latestTrades = (trades: Trades): Answer =>
  page({ cntr_infr: trades.rows.map((row) => trade(row, trades, whole)) }, trades.nextKey);

/** ka10084: the same fields, amounts in million KRW. */
export const dayTrades = (trades: Trades): Answer =>
  page({ tdy_pred_cntr: trades.rows.map((row) => trade(row, trades, millions)) }, trades.nextKey);
