import type { Endpoint } from '../contract.js';

const quotations = '/uapi/domestic-stock/v1/quotations';
const trading = '/uapi/domestic-stock/v1/trading';
const symbolParams = ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD'] as const;

const quote = (
  name: string,
  tr: Endpoint['tr'],
  required: readonly string[],
  continuation: Endpoint['continuation'] = 'none',
): Endpoint => ({
  name,
  method: 'GET',
  path: `${quotations}/${name}`,
  tr,
  required,
  optional: [],
  replayable: true,
  inquiry: name,
  continuation,
});

const same = (tr: string): Endpoint['tr'] => ({ real: tr, paper: tr });

/** Buy and sell are one path with two TRs: two endpoints here, so that a side cannot be forgotten. */
const orderCash = (name: string, tr: Endpoint['tr'], optional: readonly string[]): Endpoint => ({
  name,
  method: 'POST',
  path: `${trading}/order-cash`,
  tr,
  required: ['CANO', 'ACNT_PRDT_CD', 'PDNO', 'ORD_DVSN', 'ORD_QTY', 'ORD_UNPR'],
  optional: ['EXCG_ID_DVSN_CD', 'CNDT_PRIC', ...optional],
  replayable: false,
  inquiry: 'inquire-balance',
  continuation: 'none',
});

/** The operations of KIS that the hub knows, read from the official samples (commit of 2026-07-09). */
export const kisCatalogue = {
  'inquire-price': quote('inquire-price', same('FHKST01010100'), symbolParams),
  'inquire-time-itemconclusion': quote('inquire-time-itemconclusion', same('FHPST01060000'), [
    ...symbolParams,
    'FID_INPUT_HOUR_1',
  ]),
  'inquire-time-itemchartprice': quote(
    'inquire-time-itemchartprice',
    same('FHKST03010200'),
    [...symbolParams, 'FID_INPUT_HOUR_1', 'FID_PW_DATA_INCU_YN', 'FID_ETC_CLS_CODE'],
    'window',
  ),
  // Whether paper offers it is contradictory (README yes, portal no, a public probe worked), so it is let through.
  'inquire-time-dailychartprice': quote(
    'inquire-time-dailychartprice',
    same('FHKST03010230'),
    [...symbolParams, 'FID_INPUT_HOUR_1', 'FID_INPUT_DATE_1', 'FID_PW_DATA_INCU_YN', 'FID_FAKE_TICK_INCU_YN'],
    'window',
  ),
  'inquire-daily-itemchartprice': quote(
    'inquire-daily-itemchartprice',
    same('FHKST03010100'),
    [...symbolParams, 'FID_INPUT_DATE_1', 'FID_INPUT_DATE_2', 'FID_PERIOD_DIV_CODE', 'FID_ORG_ADJ_PRC'],
    'window',
  ),
  'chk-holiday': quote(
    'chk-holiday',
    { real: 'CTCA0903R', paper: null },
    ['BASS_DT', 'CTX_AREA_NK', 'CTX_AREA_FK'],
    'cursor',
  ),
  'inquire-balance': {
    ...quote(
      'inquire-balance',
      { real: 'TTTC8434R', paper: 'VTTC8434R' },
      [
        'CANO',
        'ACNT_PRDT_CD',
        'AFHR_FLPR_YN',
        'OFL_YN',
        'INQR_DVSN',
        'UNPR_DVSN',
        'FUND_STTL_ICLD_YN',
        'FNCG_AMT_AUTO_RDPT_YN',
        'PRCS_DVSN',
        'CTX_AREA_FK100',
        'CTX_AREA_NK100',
      ],
      'cursor',
    ),
    path: `${trading}/inquire-balance`,
  },
  'order-cash-buy': orderCash('order-cash-buy', { real: 'TTTC0012U', paper: 'VTTC0012U' }, []),
  'order-cash-sell': orderCash('order-cash-sell', { real: 'TTTC0011U', paper: 'VTTC0011U' }, ['SLL_TYPE']),
} as const satisfies Record<string, Endpoint>;

export type KisEndpointName = keyof typeof kisCatalogue;
