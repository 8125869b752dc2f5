import type { Answer } from '../answer.js';
import { decimal, signCode, whole } from '../text.js';
import { quotation } from './answer.js';
import { change } from './text.js';

export interface DailyRow {
  /** `YYYYMMDD`; for weeks, months and years the last trading day of the period. */
  readonly day: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** KRW. */
  readonly value: number;
  /** Close minus the close of the period before. */
  readonly difference: number;
}

interface DayFigures {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
}

export interface DailySummary extends DayFigures {
  readonly code: string;
  readonly name: string;
  readonly price: number;
  readonly previousClose: number;
  readonly value: number;
  readonly previous: DayFigures;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly ask: number;
  readonly bid: number;
  readonly listedShares: number;
}

const noFigures: DayFigures = { open: 0, high: 0, low: 0, volume: 0 };

export const noDailySummary = (code: string): DailySummary => ({
  ...noFigures,
  code,
  name: '',
  price: 0,
  previousClose: 0,
  value: 0,
  previous: noFigures,
  upperLimit: 0,
  lowerLimit: 0,
  ask: 0,
  bid: 0,
  listedShares: 0,
});

/** inquire-daily-itemchartprice, rows newest first. */
export const dailyChart = (summary: DailySummary, rows: readonly DailyRow[]): Answer =>
  quotation({
    output1: {
      ...change(summary.price, summary.previousClose),
      stck_prdy_clpr: whole(summary.previousClose),
      acml_vol: whole(summary.volume),
      acml_tr_pbmn: whole(summary.value),
      hts_kor_isnm: summary.name,
      stck_prpr: whole(summary.price),
      stck_shrn_iscd: summary.code,
      prdy_vol: whole(summary.previous.volume),
      stck_mxpr: whole(summary.upperLimit),
      stck_llam: whole(summary.lowerLimit),
      stck_oprc: whole(summary.open),
      stck_hgpr: whole(summary.high),
      stck_lwpr: whole(summary.low),
      stck_prdy_oprc: whole(summary.previous.open),
      stck_prdy_hgpr: whole(summary.previous.high),
      stck_prdy_lwpr: whole(summary.previous.low),
      askp: whole(summary.ask),
      bidp: whole(summary.bid),
      prdy_vrss_vol: whole(summary.volume - summary.previous.volume),
      vol_tnrt: decimal(summary.listedShares === 0 ? 0 : (summary.volume / summary.listedShares) * 100),
      stck_fcam: '5000',
      lstn_stcn: whole(summary.listedShares),
      cpfn: whole((summary.listedShares * 5_000) / 100_000_000),
      hts_avls: whole((summary.listedShares * summary.price) / 100_000_000),
      per: '19.60',
      eps: '6532.00',
      pbr: '1.71',
      itewhol_loan_rmnd_ratem: '0.22',
    },
    output2: rows.map((row) => ({
      stck_bsop_date: row.day,
      stck_clpr: whole(row.close),
      stck_oprc: whole(row.open),
      stck_hgpr: whole(row.high),
      stck_lwpr: whole(row.low),
      acml_vol: whole(row.volume),
      acml_tr_pbmn: whole(row.value),
      flng_cls_code: '00',
      prtt_rate: '0.00',
      mod_yn: 'N',
      prdy_vrss_sign: signCode(row.difference),
      prdy_vrss: whole(row.difference),
      revl_issu_reas: '',
    })),
  });
