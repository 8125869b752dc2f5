import { names, type Layout } from '../layout.js';
import type { KisEndpointName } from './catalogue.js';

/**
 * The answers that the hub makes rows of, after the official label tables (which do not tell outputs apart; by output:
 * portal mirrors, 2026-11-23). A test compares them with the registry.
 */
const body = { fields: [], also: names('rt_cd msg_cd msg1') };

const tenOf = (...stems: readonly string[]): string[] =>
  stems.flatMap((stem) => Array.from({ length: 10 }, (_none, index) => `${stem}${String(index + 1)}`));

const minuteChart: Layout = {
  '': body,
  output1: {
    fields: names('prdy_vrss prdy_vrss_sign prdy_ctrt stck_prdy_clpr acml_vol acml_tr_pbmn hts_kor_isnm stck_prpr'),
  },
  output2: {
    fields: names('stck_bsop_date stck_cntg_hour stck_prpr stck_oprc stck_hgpr stck_lwpr cntg_vol acml_tr_pbmn'),
  },
};

const dailyChart: Layout = {
  '': body,
  output1: {
    fields: names(`
      prdy_vrss prdy_vrss_sign prdy_ctrt stck_prdy_clpr acml_vol acml_tr_pbmn hts_kor_isnm stck_prpr stck_shrn_iscd
      prdy_vol stck_mxpr stck_llam stck_oprc stck_hgpr stck_lwpr stck_prdy_oprc stck_prdy_hgpr stck_prdy_lwpr askp bidp
      prdy_vrss_vol vol_tnrt stck_fcam lstn_stcn cpfn hts_avls per eps pbr
    `),
    // Spelled like that; one portal mirror has it with ` name` behind it.
    also: ['itewhol_loan_rmnd_ratem', 'itewhol_loan_rmnd_ratem name'],
  },
  output2: {
    fields: names(`
      stck_bsop_date stck_clpr stck_oprc stck_hgpr stck_lwpr acml_vol acml_tr_pbmn flng_cls_code prtt_rate mod_yn
      prdy_vrss_sign prdy_vrss revl_issu_reas
    `),
  },
};

const price: Layout = {
  '': body,
  output: {
    fields: names(`
      iscd_stat_cls_code marg_rate rprs_mrkt_kor_name bstp_kor_isnm temp_stop_yn oprc_rang_cont_yn clpr_rang_cont_yn
      crdt_able_yn grmn_rate_cls_code elw_pblc_yn stck_prpr prdy_vrss prdy_vrss_sign prdy_ctrt acml_tr_pbmn acml_vol
      prdy_vrss_vol_rate stck_oprc stck_hgpr stck_lwpr stck_mxpr stck_llam stck_sdpr wghn_avrg_stck_prc hts_frgn_ehrt
      frgn_ntby_qty pgtr_ntby_qty pvt_scnd_dmrs_prc pvt_frst_dmrs_prc pvt_pont_val pvt_frst_dmsp_prc pvt_scnd_dmsp_prc
      dmrs_val dmsp_val cpfn rstc_wdth_prc stck_fcam stck_sspr aspr_unit hts_deal_qty_unit_val lstn_stcn hts_avls per pbr
      stac_month vol_tnrt eps bps d250_hgpr d250_hgpr_date d250_hgpr_vrss_prpr_rate d250_lwpr d250_lwpr_date
      d250_lwpr_vrss_prpr_rate stck_dryy_hgpr dryy_hgpr_vrss_prpr_rate dryy_hgpr_date stck_dryy_lwpr
      dryy_lwpr_vrss_prpr_rate dryy_lwpr_date w52_hgpr w52_hgpr_vrss_prpr_ctrt w52_hgpr_date w52_lwpr
      w52_lwpr_vrss_prpr_ctrt w52_lwpr_date whol_loan_rmnd_rate ssts_yn stck_shrn_iscd fcam_cnnm cpfn_cnnm frgn_hldn_qty
      vi_cls_code ovtm_vi_cls_code last_ssts_cntg_qty invt_caful_yn mrkt_warn_cls_code short_over_yn sltr_yn
    `),
    // Absent in some answers (observed).
    also: names('new_hgpr_lwpr_cls_code apprch_rate mang_issu_cls_code'),
  },
};

const orderBook: Layout = {
  '': body,
  output1: {
    fields: [
      'aspr_acpt_hour',
      ...tenOf('askp', 'bidp', 'askp_rsqn', 'bidp_rsqn', 'askp_rsqn_icdc', 'bidp_rsqn_icdc'),
      ...names(`
        total_askp_rsqn total_bidp_rsqn total_askp_rsqn_icdc total_bidp_rsqn_icdc ovtm_total_askp_icdc
        ovtm_total_bidp_icdc ovtm_total_askp_rsqn ovtm_total_bidp_rsqn ntby_aspr_rsqn new_mkop_cls_code
      `),
    ],
  },
  output2: {
    fields: names(`
      antc_mkop_cls_code stck_prpr stck_oprc stck_hgpr stck_lwpr stck_sdpr antc_cnpr antc_cntg_vrss_sign antc_cntg_vrss
      antc_cntg_prdy_ctrt antc_vol stck_shrn_iscd vi_cls_code
    `),
  },
};

const trades: Layout = {
  '': body,
  output1: { fields: names('stck_prpr prdy_vrss prdy_vrss_sign prdy_ctrt acml_vol prdy_vol rprs_mrkt_kor_name') },
  output2: {
    fields: names('stck_cntg_hour prdy_vrss prdy_vrss_sign prdy_ctrt askp bidp tday_rltv acml_vol'),
    // The price has two names, see the ticks; the size is missing now and then (observed).
    also: names('stck_prpr stck_pbpr cnqn'),
  },
};

export const kisLayouts = {
  'inquire-time-itemchartprice': minuteChart,
  'inquire-time-dailychartprice': minuteChart,
  'inquire-daily-itemchartprice': dailyChart,
  'inquire-price': price,
  'inquire-asking-price-exp-ccn': orderBook,
  'inquire-time-itemconclusion': trades,
} as const satisfies Partial<Record<KisEndpointName, Layout>>;
