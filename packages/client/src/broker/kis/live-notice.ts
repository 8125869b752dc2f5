import { createDecipheriv } from 'node:crypto';

import type { Venue } from '../candle.js';
import type { NoticeRecord } from '../live.js';
import { instantNear } from '../live-figures.js';
import { extraOf, type RecordPlace } from './live-fields.js';

/** Fields of H0STCNI0 and H0STCNI9 in their order, by the names of the official samples. */
const names = [
  ...['CUST_ID', 'ACNT_NO', 'ODER_NO', 'OODER_NO', 'SELN_BYOV_CLS', 'RCTF_CLS', 'ODER_KIND', 'ODER_COND'],
  ...['STCK_SHRN_ISCD', 'CNTG_QTY', 'CNTG_UNPR', 'STCK_CNTG_HOUR', 'RFUS_YN', 'CNTG_YN', 'ACPT_YN', 'BRNC_NO'],
  ...['ODER_QTY', 'ACNT_NAME', 'ORD_COND_PRC', 'ORD_EXG_GB', 'POPUP_YN', 'FILLER', 'CRDT_CLS', 'CRDT_LOAN_DATE'],
  ...['CNTG_ISNM40', 'ODER_PRC'],
] as const;

export const noticeWidth = names.length;

const placeOf = (name: (typeof names)[number]): number => names.indexOf(name);
const place = {
  symbol: placeOf('STCK_SHRN_ISCD'),
  time: placeOf('STCK_CNTG_HOUR'),
  filled: placeOf('CNTG_YN'),
  venue: placeOf('ORD_EXG_GB'),
} as const;

/** ORD_EXG_GB (official): 3 and 4 are where SOR sent the order to. */
const venues: ReadonlyMap<string, Venue> = new Map([
  ['1', 'KRX'],
  ['2', 'NXT'],
  ['3', 'KRX'],
  ['4', 'NXT'],
]);

/** CNTG_YN (official); of a 1 – taken, changed, cancelled or refused – CNTG_QTY and CNTG_UNPR are those of the order. */
const fill = '2';

/** It names no day: that is the KST day of `receivedAt`. */
export const noticeIn = (record: RecordPlace, receivedAt: number): NoticeRecord => {
  const { fields, first } = record;
  return {
    kind: 'notice',
    symbol: fields.at(first + place.symbol).trim(),
    venue: venues.get(fields.at(first + place.venue)) ?? 'UN',
    atMs: instantNear(receivedAt, fields.timeOfDay(first + place.time)),
    what: fields.at(first + place.filled) === fill ? 'fill' : 'order',
    fields: Object.fromEntries(names.map((name, index) => [name, fields.at(first + index)])),
    ...extraOf(record, noticeWidth),
  };
};

/** What notices of one TR are encrypted with: the `key` and `iv` of its answer, changed by every registration (official). */
export interface NoticeKey {
  readonly key: Buffer;
  readonly iv: Buffer;
}

const keyBytes = 32;
const ivBytes = 16;

/** Both are taken as they are written, as UTF-8 (official); undefined where they do not fit AES-256-CBC. */
export const noticeKeyOf = (key: string, iv: string): NoticeKey | undefined => {
  const bytes = { key: Buffer.from(key, 'utf8'), iv: Buffer.from(iv, 'utf8') };
  return bytes.key.length === keyBytes && bytes.iv.length === ivBytes ? bytes : undefined;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** AES-256-CBC, PKCS#7, base64 (official); undefined where that gives no text. */
export const decrypted = (base64: string, { key, iv }: NoticeKey): string | undefined => {
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, iv);
    return utf8.decode(Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]));
  } catch {
    return undefined;
  }
};
