import { describe, expect, it } from 'vitest';

import { accountsIn, masked, redaction, withoutAccounts } from '../../src/runtime/mask.js';

describe('secrets in a text', () => {
  it.each([
    ['as they are', 'bad key PS-canary/1+2=', 'bad key ***'],
    ['in JSON with escaped slashes', String.raw`{"m":"PS-canary\/1+2="}`, '{"m":"***"}'],
    ['in a query', '?appkey=PS-canary%2F1%2B2%3D&x=1', '?appkey=***&x=1'],
    ['more than once', 'PS-canary/1+2= PS-canary/1+2=', '*** ***'],
  ])('are hidden %s', (_what, text, expected) => {
    expect(masked(text, ['PS-canary/1+2='])).toBe(expected);
  });

  it('are hidden whole when one contains another', () => {
    expect(masked('secret-long secret', ['secret', 'secret-long'])).toBe('*** ***');
  });

  it('that are none tear no words apart', () => {
    expect(masked('a word', ['', 'a', 'word'])).toBe('a word');
  });
});

describe('account numbers in a text', () => {
  it.each([
    ['with a hyphen', '계좌 12345678-01 오류'],
    ['without one', '1234567801 is not yours'],
    ['without the product code', 'CANO=12345678&ACNT_PRDT_CD=01'],
    ['in JSON', '{"acnt_no":"1234567801"}'],
  ])('that are known are hidden %s', (_what, text) => {
    for (const account of ['12345678-01', '1234567801']) {
      expect(withoutAccounts(text, [account])).not.toContain('12345678');
    }
    expect(withoutAccounts(text, ['12345678-01'])).toContain('***');
  });

  it.each([
    '계좌번호 98765432-11을 확인하세요',
    '계좌번호: 9876543211',
    '계좌[98765432]가 없습니다',
    '계좌번호는 9876543211 입니다',
  ])('that call themselves so are hidden though nobody gave them: %s', (text) => {
    const hidden = withoutAccounts(text, []);
    expect(hidden).not.toMatch(/9876/);
    expect(hidden).toContain('계좌');
  });

  it('are told from other numbers', () => {
    const text = '주문번호 0000117057, 종목 005930, 20261128, 계좌 상태 1';
    expect(withoutAccounts(text, ['12345678-01'])).toBe(text);
  });

  it('are found among the parameters of a call, by the names that brokers have for them', () => {
    const params = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_UNPR: '70000', acnt_no: '1234567890' };
    expect(accountsIn(params)).toEqual(['12345678', '1234567890']);
  });
});

it('a hub hides its secrets, its accounts, and tokens that nobody told it', () => {
  const redact = redaction(['app-key-1234', 'secret/1+2'], ['12345678-01']);
  const text = 'app-key-1234 secret%2F1%2B2 12345678 authorization: Bearer eyJ0.abc-_def.ghi== at 12:00';
  expect(redact(text)).toBe('*** *** *** authorization: Bearer *** at 12:00');
});
