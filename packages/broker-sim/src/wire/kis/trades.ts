import type { Answer } from '../answer.js';
import { decimal, hhmmss, whole } from '../text.js';
import { quotation } from './answer.js';
import { change } from './text.js';

export interface TradeRow {
  /** Second of the KST day. */
  readonly second: number;
  readonly price: number;
  readonly size: number;
  /** Cumulative volume after this trade. */
  readonly dayVolume: number;
  readonly ask: number;
  readonly bid: number;
  /** Trade strength: bought volume over sold volume, percent. */
  readonly strength: number;
}

export interface TradeSummary {
  readonly price: number;
  readonly previousClose: number;
  readonly volume: number;
  readonly previousVolume: number;
}

/** inquire-time-itemconclusion, rows newest first. The price is `stck_prpr` on the wire, whatever the manual says. */
export const conclusionAnswer = (summary: TradeSummary, rows: readonly TradeRow[]): Answer =>
  quotation({
    output1: {
      stck_prpr: whole(summary.price),
      ...change(summary.price, summary.previousClose),
      acml_vol: whole(summary.volume),
      prdy_vol: whole(summary.previousVolume),
      rprs_mrkt_kor_name: 'KOSPI200',
    },
    output2: rows.map((row) => ({
      stck_cntg_hour: hhmmss(row.second),
      stck_prpr: whole(row.price),
      ...change(row.price, summary.previousClose),
      askp: whole(row.ask),
      bidp: whole(row.bid),
      tday_rltv: decimal(row.strength),
      acml_vol: whole(row.dayVolume),
      cnqn: whole(row.size),
    })),
  });

/** inquire-ccnl: the latest trades, newest first. */
export const latestTradesAnswer = (previousClose: number, rows: readonly TradeRow[]): Answer =>
  quotation({
    output: rows.map((row) => {
      const { prdy_vrss, prdy_vrss_sign, prdy_ctrt } = change(row.price, previousClose);
      return {
        stck_cntg_hour: hhmmss(row.second),
        stck_prpr: whole(row.price),
        prdy_vrss,
        prdy_vrss_sign,
        cntg_vol: whole(row.size),
        tday_rltv: decimal(row.strength),
        prdy_ctrt,
      };
    }),
  });
