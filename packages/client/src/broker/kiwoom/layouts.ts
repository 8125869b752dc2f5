import { names, type Layout } from '../layout.js';
import type { KiwoomEndpointName } from './catalogue.js';

/** The answers that the hub makes rows of, after the workbook of 2026-05-07. A test compares them with the registry. */
const envelope = names('return_code return_msg');

const chartRow = 'cur_prc trde_qty open_pric high_pric low_pric pred_pre pred_pre_sig';

const minuteChart: Layout = {
  '': { fields: ['stk_cd'], also: envelope },
  stk_min_pole_chart_qry: {
    fields: names(`${chartRow} cntr_tm`),
    // In the example and in recordings, not in the table; the others in editions before 2025-12.
    also: names('acc_trde_qty upd_rt bic_inds_tp sm_inds_tp stk_infr upd_stkpc_event pred_close_pric'),
  },
};

const dailyChart: Layout = {
  '': { fields: ['stk_cd'], also: envelope },
  stk_dt_pole_chart_qry: {
    fields: names(`${chartRow} dt trde_prica trde_tern_rt`),
    also: names('upd_rt bic_inds_tp sm_inds_tp stk_infr upd_stkpc_event pred_close_pric'),
  },
};

const price: Layout = {
  '': {
    fields: names(`
      stk_cd stk_nm setl_mm fav cap flo_stk crd_rt oyr_hgst oyr_lwst mac mac_wght for_exh_rt repl_pric per eps roe
      pbr ev bps sale_amt bus_pro cup_nga 250hgst 250lwst open_pric high_pric low_pric upl_pric lst_pric base_pric
      exp_cntr_pric exp_cntr_qty 250hgst_pric_dt 250hgst_pric_pre_rt 250lwst_pric_dt 250lwst_pric_pre_rt cur_prc pre_sig
      pred_pre flu_rt trde_qty trde_pre fav_unit dstr_stk dstr_rt
    `),
    also: envelope,
  },
};

const trades: Layout = {
  '': { fields: [], also: envelope },
  cntr_infr: {
    fields: names(`
      tm cur_prc pred_pre pre_rt pri_sel_bid_unit pri_buy_bid_unit cntr_trde_qty sign acc_trde_qty acc_trde_prica cntr_str
      stex_tp
    `),
  },
};

const levels = (side: 'sel' | 'buy'): string[] => [
  ...names(`${side}_fpr_bid ${side}_fpr_req ${side}_1th_pre_req_pre`),
  ...Array.from({ length: 9 }, (_none, index) => `${side}_${String(index + 2)}th_pre_`).flatMap((stem) => [
    `${stem}bid`,
    `${stem}req`,
    `${stem}req_pre`,
  ]),
];

const orderBook: Layout = {
  '': {
    fields: [
      'bid_req_base_tm',
      ...levels('sel'),
      ...levels('buy'),
      ...names(`
        tot_sel_req tot_sel_req_jub_pre tot_buy_req tot_buy_req_jub_pre ovt_sel_req ovt_sel_req_pre ovt_buy_req
        ovt_buy_req_pre
      `),
    ],
    also: envelope,
  },
};

export const kiwoomLayouts = {
  ka10080: minuteChart,
  ka10081: dailyChart,
  ka10001: price,
  ka10004: orderBook,
  ka10003: trades,
} as const satisfies Partial<Record<KiwoomEndpointName, Layout>>;
