import { expect, it } from 'vitest';

import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { questionOf, type Asked } from '../../src/request/question.js';

const asked: Asked = {
  ...{ broker: 'kis', environment: 'real', baseUrl: 'https://a', endpoint: 'inquire-price', tr: 'T1' },
  params: { A: '1', B: '2' },
  cursor: {},
  keyIds: [],
};

it('is the same whatever order the parameters are in, and says nothing of them', () => {
  expect(questionOf({ ...asked, params: { B: '2', A: '1' } })).toBe(questionOf(asked));
  expect(questionOf(asked)).toMatch(/^[0-9a-f]{32}$/);
});

it.each<Partial<Asked>>([
  { broker: 'kiwoom' },
  { environment: 'paper' },
  { baseUrl: 'https://b' },
  { endpoint: 'inquire-prices' },
  { tr: 'T2' },
  { params: { A: '1', B: '3' } },
  { params: { A: '1' } },
  { params: { A: '1B2' } },
  { cursor: { tr_cont: 'N' } },
  { keyIds: ['abc'] },
])('is another one with %j', (more) => {
  expect(questionOf({ ...asked, ...more })).not.toBe(questionOf(asked));
});

it('is asked by everybody about the market, and of one key about its account', () => {
  const personal = (broker: typeof kis) =>
    Object.values(broker.catalogue)
      .filter((endpoint) => broker.ofAccount(endpoint))
      .map(({ name }) => name);
  expect(personal(kis)).toEqual(expect.arrayContaining(['inquire-balance', 'order-cash-buy', 'order-cash-sell']));
  expect(personal(kis)).not.toContain('inquire-price');
  expect(personal(kiwoom)).toEqual(expect.arrayContaining(['kt00007', 'kt10000', 'kt10006']));
  expect(personal(kiwoom)).not.toContain('ka10001');
});
