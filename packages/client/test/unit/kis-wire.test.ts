import { describe, expect, it } from 'vitest';

import { decode, decodeToken } from '../../src/broker/kis/wire.js';
import { kstTimestamp } from '../../src/broker/kst.js';
import { IssueTooSoon } from '../../src/vault/contract.js';
import { sample, sampleText } from '../support/sample.js';

const response = (text: string, status = 200) => ({ status, headers: {}, text });

describe('an answer of KIS', () => {
  it.each(['inquire-price', 'inquire-balance', 'chk-holiday', 'order-cash', 'inquire-time-itemchartprice'])(
    'to %s is handed on as it came',
    (name) => {
      expect(decode(name, response(sampleText(name)))).toEqual(sample(name));
    },
  );

  it('with a gateway code is a fault, whatever its status', () => {
    for (const body of JSON.parse(sampleText('errors-gateway')) as { msg_cd: string }[]) {
      for (const status of [200, 401, 500]) {
        expect(() => decode('inquire-price', response(JSON.stringify(body), status))).toThrow(
          expect.objectContaining({ fault: expect.objectContaining({ brokerCode: body.msg_cd, status }) }),
        );
      }
    }
  });
});

describe('a token answer of KIS', () => {
  it('has its end in Korean time', () => {
    const body = sample('token-ok') as { access_token: string; access_token_token_expired: string };
    expect(decodeToken(response(sampleText('token-ok')))).toEqual({
      token: body.access_token,
      expiresAt: kstTimestamp(body.access_token_token_expired),
      issuedAt: Date.parse('2026-01-15T10:00:00+09:00'),
    });
  });

  it('that is no JWT does not tell when it was made', () => {
    const body = JSON.stringify({ access_token: 'opaque', access_token_token_expired: '2026-01-16 10:00:00' });
    expect(decodeToken(response(body))).toEqual({ token: 'opaque', expiresAt: kstTimestamp('2026-01-16 10:00:00') });
  });

  it('within the minute is too soon', () => {
    expect(() => decodeToken(response(sampleText('token-egw00133'), 403))).toThrow(IssueTooSoon);
  });

  it.each(['EGW00103', 'EGW00105'])('%s is a refusal', (error_code) => {
    expect(() => decodeToken(response(JSON.stringify({ error_code, error_description: '…' }), 403))).toThrow(
      expect.objectContaining({ code: 'HUB_TOKEN_REFUSED', brokerCode: error_code }),
    );
  });

  it('without an end is unreadable', () => {
    expect(() => decodeToken(response(JSON.stringify({ access_token: 'x' })))).toThrow(
      expect.objectContaining({ code: 'HUB_ANSWER_UNREADABLE' }),
    );
  });
});
