import type { Answer } from '../answer.js';
import { hhmmss } from '../text.js';
import { done, page } from './answer.js';
import { directed } from './text.js';

/** kt10000 and kt10001. */
export const orderAccepted = (number: string, exchange: string): Answer =>
  done({ ord_no: number, dmst_stex_tp: exchange });

export interface OpenOrderRow {
  readonly number: string;
  readonly code: string;
  readonly name: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  /** KRW, `0` for a market order. */
  readonly price: string;
  /** `trde_tp` of the order. */
  readonly type: string;
  /** Stop price or empty. */
  readonly stop: string;
  /** `KRX`, `NXT` or `SOR`. */
  readonly exchange: string;
  /** Second of the KST day. */
  readonly second: number;
  readonly currentPrice: number;
  readonly previousClose: number;
  readonly ask: number;
  readonly bid: number;
}

/** The account belongs to the token; this one is nobody's. */
const ACCOUNT = '0000000010';

const typeNames: Readonly<Record<string, string>> = {
  0: '보통',
  3: '시장가',
  5: '조건부지정가',
  6: '최유리지정가',
  7: '최우선지정가',
  10: '보통(IOC)',
  13: '시장가(IOC)',
  16: '최유리(IOC)',
  20: '보통(FOK)',
  23: '시장가(FOK)',
  26: '최유리(FOK)',
  28: '스톱지정가',
  29: '중간가',
  30: '중간가(IOC)',
  31: '중간가(FOK)',
  61: '장시작전시간외',
  62: '시간외단일가',
  81: '장마감후시간외',
};

export const orderTypeName = (code: string): string => typeNames[code] ?? '';

/** Codes of `trde_tp` in orders. */
export const orderTypes: readonly string[] = Object.keys(typeNames);

/** kt00007: every order of a day, filled or not. Widths as in other account answers: quantities and prices padded to ten. */
export const orderHistory = (rows: readonly OpenOrderRow[], nextKey: string): Answer =>
  page(
    {
      acnt_ord_cntr_prps_dtl: rows.map((row) => ({
        ord_no: row.number,
        stk_cd: `A${row.code}`,
        trde_tp: orderTypeName(row.type),
        crd_tp: '보통매매',
        ord_qty: row.quantity.padStart(10, '0'),
        ord_uv: row.price.padStart(10, '0'),
        cnfm_qty: '0000000000',
        acpt_tp: '접수',
        rsrv_tp: '',
        ord_tm: clock(row.second),
        ori_ord: '0000000',
        stk_nm: row.name,
        io_tp_nm: row.side === 'buy' ? '현금매수' : '현금매도',
        loan_dt: '',
        cntr_qty: '0000000000',
        cntr_uv: '0000000000',
        ord_remnq: row.quantity.padStart(10, '0'),
        comm_ord_tp: 'OPENAPI',
        mdfy_cncl: '',
        cnfm_tm: '',
        dmst_stex_tp: row.exchange,
        cond_uv: (row.stop || '0').padStart(10, '0'),
      })),
    },
    nextKey,
  );

/** `HH:MM:SS`. */
const clock = (second: number): string => hhmmss(second).replace(/(..)(..)(..)/, '$1:$2:$3');

/** `stex_tp` of ka10075: one less than in quotations. */
const exchangeCodes: Readonly<Record<string, string>> = { SOR: '0', KRX: '1', NXT: '2' };

/** ka10075: nothing of an order has been filled. */
export const openOrders = (rows: readonly OpenOrderRow[], nextKey: string): Answer =>
  page(
    {
      oso: rows.map((row) => ({
        acnt_no: ACCOUNT,
        ord_no: row.number,
        mang_empno: '',
        stk_cd: row.code,
        tsk_tp: '',
        ord_stt: '접수',
        stk_nm: row.name,
        ord_qty: row.quantity,
        ord_pric: row.price,
        oso_qty: row.quantity,
        cntr_tot_amt: '0',
        orig_ord_no: '0000000',
        io_tp_nm: row.side === 'buy' ? '+매수' : '-매도',
        trde_tp: orderTypeName(row.type),
        tm: hhmmss(row.second),
        cntr_no: '',
        cntr_pric: '0',
        cntr_qty: '0',
        cur_prc: directed(row.currentPrice, row.previousClose),
        sel_bid: directed(row.ask, row.previousClose),
        buy_bid: directed(row.bid, row.previousClose),
        unit_cntr_pric: '',
        unit_cntr_qty: '',
        tdy_trde_cmsn: '0',
        tdy_trde_tax: '0',
        ind_invsr: '',
        stex_tp: exchangeCodes[row.exchange] ?? '',
        stex_tp_txt: row.exchange,
        sor_yn: row.exchange === 'SOR' ? 'Y' : 'N',
        stop_pric: row.stop,
      })),
    },
    nextKey,
  );
