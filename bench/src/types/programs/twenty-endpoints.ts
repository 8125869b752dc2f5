import { createHub } from '@hub/client';

/** A program that never runs: what the compiler has to know to check calls of twenty endpoints and fields of their rows. */
const hub = createHub();
const { kis, kiwoom } = hub;

const share = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } as const;
const days = { FID_INPUT_DATE_1: '20261102', FID_INPUT_DATE_2: '20261106' } as const;
const stock = { stk_cd: '005930' } as const;
const chart = { ...stock, tic_scope: '1', upd_stkpc_tp: '1' } as const;

const price = await kis.call('inquire-price', share);
const trades = await kis.call('inquire-ccnl', share);
const investors = await kis.call('domestic-stock/inquire-investor', share);
const daily = await kis.call('inquire-daily-itemchartprice', {
  ...share,
  ...days,
  FID_PERIOD_DIV_CODE: 'D',
  FID_ORG_ADJ_PRC: '0',
});
const minutes = await kis.call('inquire-time-itemchartprice', {
  ...share,
  FID_INPUT_HOUR_1: '153000',
  FID_PW_DATA_INCU_YN: 'N',
});
const holidays = await kis.call('chk-holiday', { BASS_DT: '20261102' });
const abroad = await kis.call('overseas-price/price', { EXCD: 'NAS', SYMB: 'AAPL' });
const abroadDaily = await kis.call('dailyprice', { EXCD: 'NAS', SYMB: 'AAPL', GUBN: '0', MODP: '1' });
const balance = await kis.call('inquire-balance', {
  AFHR_FLPR_YN: 'N',
  INQR_DVSN: '02',
  UNPR_DVSN: '01',
  FUND_STTL_ICLD_YN: 'N',
  FNCG_AMT_AUTO_RDPT_YN: 'N',
  PRCS_DVSN: '00',
});
const order = await kis.call('order-cash-buy', { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '50000' });

const info = await kiwoom.call('ka10001', stock);
const ticks = await kiwoom.call('ka10003', stock);
const book = await kiwoom.call('ka10004', stock);
const tickBars = await kiwoom.call('ka10079', chart);
const minuteBars = await kiwoom.call('stock-minute-chart', chart);
const dayBars = await kiwoom.call('stock-day-chart', { ...stock, base_dt: '20261106', upd_stkpc_tp: '1' });
const watched = await kiwoom.call('ka10095', stock);
const sector = await kiwoom.call('sector-price', { mrkt_tp: '0', inds_cd: '001' });
const holdings = await kiwoom.call('kt00018', { qry_tp: '1', dmst_stex_tp: 'KRX' });
const bought = await kiwoom.call('stock-buy-order', { dmst_stex_tp: 'KRX', ...stock, ord_qty: '1', trde_tp: '3' });

const first = <Row>(rows: Row | readonly Row[] | undefined): Row | undefined =>
  [rows ?? []].flat()[0] as Row | undefined;

export const read: readonly (string | undefined)[] = [
  price.body.output?.stck_prpr,
  first(trades.body.output)?.cntg_vol,
  investors.body.output?.[0]?.frgn_ntby_qty,
  daily.body.output2?.[0]?.stck_clpr,
  minutes.body.output2?.[0]?.cntg_vol,
  first(holidays.body.output)?.opnd_yn,
  first(abroad.body.output)?.last,
  first(abroadDaily.body.output2)?.clos,
  balance.body.output1?.[0]?.hldg_qty,
  order.body.output?.ODNO,
  info.body.stk_nm,
  ticks.body.cntr_infr?.[0]?.cntr_trde_qty,
  book.body.bid_req_base_tm,
  tickBars.body.stk_tic_chart_qry?.[0]?.cur_prc,
  minuteBars.body.stk_min_pole_chart_qry?.[0]?.cntr_tm,
  dayBars.body.stk_dt_pole_chart_qry?.[0]?.dt,
  watched.body.atn_stk_infr?.[0]?.base_pric,
  sector.body.inds_cur_prc_tm?.[0]?.cur_prc_n,
  holdings.body.acnt_evlt_remn_indv_tot?.[0]?.rmnd_qty,
  bought.body.ord_no,
];

await hub.close();
