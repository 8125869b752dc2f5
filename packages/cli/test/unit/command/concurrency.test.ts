import { expect, it } from 'vitest';

import { windowsAtOnce } from '../../../src/command/concurrency.js';

it.each([
  [1, 2],
  [5, 3],
  [18, 9],
  [100, 16],
])('at %i calls a second %i windows are fetched at once', (perSecond, windows) => {
  expect(windowsAtOnce(perSecond)).toBe(windows);
});
