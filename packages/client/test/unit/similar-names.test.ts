import { expect, it } from 'vitest';

import { similarNames } from '../../src/hub/similar-names.js';

const known = ['inquire-price', 'inquire-balance', 'order-cash-buy', 'ka10080', 'ka10081'];

it.each([
  ['inqure-price', 'inquire-price'],
  ['INQUIRE_BALANCE', 'inquire-balance'],
  ['ordercashbuy', 'order-cash-buy'],
  ['ka1008', 'ka10080'],
])('%s is meant for %s', (typed, meant) => {
  expect(similarNames(typed, known)[0]).toBe(meant);
});

it('gives no more than it was asked for, whatever was typed', () => {
  expect(similarNames('', known)).toHaveLength(3);
  expect(similarNames('x'.repeat(10_000), known, 1)).toHaveLength(1);
  expect(similarNames('x', [])).toEqual([]);
});
