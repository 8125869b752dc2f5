import { describe, expect, it } from 'vitest';

import { kisEndpoints } from '../../src/broker/kis/catalogue.generated.js';
import { kisHashKey } from '../../src/broker/kis/hash-key.js';
import { encode } from '../../src/broker/kis/wire.js';
import { settingsOf, type DirectSettings } from '../../src/hub/settings.js';
import { sample, sampleText } from '../support/sample.js';

const credentials = { appKey: 'PSkey', appSecret: 'secret' };
const response = (text: string, status = 200) => ({ status, headers: {}, text });

describe('the hash of an order of KIS', () => {
  it('is asked for with the key pair and no token, and with the body that the order has', () => {
    const params = { PDNO: '005930', ORD_QTY: '1' };
    const { method, path, headers, body } = kisHashKey.request(credentials, params);
    expect([method, path]).toEqual(['POST', '/uapi/hashkey']);
    expect(headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      appkey: 'PSkey',
      appsecret: 'secret',
    });
    const order = encode({
      endpoint: kisEndpoints['domestic-stock/order-cash-buy'],
      environment: 'real',
      credentials,
      page: { params, cursor: {} },
      token: 'TOKEN',
      hashKey: 'the-hash',
    });
    expect(order.body).toBe(body);
    expect(order.headers.hashkey).toBe('the-hash');
  });

  it('is what the broker calls HASH', () => {
    const { HASH } = sample('hashkey-ok') as { HASH: string };
    expect(kisHashKey.read(response(sampleText('hashkey-ok')))).toBe(HASH);
  });

  it.each([
    ['none', '{"BODY":{}}'],
    ['an empty one', '{"BODY":{},"HASH":""}'],
    ['one that would be another header', JSON.stringify({ HASH: `${'a'.repeat(64)}\r\ntr_id: X` })],
    ['a success without one', '{"rt_cd":"0","msg_cd":"MCA00000","msg1":""}'],
  ])('that is %s is no answer', (_what, text) => {
    expect(() => kisHashKey.read(response(text))).toThrow(expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }));
  });

  it('that the broker refuses is told in its words', () => {
    const refused = '{"rt_cd":"1","msg_cd":"EGW00103","msg1":"유효하지 않은 AppKey입니다."}';
    expect(() => kisHashKey.read(response(refused, 500))).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ brokerCode: 'EGW00103', endpoint: 'hashkey' }) }),
    );
  });
});

describe('the setting hashKey', () => {
  const redis = { main: 'redis://127.0.0.1:1', gatekeeper: 'redis://127.0.0.1:2' };
  const hashKeyOf = (hashKey: boolean | undefined, text?: string): boolean | undefined => {
    const options = { redis, kis: { ...credentials, hashKey } };
    return (settingsOf(options, { HUB_KIS_HASHKEY: text }) as DirectSettings).kis?.hashKey; // without a mode: direct
  };

  it('is off unless it is given, as an option or in the environment', () => {
    expect([hashKeyOf(undefined), hashKeyOf(true), hashKeyOf(false, 'true')]).toEqual([false, true, false]);
    expect(['1', 'true', 'TRUE'].map((text) => hashKeyOf(undefined, text))).toEqual([true, true, true]);
    expect(['0', 'false', ''].map((text) => hashKeyOf(undefined, text))).toEqual([false, false, false]);
  });

  it('is nothing between yes and no', () => {
    const problems = ['kis.hashKey (HUB_KIS_HASHKEY): must be true or false'];
    expect(() => hashKeyOf(undefined, 'yes')).toThrow(expect.objectContaining({ code: 'HUB_CONFIG', problems }));
  });
});
