/** A value that a broker takes for a parameter of this name; where anything would do, a zero. */
const byName: Readonly<Record<string, string>> = {
  CANO: '12345678',
  ACNT_PRDT_CD: '01',
  FID_INPUT_ISCD: '005930',
  FID_COND_MRKT_DIV_CODE: 'J',
  FID_INPUT_HOUR_1: '153000',
  FID_INPUT_DATE_1: '20261102',
  FID_INPUT_DATE_2: '20261103',
  FID_PERIOD_DIV_CODE: 'D',
  FID_PW_DATA_INCU_YN: 'N',
  BASS_DT: '20261102',
  PDNO: '005930',
  ORD_QTY: '1',
  ORD_DVSN: '00',
  ORD_UNPR: '50000',
  stk_cd: '005930',
  base_dt: '20261103',
  tic_scope: '1',
  upd_stkpc_tp: '1',
  tdy_pred: '1',
  tic_min: '0',
  dmst_stex_tp: 'KRX',
  stex_tp: '1',
  ord_qty: '1',
  ord_uv: '50000',
  trde_tp: '0',
};

/** Where the same name has other codes in another call. */
const byCall: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ka10075: { stex_tp: '0' },
  kt00007: { qry_tp: '1' },
};

export const valueFor = (endpoint: string, name: string): string => byCall[endpoint]?.[name] ?? byName[name] ?? '0';
