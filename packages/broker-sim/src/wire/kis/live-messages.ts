import { createCipheriv } from 'node:crypto';

/** Codes and texts of the WebSocket; those of refusals that no report quotes are in its manner. */
const texts = {
  OPSP0000: 'SUBSCRIBE SUCCESS',
  OPSP0001: 'UNSUBSCRIBE SUCCESS',
  OPSP0002: 'ALREADY IN SUBSCRIBE',
  OPSP0003: 'UNSUBSCRIBE ERROR (not found!)',
  OPSP0008: 'MAX SUBSCRIBE OVER',
  OPSP0011: 'invalid approval : NOT FOUND',
  OPSP8991: 'invalid tr_id',
  OPSP8992: 'invalid tr_key',
  OPSP8996: 'ALREADY IN USE appkey',
  OPSP8997: 'invalid tr_type',
  OPSP8998: 'invalid custtype',
  OPSP9990: 'tr_key not found',
  OPSP9991: 'input not found',
  OPSP9992: 'body not found',
  OPSP9994: 'invalid appkey',
  OPSP9997: 'custtype not found',
  OPSP9998: 'header not found',
  OPSP9999: 'invalid json format',
} as const;

export type LiveCode = keyof typeof texts;

export interface LiveNames {
  readonly tr: string;
  readonly key: string;
}

/** Cipher of one registration of notices; every registration has another one. */
export interface Cipher {
  /** 32 characters. */
  readonly key: string;
  /** 16 characters. */
  readonly iv: string;
}

/** A feed is registered. Every ack has a key and an iv; those of notices are used. */
export const subscribed = ({ tr, key }: LiveNames, cipher: Cipher, encrypted: boolean): string =>
  JSON.stringify({
    header: { tr_id: tr, tr_key: key, encrypt: encrypted ? 'Y' : 'N' },
    body: {
      rt_cd: '0',
      msg_cd: 'OPSP0000',
      msg1: texts.OPSP0000,
      output: { iv: cipher.iv, key: cipher.key },
    },
  });

const done: readonly LiveCode[] = ['OPSP0000', 'OPSP0001'];

const returnCode = (code: LiveCode): string => {
  if (done.includes(code)) return '0';
  // Seen with this code alone.
  return code === 'OPSP8996' ? '9' : '1';
};

/** Any other answer to a registration or a release. */
export const liveAnswer = ({ tr, key }: LiveNames, code: LiveCode): string =>
  JSON.stringify({
    header: { tr_id: code === 'OPSP8996' ? '(null)' : tr, tr_key: key, encrypt: 'N' },
    body: { rt_cd: returnCode(code), msg_cd: code, msg1: texts[code] },
  });

/** `datetime`: `YYYYMMDDHHMMSS`, KST. */
export const pingPong = (datetime: string): string => JSON.stringify({ header: { tr_id: 'PINGPONG', datetime } });

/** One frame of data; several records follow each other like fields of one. */
export const dataFrame = (tr: string, records: readonly string[]): string =>
  `0|${tr}|${String(records.length).padStart(3, '0')}|${records.join('^')}`;

/** One encrypted record. */
export const secretFrame = (tr: string, record: string, { key, iv }: Cipher): string => {
  const cipher = createCipheriv('aes-256-cbc', Buffer.from(key, 'utf8'), Buffer.from(iv, 'utf8'));
  return `1|${tr}|001|${cipher.update(record, 'utf8', 'base64')}${cipher.final('base64')}`;
};
