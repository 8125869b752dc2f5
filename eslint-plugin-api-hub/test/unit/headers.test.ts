import { describe, expect, it } from 'vitest';

import { brokerHeaders } from '../../src/evidence/headers.js';

const valueOf = (name: string): RegExp => {
  const header = brokerHeaders.find(({ names }) => names.includes(name));
  if (header === undefined) throw new Error(`no header ${name}`);
  return header.value;
};

// One of every form among the 419 ids in koreainvestment/open-trading-api, commit of 2026-07-09.
const trIds =
  'FHKST01010100 TTTC0012U VTTC8434R CTCA0903R FHPST01060000 HHDFS00000300 HHPSTH60100C1 H0STCNT0 HDFSASP1 HDFFF1C0 CTRGA011R OTFM3001U JTTT3010R';

describe('operation ids', () => {
  it.each(trIds.split(' '))('%s is one of KIS', (id) => {
    expect(valueOf('tr_id').test(id)).toBe(true);
  });

  it.each(['order-5', 'ABCDEF', '12345', 'fhkst01010100', '8f14e45f-ceea-467a-9f0a-1f2a3b4c5d6e', 'ORDER_1234', ''])(
    '%s is not',
    (id) => {
      expect(valueOf('tr_id').test(id)).toBe(false);
    },
  );

  it.each([
    ['ka10001', true],
    ['kt00018', true],
    ['ka1000', false],
    ['kb10001', false],
  ])('%s is one of Kiwoom: %s', (id, is) => {
    expect(valueOf('api-id').test(id)).toBe(is);
  });
});
