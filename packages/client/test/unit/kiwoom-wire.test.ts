import { describe, expect, it } from 'vitest';

import { kiwoomCatalogue } from '../../src/broker/kiwoom/catalogue.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { sample, sampleText } from '../support/sample.js';

const response = (text: string, status = 200, headers: Record<string, string> = {}) => ({ status, headers, text });
const credentials = { appKey: 'key-canary', appSecret: 'secret-canary' };

describe('a request to Kiwoom', () => {
  const page = { params: { stk_cd: '005930' }, cursor: {} };
  const call = { endpoint: kiwoomCatalogue.ka10001, environment: 'real', credentials, token: 'TOKEN' } as const;

  it('is a POST with the id in a header, and carries the token but no key', () => {
    expect(kiwoom.encode({ ...call, page })).toEqual({
      method: 'POST',
      path: '/api/dostk/stkinfo',
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        authorization: 'Bearer TOKEN',
        'api-id': 'ka10001',
      },
      body: '{"stk_cd":"005930"}',
    });
  });

  it('for a further page repeats the body with the key of the answer', () => {
    const next = kiwoom.nextPage(call.endpoint, page, { headers: { 'cont-yn': 'Y', 'next-key': 'A005930' }, body: {} });
    expect(next).toEqual({ params: page.params, cursor: { 'cont-yn': 'Y', 'next-key': 'A005930' } });
    expect(kiwoom.encode({ ...call, page: next ?? page })).toMatchObject({
      headers: { 'cont-yn': 'Y', 'next-key': 'A005930' },
      body: '{"stk_cd":"005930"}',
    });
  });

  it.each([
    ['the broker says so', { 'cont-yn': 'N', 'next-key': 'A005930' }],
    ['the key is empty', { 'cont-yn': 'Y', 'next-key': ' ' }],
    ['the key is missing', { 'cont-yn': 'Y' }],
    ['nothing is said', {}],
  ])('is the last one when %s', (_what, headers) => {
    expect(kiwoom.nextPage(call.endpoint, page, { headers, body: {} })).toBeUndefined();
  });

  it('for a token names key and secret as Kiwoom does', () => {
    const { path, body } = kiwoom.encodeTokenRequest(credentials);
    expect(path).toBe('/oauth2/token');
    expect(JSON.parse(body ?? '')).toEqual({
      grant_type: 'client_credentials',
      appkey: 'key-canary',
      secretkey: 'secret-canary',
    });
  });
});

describe('the budgets of a call', () => {
  it('are all calls of the key, and those of its id', () => {
    expect(kiwoom.budgets({ total: 20, perTr: 5 }, kiwoomCatalogue.ka10080)).toEqual([
      { name: 'total', limit: 20, windowMs: 1_000 },
      { name: 'tr:ka10080', limit: 5, windowMs: 1_000 },
    ]);
  });

  it('for a token are those of the key alone', () => {
    expect(kiwoom.budgets({ total: 20, perTr: 5 })).toEqual([{ name: 'total', limit: 20, windowMs: 1_000 }]);
  });
});

describe('an answer of Kiwoom', () => {
  it.each(['ka10001', 'ka10080', 'ka10081'])('to %s is handed on as it came', (name) => {
    expect(kiwoom.decode(name, response(sampleText(`kiwoom/${name}`)))).toEqual(sample(`kiwoom/${name}`));
  });

  it('may have its return code as text', () => {
    const text = '{"return_code":" 0 ","return_msg":" 정상적으로 처리되었습니다"}';
    expect(kiwoom.decode('ka10001', response(text))).toMatchObject({ return_msg: ' 정상적으로 처리되었습니다' });
  });

  it.each([
    ['error-1700', 429, '1700', 'wait'],
    ['error-8005', 200, '8005', 'renew'],
    ['error-8005', 401, '8005', 'renew'],
    ['error-rc9000', 200, 'RC9000', 'fix'],
  ])('%s with HTTP %i is the fault %s, which calls for: %s', (name, status, brokerCode, reaction) => {
    const { return_msg: brokerMessage } = sample(`kiwoom/${name}`);
    expect(() => kiwoom.decode('ka10080', response(sampleText(`kiwoom/${name}`), status))).toThrow(
      expect.objectContaining({
        reaction,
        fault: expect.objectContaining({ broker: 'kiwoom', endpoint: 'ka10080', brokerCode, brokerMessage, status }),
      }),
    );
  });

  it('that nothing was found is an answer without rows, but no answer to an order', () => {
    const nothing = '{"return_code":20,"return_msg":"조회할 자료가 없습니다."}';
    expect(kiwoom.decode('ka10075', response(nothing))).toEqual(JSON.parse(nothing));
    expect(() => kiwoom.decode('kt10000', response(nothing))).toThrow(
      expect.objectContaining({ reaction: 'stop', fault: expect.objectContaining({ brokerCode: '20' }) }),
    );
  });

  it.each([
    ['{"message":"?"}', 200],
    ['{}', 200],
    ['{"status":502,"error":"Bad Gateway"}', 502],
  ])('%s with HTTP %i is not the broker’s word, so it is no refusal either', (text, status) => {
    for (const endpoint of ['ka10080', 'kt10000']) {
      expect(() => kiwoom.decode(endpoint, response(text, status))).toThrow(
        expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
      );
    }
  });

  it('that says 429 and nothing else is the limit', () => {
    expect(() => kiwoom.decode('ka10080', response('{}', 429))).toThrow(expect.objectContaining({ reaction: 'wait' }));
  });

  it.each(['1700', '1701', '1702'])('to an order, %s leaves open whether it is in the books', (code) => {
    const text = JSON.stringify({ return_code: 5, return_msg: `허용된 요청 개수를 초과하였습니다[${code}:…]` });
    expect(() => kiwoom.decode('kt10000', response(text, 429))).toThrow(
      expect.objectContaining({ reaction: 'verify' }),
    );
    expect(() => kiwoom.decode('ka10075', response(text, 429))).toThrow(expect.objectContaining({ reaction: 'wait' }));
  });

  it('that is a page of the maintenance is unreadable', () => {
    expect(() => kiwoom.decode('ka10080', response('<html>점검</html>'))).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE', message: expect.stringContaining('HTML') }),
    );
  });
});

describe('a token answer of Kiwoom', () => {
  it('has its end in Korean time, without a zone', () => {
    expect(kiwoom.decodeToken(response(sampleText('kiwoom/au10001')))).toEqual({
      token: sample('kiwoom/au10001').token,
      expiresAt: Date.parse('2026-03-13T08:45:12+09:00'),
    });
  });

  it.each(['8001', '8002', '8020', '8030', '8050'])('%s is a refusal', (code) => {
    const text = JSON.stringify({ return_code: 3, return_msg: `인증에 실패했습니다[${code}:…]` });
    expect(() => kiwoom.decodeToken(response(text))).toThrow(
      expect.objectContaining({ code: 'HUB_TOKEN_REFUSED', brokerCode: code }),
    );
  });

  it('8005 does not ask for a token to get a token', () => {
    expect(() => kiwoom.decodeToken(response(sampleText('kiwoom/error-8005')))).toThrow(
      expect.objectContaining({ reaction: 'stop' }),
    );
  });

  it.each(['2026-03-13 08:45:12', '20260313', '20261313084512', ''])('that ends at %j is none', (expires_dt) => {
    const text = JSON.stringify({ return_code: 0, return_msg: '정상', token: 'x', expires_dt });
    expect(() => kiwoom.decodeToken(response(text))).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
    );
  });
});
