import { createCipheriv } from 'node:crypto';

/** Fields by name; those that are not given are as in a trade, book or notice of 2026-01-15. */
export type Given = Readonly<Record<string, string>>;

/** The order of fields in the official samples (fact sheet of 2026-11-23), each with a value: `NAME=value`. */
const trade =
  'MKSC_SHRN_ISCD=005930 STCK_CNTG_HOUR=101502 STCK_PRPR=71300 PRDY_VRSS_SIGN=2 PRDY_VRSS=500 PRDY_CTRT=0.71 ' +
  'WGHN_AVRG_STCK_PRC=71012.40 STCK_OPRC=70900 STCK_HGPR=71450 STCK_LWPR=70700 ASKP1=71400 BIDP1=71200 CNTG_VOL=12 ' +
  'ACML_VOL=1420877 ACML_TR_PBMN=101278004100 SELN_CNTG_CSNU=10411 SHNU_CNTG_CSNU=11802 NTBY_CNTG_CSNU=1391 CTTR=108.77 ' +
  'SELN_CNTG_SMTN=640211 SHNU_CNTG_SMTN=696340 CCLD_DVSN=1 SHNU_RATE=0.52 PRDY_VOL_VRSS_ACML_VOL_RATE=88.31 ' +
  'OPRC_HOUR=090012 OPRC_VRSS_PRPR_SIGN=2 OPRC_VRSS_PRPR=400 HGPR_HOUR=094410 HGPR_VRSS_PRPR_SIGN=5 HGPR_VRSS_PRPR=-100 ' +
  'LWPR_HOUR=091502 LWPR_VRSS_PRPR_SIGN=2 LWPR_VRSS_PRPR=600 BSOP_DATE=20260115 NEW_MKOP_CLS_CODE=20 TRHT_YN=N ' +
  'ASKP_RSQN1=120455 BIDP_RSQN1=98320 TOTAL_ASKP_RSQN=1804411 TOTAL_BIDP_RSQN=2011840 VOL_TNRT=0.02 ' +
  'PRDY_SMNS_HOUR_ACML_VOL=1602244 PRDY_SMNS_HOUR_ACML_VOL_RATE=88.68 HOUR_CLS_CODE=0 MRKT_TRTM_CLS_CODE= VI_STND_PRC=70950';

const ten = (name: string, valueOf: (level: number) => number): string =>
  Array.from({ length: 10 }, (_none, index) => `${name}${String(index + 1)}=${String(valueOf(index + 1))}`).join(' ');

const book = [
  'MKSC_SHRN_ISCD=005930 BSOP_HOUR=101502 HOUR_CLS_CODE=0',
  ten('ASKP', (level) => 71_300 + 100 * level),
  ten('BIDP', (level) => 71_300 - 100 * level),
  ten('ASKP_RSQN', (level) => 1_000 + level),
  ten('BIDP_RSQN', (level) => 2_000 + level),
  'TOTAL_ASKP_RSQN=11055 TOTAL_BIDP_RSQN=22055 OVTM_TOTAL_ASKP_RSQN=1 OVTM_TOTAL_BIDP_RSQN=2 ANTC_CNPR=0 ANTC_CNQN=0 ANTC_VOL=3',
  'ANTC_CNTG_VRSS=-70800 ANTC_CNTG_VRSS_SIGN=5 ANTC_CNTG_PRDY_CTRT=-100.00 ACML_VOL=1420877 TOTAL_ASKP_RSQN_ICDC=-120',
  'TOTAL_BIDP_RSQN_ICDC=455 OVTM_TOTAL_ASKP_ICDC=4 OVTM_TOTAL_BIDP_ICDC=5 STCK_DEAL_CLS_CODE=6',
].join(' ');

const bookOfBoth =
  `${book} KMID_PRC=71350 KMID_TOTAL_RSQN=7 KMID_CLS_CODE=0 ` + 'NMID_PRC=71350 NMID_TOTAL_RSQN=8 NMID_CLS_CODE=0';

const notice =
  'CUST_ID=myhtsid ACNT_NO=0000000001 ODER_NO=0000117057 OODER_NO= SELN_BYOV_CLS=02 RCTF_CLS=0 ODER_KIND=00 ODER_COND=0 ' +
  'STCK_SHRN_ISCD=005930 CNTG_QTY=0000000001 CNTG_UNPR=000071300 STCK_CNTG_HOUR=101503 RFUS_YN=0 CNTG_YN=2 ACPT_YN=2 ' +
  'BRNC_NO=91252 ODER_QTY=000000001 ACNT_NAME=홍길동 ORD_COND_PRC=000000000 ORD_EXG_GB=1 POPUP_YN=Y FILLER= CRDT_CLS=00 ' +
  'CRDT_LOAN_DATE= CNTG_ISNM40=삼성전자 ODER_PRC=000071400';

const tables = { trade, book, bookOfBoth, notice } as const;

/** One record with the fields that are given and those of the table, and more behind them. */
export const record = (table: keyof typeof tables, given: Given = {}, more: readonly string[] = []): string => {
  const left = new Set(Object.keys(given));
  const values = tables[table].split(' ').map((field) => {
    const [name = '', value = ''] = field.split('=');
    left.delete(name);
    return given[name] ?? value;
  });
  if (left.size > 0) throw new Error(`a ${table} has no ${[...left].join(', ')}`);
  return [...values, ...more].join('^');
};

/** The names and values that `record(table)` has. */
export const fieldsOf = (table: keyof typeof tables): Record<string, string> =>
  Object.fromEntries(
    tables[table].split(' ').map((field): [string, string] => {
      const [name = '', value = ''] = field.split('=');
      return [name, value];
    }),
  );

export const frame = (tr: string, records: readonly string[], count = records.length): string =>
  `0|${tr}|${String(count).padStart(3, '0')}|${records.join('^')}`;

export const noticeKey = { key: 'abcdefghijklmnopabcdefghijklmnop', iv: '0123456789abcdef' } as const;

/** As the broker encrypts notices. */
export const encryptedFrame = (
  tr: string,
  records: readonly string[],
  { key, iv }: { readonly key: string; readonly iv: string } = noticeKey,
): string => {
  const cipher = createCipheriv('aes-256-cbc', Buffer.from(key), Buffer.from(iv));
  const payload = Buffer.concat([cipher.update(records.join('^'), 'utf8'), cipher.final()]).toString('base64');
  return `1|${tr}|${String(records.length).padStart(3, '0')}|${payload}`;
};

/** An answer to a registration or a release. */
export const answer = (
  code: string,
  message: string,
  {
    tr = 'H0STCNT0',
    trKey = '005930',
    output = noticeKey,
  }: { readonly tr?: string; readonly trKey?: string; readonly output?: object } = {},
): string =>
  JSON.stringify({
    header: { tr_id: tr, tr_key: trKey, encrypt: 'N' },
    body: { rt_cd: code === 'OPSP0000' ? '0' : '1', msg_cd: code, msg1: message, output },
  });
