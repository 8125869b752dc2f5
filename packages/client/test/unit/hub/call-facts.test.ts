import { expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import type { CallRequest } from '../../../src/hub/broker-calls.js';
import { factsOf } from '../../../src/hub/call-facts.js';

const token = `hub1.${'e'.repeat(40)}.${'s'.repeat(43)}`;

it.each([
  ['chart', 'notebook', 'chart'],
  [undefined, 'notebook', 'notebook'],
  [undefined, undefined, undefined],
  [token, 'notebook', undefined],
  [undefined, token, undefined],
])('a call of %s in a hub of %s is told as that of %s', (caller, usual, told) => {
  const endpoint = kis.catalogue['inquire-price'];
  const request = { endpoint, options: caller === undefined ? {} : { caller } } as CallRequest; // all that is looked at
  const facts = factsOf(request, { mode: 'service', broker: 'kis', caller: usual, place: undefined });
  expect(facts.caller).toBe(told);
  expect(JSON.stringify(facts)).not.toContain('hub1.');
});
