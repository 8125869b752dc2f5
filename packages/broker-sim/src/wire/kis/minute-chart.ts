import type { Answer } from '../answer.js';
import { hhmmss, whole } from '../text.js';
import { quotation } from './answer.js';
import { change } from './text.js';

/** One row of either minute chart. */
export interface MinuteRow {
  readonly day: string;
  /** Label, in minutes of the KST day. */
  readonly minute: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Traded value from the start of the day to the end of this minute: KIS gives no value per minute. */
  readonly dayValue: number;
}

export interface ChartSummary {
  readonly name: string;
  readonly price: number;
  readonly previousClose: number;
  readonly volume: number;
  readonly value: number;
}

export const noSummary: ChartSummary = { name: '', price: 0, previousClose: 0, volume: 0, value: 0 };

/** inquire-time-itemchartprice and inquire-time-dailychartprice, rows newest first. */
export const minuteChart = (summary: ChartSummary, rows: readonly MinuteRow[]): Answer =>
  quotation({
    output1: {
      ...change(summary.price, summary.previousClose),
      stck_prdy_clpr: whole(summary.previousClose),
      acml_vol: whole(summary.volume),
      acml_tr_pbmn: whole(summary.value),
      hts_kor_isnm: summary.name,
      stck_prpr: whole(summary.price),
    },
    output2: rows.map((row) => ({
      stck_bsop_date: row.day,
      stck_cntg_hour: hhmmss(row.minute * 60),
      stck_prpr: whole(row.close),
      stck_oprc: whole(row.open),
      stck_hgpr: whole(row.high),
      stck_lwpr: whole(row.low),
      cntg_vol: whole(row.volume),
      acml_tr_pbmn: whole(row.dayValue),
    })),
  });
