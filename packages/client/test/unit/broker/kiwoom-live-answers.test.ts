import { describe, expect, it } from 'vitest';

import { kiwoom } from '../../../src/broker/kiwoom/index.js';
import { entry, real } from '../../support/kiwoom-frames.js';

const read = (text: string) => kiwoom.live.reader('real').read(text, 0);
const answer = (trnm: string, code: unknown, message = ''): string =>
  JSON.stringify({ trnm, return_code: code, return_msg: message });

describe('an answer of Kiwoom', () => {
  it.each([
    ['LOGIN', 'login'],
    ['REG', 'register'],
    ['REMOVE', 'release'],
  ])('to %s is one to %s, and names no feed', (trnm, to) => {
    const done = { kind: 'ack', to, feed: null, code: '0', message: '', outcome: 'done' };
    expect(read(answer(trnm, 0))).toEqual(done);
    expect(read(answer(trnm, '0'))).toEqual(done);
    expect(kiwoom.live.namesFeeds).toBe(false);
  });

  it.each([
    ['로그인 인증에 실패했습니다[CODE=8005]', '8005', 'stale-key'],
    ['인증에 실패했습니다[8005:Token이 유효하지 않습니다]', '8005', 'stale-key'],
    ['[8003:x]', '8003', 'stale-key'],
    ['[8031:x]', '8031', 'stale-key'],
    ['[8103:x]', '8103', 'stale-key'],
    ['[105110:등록 건수를 초과하였습니다]', '105110', 'again'],
    ['등록 오류 (105110)', '105110', 'again'],
    ['실시간 등록 최대 건수를 초과하였습니다', '1', 'full'],
    ['[1700:x]', '1700', 'again'],
    ['[1999:x]', '1999', 'again'],
    ['[1902:종목 정보가 없습니다]', '1902', 'wrong'],
    ['[8001:x]', '8001', 'wrong'],
    ['[8030:x]', '8030', 'wrong'],
    ['x(RC9000:x)', 'RC9000', 'wrong'],
    ['', '1', 'wrong'],
  ])('that refuses with %j has the code %s: %s', (message, code, outcome) => {
    expect(read(answer('REG', 1, message))).toMatchObject({ kind: 'ack', to: 'register', code, message, outcome });
  });

  it('has no room where it says so without a code, and to a registration alone', () => {
    const message = '등록 최대 건수를 초과하였습니다';
    expect(read(answer('LOGIN', 1, message))).toMatchObject({ outcome: 'wrong' });
    expect(read(answer('REG', 1, `[8050:${message}]`))).toMatchObject({ outcome: 'wrong' });
  });

  it.each([undefined, null, 'x', {}])('without a return_code is bad: %j', (code) => {
    expect(read(answer('LOGIN', code))).toEqual({ kind: 'bad', reason: expect.stringMatching(/return_code/) });
  });
});

describe('a word of Kiwoom about the session', () => {
  it.each([
    ['R00000', 'info'],
    ['R10001', 'in-use'],
    ['R10002', 'closed'],
    ['R10003', 'in-use'],
    ['R10004', 'closed'],
    ['R10005', 'stale-key'],
    ['R10006', 'closed'],
    ['R99999', 'info'],
    ['__proto__', 'info'],
  ])('%s means %s', (code, outcome) => {
    const message = '동일한 App key로 접속이 되었습니다';
    const text = JSON.stringify({ trnm: 'SYSTEM', code, message });
    expect(read(text)).toEqual({ kind: 'system', code, message, outcome });
  });
});

describe('the keep-alive of Kiwoom', () => {
  it.each(['PING', 'PING\n', '{"trnm":"PING"}', '{ "trnm": "PING", "x": 1 }'])('%j is sent back as it came', (text) => {
    expect(read(text)).toEqual({ kind: 'ping', reply: text });
  });

  it('needs no control frame', () => {
    expect(kiwoom.live.pongsControl).toBe(false);
  });
});

describe('a message of Kiwoom that cannot be read', () => {
  it.each([
    ...['', '{', '[]', 'null', '"PING"', '{}', '{"trnm":1}', '{"trnm":"CNSRLST"}', '{"trnm":"__proto__"}', '<html>'],
    ...['{"trnm":"REAL"}', '{"trnm":"REAL","data":{}}', real(entry('0B')).slice(0, -1), '['.repeat(100_000)],
  ])('is bad: %#', (text) => {
    expect(read(text)).toEqual({ kind: 'bad', reason: expect.stringMatching(/./) });
  });
});
