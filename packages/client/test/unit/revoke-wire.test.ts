import { describe, expect, it } from 'vitest';

import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { CodedFault } from '../../src/request/contract.js';

const credentials = { appKey: 'key', appSecret: 'secret' };
const response = (body: object, status = 200) => ({ status, headers: {}, text: JSON.stringify(body) });
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a revocation', () => {
  it('names key, secret and token in the words of each broker', () => {
    const [ofKis, ofKiwoom] = [kis, kiwoom].map((broker) => broker.encodeRevoke(credentials, 'token'));
    expect(ofKis).toMatchObject({ method: 'POST', path: '/oauth2/revokeP' });
    expect(JSON.parse(ofKis?.body ?? '')).toEqual({ appkey: 'key', appsecret: 'secret', token: 'token' });
    expect(ofKiwoom).toMatchObject({ method: 'POST', path: '/oauth2/revoke', headers: { 'api-id': 'au10002' } });
    expect(JSON.parse(ofKiwoom?.body ?? '')).toEqual({ appkey: 'key', secretkey: 'secret', token: 'token' });
  });

  it('has worked when the broker says so', () => {
    const [ofKis, ofKiwoom] = [
      { code: 200, message: '접근토큰 폐기에 성공하였습니다' },
      { return_code: 0, return_msg: '정상적으로 처리되었습니다' },
    ];
    expect(() => {
      kis.decodeRevoke(response(ofKis));
      kiwoom.decodeRevoke(response(ofKiwoom));
    }).not.toThrow();
  });

  it('of a token that KIS knows no more says so', () => {
    const body = { error_code: 'EGW00121', error_description: '유효하지 않은 token 입니다.' };
    const error = thrownBy(() => {
      kis.decodeRevoke(response(body, 500));
    });
    expect(error).toBeInstanceOf(CodedFault);
    expect(error).toMatchObject({ reaction: 'renew', fault: { brokerCode: 'EGW00121' } });
  });

  it('that Kiwoom refuses is no success, whatever reads make of such a code', () => {
    for (const body of [
      { return_code: 20, return_msg: '조회된 데이터가 없습니다' },
      { return_code: 3, return_msg: '토큰 폐기에 실패하였습니다[8015]' },
    ]) {
      expect(
        thrownBy(() => {
          kiwoom.decodeRevoke(response(body));
        }),
      ).toBeInstanceOf(CodedFault);
    }
  });
});

describe('a request for an approval key', () => {
  it('names the secret in its own way', () => {
    const { path, body } = kis.approval?.encode(credentials) ?? {};
    expect(path).toBe('/oauth2/Approval');
    expect(JSON.parse(body ?? '')).toEqual({ grant_type: 'client_credentials', appkey: 'key', secretkey: 'secret' });
  });

  it('brings a key for a day from the question on', () => {
    const asked = Date.parse('2026-11-23T01:00:00Z');
    const approval_key = '00000000-0000-4000-8000-000000000000';
    expect(kis.approval?.decode(response({ approval_key }), asked)).toEqual({
      ...{ token: approval_key, expiresAt: asked + 86_400_000 },
    });
  });

  it('of a wrong key is a refusal, and one without a key unreadable', () => {
    const refused = { error_code: 'EGW00103', error_description: '유효하지 않은 AppKey입니다.' };
    expect(() => kis.approval?.decode(response(refused, 403), 0)).toThrow(
      expect.objectContaining({ code: 'HUB_TOKEN_REFUSED', brokerCode: 'EGW00103' }),
    );
    expect(() => kis.approval?.decode(response({}), 0)).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
    );
  });
});
