import type { Answer } from '../answer.js';
import { decimal, whole } from '../text.js';
import { quotation } from './answer.js';
import { change, yesNo } from './text.js';

interface Extreme {
  readonly price: number;
  /** `YYYYMMDD`. */
  readonly day: string;
}

interface Range {
  readonly high: Extreme;
  readonly low: Extreme;
}

export interface PriceInput {
  readonly code: string;
  readonly halted: boolean;
  readonly price: number;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  /** KRW. */
  readonly value: number;
  readonly tick: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly listedShares: number;
  readonly previous: { readonly high: number; readonly low: number; readonly volume: number };
  /** Closes of about one year and of this year. */
  readonly year: Range;
  readonly thisYear: Range;
}

/** Market cap comes in units of 100 million KRW. */
const HUNDRED_MILLION = 100_000_000;
const FACE_VALUE = 5_000;

const percent = (part: number, of: number): string => decimal(of === 0 ? 0 : (part / of - 1) * 100);

const pivots = (high: number, low: number, close: number): Record<string, string> => {
  const pivot = (high + low + close) / 3;
  return {
    pvt_scnd_dmrs_prc: whole(pivot + high - low),
    pvt_frst_dmrs_prc: whole(2 * pivot - low),
    pvt_pont_val: whole(pivot),
    pvt_frst_dmsp_prc: whole(2 * pivot - high),
    pvt_scnd_dmsp_prc: whole(pivot - high + low),
    dmrs_val: whole((pivot + 2 * pivot - low) / 2),
    dmsp_val: whole((pivot + 2 * pivot - high) / 2),
  };
};

const yearFields = (price: number, { high, low }: Range): Record<string, string> => ({
  d250_hgpr: whole(high.price),
  d250_hgpr_date: high.day,
  d250_hgpr_vrss_prpr_rate: percent(price, high.price),
  d250_lwpr: whole(low.price),
  d250_lwpr_date: low.day,
  d250_lwpr_vrss_prpr_rate: percent(price, low.price),
});

const thisYearFields = (price: number, { high, low }: Range): Record<string, string> => ({
  stck_dryy_hgpr: whole(high.price),
  dryy_hgpr_vrss_prpr_rate: percent(price, high.price),
  dryy_hgpr_date: high.day,
  stck_dryy_lwpr: whole(low.price),
  dryy_lwpr_vrss_prpr_rate: percent(price, low.price),
  dryy_lwpr_date: low.day,
});

const weeksFields = (price: number, { high, low }: Range): Record<string, string> => ({
  w52_hgpr: whole(high.price),
  w52_hgpr_vrss_prpr_ctrt: percent(price, high.price),
  w52_hgpr_date: high.day,
  w52_lwpr: whole(low.price),
  w52_lwpr_vrss_prpr_ctrt: percent(price, low.price),
  w52_lwpr_date: low.day,
});

/** inquire-price. What no trade can tell (ratios, sector, margin) is the same for every symbol. Three documented fields are left out on purpose, as in recorded answers; there is no stock name. */
export const priceAnswer = (input: PriceInput): Answer => {
  const { price, volume, value, previous, listedShares } = input;
  return quotation({
    output: {
      // 58 halted, 55 credit allowed.
      iscd_stat_cls_code: input.halted ? '58' : '55',
      marg_rate: '20.00',
      rprs_mrkt_kor_name: 'KOSPI200',
      bstp_kor_isnm: '전기.전자',
      temp_stop_yn: yesNo(input.halted),
      oprc_rang_cont_yn: 'N',
      clpr_rang_cont_yn: 'N',
      crdt_able_yn: 'Y',
      grmn_rate_cls_code: '40',
      elw_pblc_yn: 'Y',
      stck_prpr: whole(price),
      ...change(price, input.previousClose),
      acml_tr_pbmn: whole(value),
      acml_vol: whole(volume),
      prdy_vrss_vol_rate: decimal(previous.volume === 0 ? 0 : (volume / previous.volume) * 100),
      stck_oprc: whole(input.open),
      stck_hgpr: whole(input.high),
      stck_lwpr: whole(input.low),
      stck_mxpr: whole(input.upperLimit),
      stck_llam: whole(input.lowerLimit),
      stck_sdpr: whole(input.previousClose),
      wghn_avrg_stck_prc: decimal(volume === 0 ? 0 : value / volume),
      hts_frgn_ehrt: '49.48',
      frgn_ntby_qty: '0',
      pgtr_ntby_qty: '0',
      ...pivots(previous.high, previous.low, input.previousClose),
      cpfn: whole((listedShares * FACE_VALUE) / HUNDRED_MILLION),
      rstc_wdth_prc: whole(input.upperLimit - input.previousClose),
      stck_fcam: whole(FACE_VALUE),
      stck_sspr: whole(input.previousClose * 0.8),
      aspr_unit: whole(input.tick),
      hts_deal_qty_unit_val: '1',
      lstn_stcn: whole(listedShares),
      hts_avls: whole((listedShares * price) / HUNDRED_MILLION),
      per: '19.67',
      pbr: '1.72',
      stac_month: '12',
      vol_tnrt: decimal(listedShares === 0 ? 0 : (volume / listedShares) * 100),
      eps: '6532.00',
      bps: '74721.00',
      ...yearFields(price, input.year),
      ...thisYearFields(price, input.thisYear),
      ...weeksFields(price, input.year),
      whol_loan_rmnd_rate: '0.22',
      ssts_yn: 'Y',
      stck_shrn_iscd: input.code,
      fcam_cnnm: '5,000',
      cpfn_cnnm: `${Math.floor((listedShares * FACE_VALUE) / HUNDRED_MILLION).toLocaleString('en-US')} 억`,
      frgn_hldn_qty: whole(listedShares * 0.4948),
      vi_cls_code: 'N',
      ovtm_vi_cls_code: 'N',
      last_ssts_cntg_qty: '0',
      invt_caful_yn: 'N',
      mrkt_warn_cls_code: '00',
      short_over_yn: 'N',
      sltr_yn: 'N',
    },
  });
};

const nothing: Extreme = { price: 0, day: '' };

/** An unknown code is no error: the same fields, prices "0". */
export const unknownPrice = (code: string): Answer =>
  priceAnswer({
    code,
    halted: false,
    price: 0,
    previousClose: 0,
    open: 0,
    high: 0,
    low: 0,
    volume: 0,
    value: 0,
    tick: 1,
    upperLimit: 0,
    lowerLimit: 0,
    listedShares: 0,
    previous: { high: 0, low: 0, volume: 0 },
    year: { high: nothing, low: nothing },
    thisYear: { high: nothing, low: nothing },
  });
