import { describe, expect, it } from 'vitest';

import { codeOf, kiwoomFacts, kiwoomReaction } from '../../src/broker/kiwoom/errors.js';

describe('the specific code of Kiwoom', () => {
  it.each([
    ['인증에 실패했습니다[8005:Token이 유효하지 않습니다]', '8005'],
    ['허용된 요청 개수를 초과하였습니다[1700:허용된 요청 개수를 초과하였습니다. 유량=5, API ID=ka10080]', '1700'],
    ['허용된 요청 개수를 초과하였습니다[1634:허용된 요청 개수를 초과하였습니다.]', '1634'],
    ['인증 실패 CODE=8005 MSG=Token이 유효하지 않습니다', '8005'],
    ['[2000](RC4058:모의투자 장종료 상태입니다.)', 'RC4058'],
    ['조회할 자료가 없습니다.', undefined],
    ['[2000] 처리되었습니다', undefined],
  ])('in %j is %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});

/** Chapter 6 of the fact sheet (2026-11-23), by what the codes call for. */
const table = {
  renew: ['8003', '8005', '8031', '8103'],
  wait: ['1700', '1701', '1702', '105110'],
  repeat: ['8006', '8009'],
  verify: ['1999'],
  fix: [
    ...['1501', '1504', '1505', '1511', '1512', '1513', '1514', '1515', '1516', '1517', '1634', '1687'],
    ...['1901', '1902', '1903', '8001', '8002', '8010', '8011', '8012', '8015', '8016', '8020', '8030'],
    ...['8040', '8050', '8104', '8200', 'RC4007', 'RC4010', 'RC4058', 'RC9000'],
  ],
} as const;

describe('a code of Kiwoom', () => {
  it.each(Object.entries(table).flatMap(([reaction, codes]) => codes.map((code) => [code, reaction] as const)))(
    '%s calls for: %s',
    (code, reaction) => {
      expect(kiwoomReaction(code, 200)).toMatchObject({
        reaction,
        meaning: expect.stringMatching(/^(?!unknown)./),
        remedy: expect.stringMatching(/\.$/),
      });
    },
  );

  it('that looks like the limit but is not, is never waited for', () => {
    expect(kiwoomReaction('1634', 200)).toMatchObject({ reaction: 'fix', remedy: expect.stringContaining('100') });
  });

  it.each(['9999', 'constructor', ''])('%j is unknown, so it is not repeated', (code) => {
    expect(kiwoomReaction(code, 200)).toMatchObject({ reaction: 'stop', meaning: 'unknown code' });
  });

  it('that is unknown on HTTP 429 is a limit all the same', () => {
    expect(kiwoomReaction('5', 429).reaction).toBe('wait');
  });
});

describe('what an answer of Kiwoom says beside its code', () => {
  const text = '허용된 요청 개수를 초과하였습니다[1700:허용된 요청 개수를 초과하였습니다. 유량=3, API ID=ka10001]';

  it.each([
    ['1700', text, { budget: 'tr:ka10001', told: 3 }],
    ['1700', 'no figure', { budget: 'tr:ka10001' }],
    ['1700', '유량=0', { budget: 'tr:ka10001' }],
    ['1701', 'in total', { budget: 'total' }],
    ['1702', 'of a group', { budget: 'tr:ka10001' }],
    ['5', 'no code', { budget: 'total' }],
    ['', '', { budget: 'total' }],
  ])('is which budget is spent: %s %s', (code, words, refusedBudget) => {
    expect(kiwoomFacts(code, 'ka10001', 429, words).refusedBudget).toEqual(refusedBudget);
  });

  it.each([
    ['1634', 200],
    ['1634', 429],
    ['105110', 200],
    ['5', 200],
  ])('is nothing about a budget of calls: %s on HTTP %i', (code, status) => {
    expect(kiwoomFacts(code, 'ka10095', status, text).refusedBudget).toBeUndefined();
  });

  it.each(['8001', '8002', '8010', '8020', '8030', '8040', '8050'])('is that the key was turned away: %s', (code) => {
    expect(kiwoomFacts(code, 'ka10001', 200, '').ofKey).toBe(true);
  });

  it.each(['8104', '1902', '8005'])('is not, where another key would not help: %s', (code) => {
    expect(kiwoomFacts(code, 'ka10001', 200, '').ofKey).toBe(false);
  });
});
