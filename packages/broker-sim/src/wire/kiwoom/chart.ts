import type { Answer } from '../answer.js';
import { hhmmss, signCode, whole } from '../text.js';
import { page } from './answer.js';
import { directed, millions, signed, signedRate } from './text.js';

interface Prices {
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Close of the trading day before `day`. */
  readonly previousClose: number;
}

export interface MinuteRow extends Prices {
  /** Start of the bar, in minutes of the KST day. */
  readonly minute: number;
  /** Volume from the start of the day to the end of this bar. */
  readonly dayVolume: number;
}

export interface DayRow extends Prices {
  /** KRW. */
  readonly value: number;
  readonly listedShares: number;
}

export interface TickRow extends Prices {
  /** Second of the KST day of the last trade. */
  readonly second: number;
}

/** One page of a chart, rows newest first. `code` is the code as it was asked for, with its suffix. */
interface Chart<Row> {
  readonly code: string;
  readonly rows: readonly Row[];
  readonly nextKey: string;
}

/** ka10080: every price is signed against the close before its own day; there is no traded amount. */
export const minuteChart = ({ code, rows, nextKey }: Chart<MinuteRow>): Answer =>
  page(
    {
      stk_cd: code,
      stk_min_pole_chart_qry: rows.map((row) => ({
        cur_prc: directed(row.close, row.previousClose),
        trde_qty: whole(row.volume),
        cntr_tm: row.day + hhmmss(row.minute * 60),
        open_pric: directed(row.open, row.previousClose),
        high_pric: directed(row.high, row.previousClose),
        low_pric: directed(row.low, row.previousClose),
        acc_trde_qty: whole(row.dayVolume),
        pred_pre: signed(row.close - row.previousClose),
        pred_pre_sig: signCode(row.close - row.previousClose),
      })),
    },
    nextKey,
  );

/** ka10081: prices without signs, changes with; the amount is in million KRW. */
export const dayChart = ({ code, rows, nextKey }: Chart<DayRow>): Answer =>
  page(
    {
      stk_cd: code,
      stk_dt_pole_chart_qry: rows.map((row) => ({
        cur_prc: whole(row.close),
        trde_qty: whole(row.volume),
        trde_prica: millions(row.value),
        dt: row.day,
        open_pric: whole(row.open),
        high_pric: whole(row.high),
        low_pric: whole(row.low),
        pred_pre: signed(row.close - row.previousClose),
        pred_pre_sig: signCode(row.close - row.previousClose),
        trde_tern_rt: signedRate((row.volume / row.listedShares) * 100),
      })),
    },
    nextKey,
  );

/** ka10079: neither prices nor the change have a sign, `pred_pre_sig` alone tells the direction. */
export const tickChart = ({ code, rows, nextKey }: Chart<TickRow>): Answer =>
  page(
    {
      stk_cd: code,
      last_tic_cnt: '',
      stk_tic_chart_qry: rows.map((row) => ({
        cur_prc: whole(row.close),
        trde_qty: whole(row.volume),
        cntr_tm: row.day + hhmmss(row.second),
        open_pric: whole(row.open),
        high_pric: whole(row.high),
        low_pric: whole(row.low),
        pred_pre: whole(Math.abs(row.close - row.previousClose)),
        pred_pre_sig: signCode(row.close - row.previousClose),
      })),
    },
    nextKey,
  );
