import { expect, it } from 'vitest';

import { explanationOf } from '../../../src/command/explain.js';

it.each([
  ['EGW00133', /KIS 한국투자증권: a token was issued less than a minute ago[^]*the hub +waits[^]*you /],
  ['1700', /Kiwoom 키움: too many calls of this id in a second/],
  ['HUB_TOKEN_DEAD', /API Hub: /],
  [' egw00201 ', /EGW00201 · KIS/],
])('%s is explained', (code, text) => {
  expect(explanationOf(code).lines.join('\n')).toMatch(text);
});

it.each([
  ['EGW0013', 'EGW00133'],
  [undefined, 'one of'],
  ['', 'one of'],
])('%s is not known, and something like it is named', (code, named) => {
  expect(() => explanationOf(code)).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ remedy: expect.stringContaining(named) })] }),
  );
});
