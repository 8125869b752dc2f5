import { describe, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import type { AckOutcome } from '../../../src/broker/live.js';
import { answer, encryptedFrame, noticeKey, record } from '../../support/kis-frames.js';
import { onlyRecord, recordsOf } from '../../support/live-messages.js';

const receivedAt = Date.UTC(2026, 0, 15, 1, 15, 3);
const read = (text: string) => kis.live.reader('real').read(text, receivedAt);

/** The OPSP table of the portal (public copies, read 2026-11-23), by what an answer means. */
const table: Readonly<Partial<Record<AckOutcome, readonly string[]>>> = {
  done: ['0000', '0001', '0002', '0003'],
  full: ['0008'],
  'in-use': ['8996'],
  'stale-key': ['0011'],
  again: ['0007', '0009', '8999', '9993', '9995'],
  wrong: [
    ...['0010', '8991', '8992', '8993', '8994', '8995', '8997', '8998', '9990', '9991', '9992', '9994', '9996'],
    ...['9997', '9998', '9999', '1234'],
  ],
};

describe('an answer of KIS', () => {
  it.each(Object.entries(table))('is %s for the codes that the portal says so of', (outcome, codes) => {
    for (const code of codes) {
      expect(read(answer(`OPSP${code}`, 'x'))).toMatchObject({ kind: 'ack', code: `OPSP${code}`, outcome });
    }
  });

  it.each([
    ['OPSP0000', 'SUBSCRIBE SUCCESS', 'register'],
    ['OPSP0001', 'UNSUBSCRIBE SUCCESS', 'release'],
    ['OPSP0002', 'ALREADY IN SUBSCRIBE', 'register'],
    ['OPSP0003', 'UNSUBSCRIBE ERROR (not found!)', 'release'],
    ['OPSP0007', 'SUBSCRIBE INTERNAL ERROR', 'register'],
    ['OPSP0007', 'UNSUBSCRIBE INTERNAL ERROR', 'release'],
    ['OPSP0008', 'MAX SUBSCRIBE OVER', 'register'],
    ['OPSP0000', '', 'register'],
    ['OPSP0001', '', 'release'],
    ['OPSP0011', 'invalid approval : NOT FOUND', null],
    ['OPSP8996', 'ALREADY IN USE appkey', null],
  ])('%s %j is one to %s', (code, message, to) => {
    expect(read(answer(code, message))).toMatchObject({ to, message });
  });

  it('names its feed, without the blanks of its message', () => {
    expect(read(answer('OPSP0000', 'SUBSCRIBE SUCCESS   ', { tr: 'H0UNASP0', trKey: '000660' }))).toEqual({
      kind: 'ack',
      to: 'register',
      feed: { kind: 'book', venue: 'UN', symbol: '000660' },
      code: 'OPSP0000',
      message: 'SUBSCRIBE SUCCESS',
      outcome: 'done',
    });
    expect(kis.live.namesFeeds).toBe(true);
  });

  it.each([
    { tr: '(null)', trKey: '' },
    { tr: 'H0STCNT0', trKey: '' },
    { tr: '__proto__', trKey: '005930' },
  ])('names none where it does not: %j', (header) => {
    expect(read(answer('OPSP8996', 'ALREADY IN USE appkey', header))).toMatchObject({ feed: null, outcome: 'in-use' });
  });

  it.each(['', '{', '[]', 'null', '"x"', '{}', '{"header":[]}', '{"header":{"tr_id":"x"}}', '{"body":{"msg_cd":"x"}}'])(
    'is bad where it is none: %s',
    (text) => {
      expect(read(text)).toEqual({ kind: 'bad', reason: expect.stringMatching(/JSON/) });
    },
  );
});

describe('the keep-alive of KIS', () => {
  it('is sent back as it came', () => {
    const text = '{"header": {"tr_id": "PINGPONG", "datetime": "20260115101500"}}';
    expect(read(text)).toEqual({ kind: 'ping', reply: text });
    expect(kis.live.pongsControl).toBe(true);
  });
});

describe('an encrypted notice of KIS', () => {
  const tr = 'H0STCNI0';
  const other = { key: 'ponmlkjihgfedcbaponmlkjihgfedcba', iv: 'fedcba9876543210' };
  const registered = (output: object = noticeKey, code = 'OPSP0000', message = 'SUBSCRIBE SUCCESS') =>
    answer(code, message, { tr, trKey: 'myhtsid', output });
  const readAll = (texts: readonly string[]) => {
    const reader = kis.live.reader('real');
    return texts.map((text) => reader.read(text, receivedAt)).at(-1) ?? { kind: 'bad' as const, reason: 'nothing' };
  };

  it('is opened with the key of its answer, and its raw text is in clear', () => {
    const payload = record('notice');
    const message = recordsOf(readAll([registered(), encryptedFrame(tr, [payload])]));
    expect(message.records).toMatchObject([{ what: 'fill', fields: { ACNT_NAME: '홍길동', ODER_PRC: '000071400' } }]);
    expect(message.raws()).toEqual([payload]);
  });

  it('as the fact sheet has it is opened as well', () => {
    const sample =
      '1|H0STCNI0|001|FhHrW7jJTFk4PK9hVar/4QfBf981Dxo0itBiWDtITFI6uixRzJYGTW77pwsMNYgpaEz4rkSMdYiXDVDNID/aFoIg3kkvA8EbnuAAWrhs' +
      'uhl34D7w3qSxlIOX27OAfrgbV2mzWgQByVxmtgCecJUHOZxI+D7MwiKg8LR5vevgiwguoFw47GUUHp17RmNKu0vWb+4n47JyEGYCipd8poNt0sOBogKlimz' +
      'jgJXSlgs21mM=';
    expect(onlyRecord(readAll([registered(), sample]))).toMatchObject({ fields: { CNTG_ISNM40: '삼성전자' } });
  });

  it('is opened with the latest key', () => {
    const texts = [registered(), registered(other)];
    expect(recordsOf(readAll([...texts, encryptedFrame(tr, [record('notice')], other)])).records).toHaveLength(1);
    expect(readAll([...texts, encryptedFrame(tr, [record('notice')])])).toMatchObject({ kind: 'bad' });
  });

  it.each([
    ['a release', registered(other, 'OPSP0001', 'UNSUBSCRIBE SUCCESS')],
    ['an answer without a key', registered({})],
    ['an answer with half a key', registered({ key: 'short', iv: other.iv })],
    ['another TR', answer('OPSP0000', 'SUBSCRIBE SUCCESS', { tr: 'H0STCNT0', output: other })],
  ])('keeps its key through %s', (_what, text) => {
    const message = readAll([registered(), text, encryptedFrame(tr, [record('notice')])]);
    expect(recordsOf(message).records).toHaveLength(1);
  });

  it('belongs to its socket', () => {
    readAll([registered()]);
    expect(readAll([encryptedFrame(tr, [record('notice')])])).toMatchObject({ kind: 'bad' });
  });

  it.each(['', 'not base64', 'AAAA', Buffer.from('x'.repeat(32)).toString('base64')])(
    'that is damaged is bad: %j',
    (payload) => {
      expect(readAll([registered(), `1|${tr}|001|${payload}`])).toMatchObject({ kind: 'bad' });
    },
  );
});
