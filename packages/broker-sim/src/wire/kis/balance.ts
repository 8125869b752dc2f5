import type { Answer } from '../answer.js';
import { decimal, whole } from '../text.js';
import { page } from './answer.js';
import { change } from './text.js';

export interface HoldingRow {
  readonly code: string;
  readonly name: string;
  readonly quantity: number;
  /** KRW per share. */
  readonly averagePrice: number;
  readonly price: number;
  readonly previousClose: number;
}

/** Width of both cursors. */
const CURSOR = 100;
const DEPOSIT = 5_120_400;

const holding = (row: HoldingRow): Record<string, string> => {
  const bought = row.quantity * row.averagePrice;
  const worth = row.quantity * row.price;
  const rate = bought === 0 ? 0 : ((worth - bought) / bought) * 100;
  const { prdy_vrss } = change(row.price, row.previousClose);
  return {
    pdno: row.code,
    prdt_name: row.name,
    trad_dvsn_name: '현금',
    bfdy_buy_qty: '0',
    bfdy_sll_qty: '0',
    thdt_buyqty: '0',
    thdt_sll_qty: '0',
    hldg_qty: whole(row.quantity),
    ord_psbl_qty: whole(row.quantity),
    pchs_avg_pric: decimal(row.quantity === 0 ? 0 : row.averagePrice, 4),
    pchs_amt: whole(bought),
    prpr: whole(row.price),
    evlu_amt: whole(worth),
    evlu_pfls_amt: whole(worth - bought),
    evlu_pfls_rt: decimal(rate),
    evlu_erng_rt: decimal(rate, 8),
    loan_dt: '',
    loan_amt: '0',
    stln_slng_chgs: '0',
    expd_dt: '',
    fltt_rt: decimal(row.previousClose === 0 ? 0 : (row.price / row.previousClose - 1) * 100, 8),
    bfdy_cprs_icdc: prdy_vrss,
    item_mgna_rt_name: '20%',
    grta_rt_name: '',
    sbst_pric: whole(row.price * 0.8),
    stck_loan_unpr: '0.0000',
  };
};

const summary = (rows: readonly HoldingRow[]): Record<string, string> => {
  const bought = rows.reduce((sum, row) => sum + row.quantity * row.averagePrice, 0);
  const worth = rows.reduce((sum, row) => sum + row.quantity * row.price, 0);
  const before = rows.reduce((sum, row) => sum + row.quantity * row.previousClose, 0);
  const total = DEPOSIT + worth;
  return {
    dnca_tot_amt: whole(DEPOSIT),
    nxdy_excc_amt: whole(DEPOSIT),
    prvs_rcdl_excc_amt: whole(DEPOSIT),
    cma_evlu_amt: '0',
    bfdy_buy_amt: '0',
    thdt_buy_amt: '0',
    nxdy_auto_rdpt_amt: '0',
    bfdy_sll_amt: '0',
    d2_auto_rdpt_amt: '0',
    bfdy_tlex_amt: '0',
    thdt_tlex_amt: '0',
    tot_loan_amt: '0',
    scts_evlu_amt: whole(worth),
    tot_evlu_amt: whole(total),
    nass_amt: whole(total),
    fncg_gld_auto_rdpt_yn: '',
    pchs_amt_smtl_amt: whole(bought),
    evlu_amt_smtl_amt: whole(worth),
    evlu_pfls_smtl_amt: whole(worth - bought),
    tot_stln_slng_chgs: '0',
    bfdy_tot_asst_evlu_amt: whole(DEPOSIT + before),
    asst_icdc_amt: whole(worth - before),
    asst_icdc_erng_rt: decimal(((worth - before) / (DEPOSIT + before)) * 100, 8),
  };
};

/** inquire-balance: one page of `all`, and the summary as an array of one. */
export const balanceAnswer = (
  all: readonly HoldingRow[],
  cursor: { readonly cano: string; readonly product: string; readonly offset: number; readonly rows: number },
): Answer => {
  const shown = all.slice(cursor.offset, cursor.offset + cursor.rows);
  const next = cursor.offset + shown.length;
  const last = next >= all.length;
  return page(
    {
      ctx_area_fk100: `${cursor.cano}^${cursor.product}^N^N^02^01^N^`.padEnd(CURSOR),
      ctx_area_nk100: (last ? '' : String(next)).padEnd(CURSOR),
      output1: shown.map(holding),
      output2: [summary(all)],
    },
    { first: cursor.offset === 0, last },
  );
};
