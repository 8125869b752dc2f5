import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { priceOf } from '../support/hub.js';
import { openRaw } from '../support/raw-hub.js';
import { http, httpWith } from '../support/raw-server.js';

const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
const json = { 'content-type': 'application/json' };
const good = JSON.stringify({ rt_cd: '0', msg1: '정상처리 되었습니다', output: { stck_prpr: '70000' } });
const sized = (headers: Readonly<Record<string, string>>, body: string | Buffer): Buffer =>
  httpWith({ ...headers, 'content-length': String(Buffer.byteLength(body)) }, body);
const packed = (encoding: string, body: Buffer): Buffer => sized({ ...json, 'content-encoding': encoding }, body);
/** `msg1` in EUC-KR: 정상. */
const inEucKr = Buffer.concat([
  Buffer.from('{"rt_cd":"0","msg1":"'),
  Buffer.from([0xc1, 0xa4, 0xbb, 0xf3]),
  Buffer.from('"}'),
]);
const eucKr = { 'content-type': 'application/json; charset=EUC-KR' };

/** 256 MiB in 260 kB: members of a gzip stream that follow each other are one text. */
const bomb = Buffer.concat(Array.from({ length: 32 }, () => gzipSync(Buffer.alloc(8 * 1024 * 1024, 'x'))));

const all = (bytes: Buffer) => (socket: Socket) => {
  socket.write(bytes);
};
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunked = httpWith({ ...json, 'transfer-encoding': 'chunked' }, chunk(good.slice(0, 20)));

describe('an answer that is read all the same', () => {
  it.each([
    ['in gzip, which nobody asked for', packed('gzip', gzipSync(good)), '정상처리 되었습니다'],
    ['in deflate', packed('deflate', deflateSync(good)), '정상처리 되었습니다'],
    ['in brotli', packed('br', brotliCompressSync(good)), '정상처리 되었습니다'],
    ['that says it is not packed', packed('identity', Buffer.from(good)), '정상처리 되었습니다'],
    ['that begins with a byte order mark', sized(json, `\uFEFF${good}`), '정상처리 되었습니다'],
    ['in EUC-KR, as its head says', sized(eucKr, inEucKr), '정상'],
    ['in UTF-8, though its head says EUC-KR', sized(eucKr, good), '정상처리 되었습니다'],
  ])('%s', async (_what, bytes, msg1) => {
    await using raw = await openRaw(all(bytes));
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'))).resolves.toMatchObject({ body: { msg1 } });
  });
});

const reset = (socket: Socket): void => {
  socket.write(http(good.slice(0, 20), '200 OK', 900), () => socket.resetAndDestroy());
};

const broken = [
  [
    'a bomb: small as it comes, too large unpacked',
    all(packed('gzip', bomb)),
    'UNREADABLE',
    'gzip of more than 8388608',
  ],
  ['gzip that is cut', all(packed('gzip', gzipSync(good).subarray(0, 30))), 'UNREADABLE', 'in gzip that cannot'],
  ['text that calls itself brotli', all(packed('br', Buffer.from(good))), 'UNREADABLE', 'in br that cannot'],
  ['an encoding that nobody knows', all(packed('zip', Buffer.from(good))), 'UNREADABLE', 'unknown encoding, zip'],
  ['one encoding in another', all(packed('gzip, br', Buffer.from(good))), 'UNREADABLE', 'encoding, gzip, br'],
  ['EUC-KR that its head does not name', all(sized(json, inEucKr)), 'UNREADABLE', 'no text in UTF-8'],
  ['UTF-8 that ends within a character', all(http(Buffer.from('{"a":"정').subarray(0, -1))), 'UNREADABLE', 'no text'],
  ['nothing, with a success', all(http('')), 'UNREADABLE', 'an empty body'],
  ['a head that promises less than comes', all(http(good, '200 OK', 20)), 'UNREADABLE', 'end in the middle'],
  ['a reset in the middle of a body', reset, 'UNREACHABLE', 'connection failed'],
  ['chunks without a last one', (socket: Socket) => socket.end(chunked), 'UNREACHABLE', 'connection failed'],
  ['a length that is no number', all(httpWith({ 'content-length': '12x' }, good)), 'UNREACHABLE', 'connection failed'],
  ['a head without an end', all(httpWith({ 'x-long': 'x'.repeat(70_000) }, good)), 'UNREACHABLE', 'connection failed'],
] as const;

const codeOf = (kind: string): string => (kind === 'UNREADABLE' ? 'HUB_ANSWER_UNREADABLE' : 'HUB_BROKER_UNREACHABLE');

describe('a body that cannot be trusted', () => {
  it.each(broken)('%s ends a read with a code that says so', async (_what, answer, kind, words) => {
    await using raw = await openRaw(answer);
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: codeOf(kind),
      message: expect.stringContaining(words),
    });
  });

  it.each(broken)('%s leaves an order with an unknown outcome, sent once', async (_what, answer, kind) => {
    await using raw = await openRaw(answer, { retries: 4 });
    await expect(raw.hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({
      code: 'HUB_OUTCOME_UNKNOWN',
      cause: { code: codeOf(kind) },
    });
    expect(raw.server.arrivals).toBe(1);
  });

  it('of 256 MiB is never in memory', async () => {
    await using raw = await openRaw(all(packed('gzip', bomb)));
    const before = process.memoryUsage().rss;
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('goes to no other call: what comes behind an answer is thrown away with its connection', async () => {
    const forged = http(JSON.stringify({ rt_cd: '0', output: { stck_prpr: '1' } }));
    await using raw = await openRaw((socket) => {
      socket.write(raw.server.arrivals === 1 ? Buffer.concat([http(good), forged]) : http(good));
    });
    const ask = () => raw.hub.kis.call('inquire-price', priceOf('005930'));
    const answers = [...(await Promise.all([ask(), ask(), ask()])), await ask()];
    expect(answers.map(({ body }) => body.output?.stck_prpr)).toEqual(['70000', '70000', '70000', '70000']);
  });
});
