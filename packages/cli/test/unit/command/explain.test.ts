import { existsSync } from 'node:fs';

import { errors } from '@hub/client';
import { expect, it } from 'vitest';

import { explanationOf } from '../../../src/command/explain.js';
import { hubCodes } from '../../../src/command/hub-codes.generated.js';

it.each([
  ['EGW00133', /KIS 한국투자증권: a token was issued less than a minute ago[^]*the hub +waits[^]*you /],
  ['1700', /Kiwoom 키움: too many calls of this id in a second/],
  ['HUB_TOKEN_DEAD', /API Hub: [^]*you [^]*more +docs\/errors\/HUB_TOKEN_DEAD\.md/],
  ['HUB_UNEXPECTED', /API Hub: /],
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

it('the page that is named for a code of the hub is there, and is the one that the error names', () => {
  expect(hubCodes.length).toBeGreaterThan(30);
  for (const { page } of hubCodes)
    expect(existsSync(new URL(`../../../../../${page}`, import.meta.url)), page).toBe(true);
  for (const { code, docs } of [new errors.LedgerLost(), new errors.HubClosed(), new errors.TokenDead(1)]) {
    expect(explanationOf(code).found).toEqual([expect.objectContaining({ page: docs })]);
  }
});
