import { expect, it } from 'vitest';

import { isDeserted } from '../../src/service/presence.js';

const s = 1_000;

it.each([
  ['a worker that is there', { there: 2 * s, seen: 2 * s }, 60 * s, false, false],
  ['nobody ever, a call that has just come', { there: undefined, seen: undefined }, 2 * s, false, false],
  ['nobody ever', { there: undefined, seen: undefined }, 5 * s, false, true],
  ['a worker that ended a while ago and may come back', { there: undefined, seen: 14 * s }, 10 * s, false, false],
  ['a worker that ended and did not come back', { there: undefined, seen: 15 * s }, 10 * s, false, true],
  ['a worker that was killed and may come back', { there: 7 * s, seen: 7 * s }, 10 * s, false, false],
  [
    'a worker that was killed long ago, a call that has just come',
    { there: 40 * s, seen: 40 * s },
    1 * s,
    false,
    false,
  ],
  ['another worker ended, this one is there', { there: 1 * s, seen: 1 }, 60 * s, false, false],
  ['an order and a worker', { there: 2 * s, seen: 2 * s }, 25 * s, true, false],
  ['an order and a worker that ended just now', { there: undefined, seen: 1 * s }, 4 * s, true, false],
  ['an order that need not wait for a restart', { there: undefined, seen: 6 * s }, 5 * s, true, true],
] as const)('%s', (_name, attendance, waitedMs, order, deserted) => {
  expect(isDeserted(attendance, waitedMs, order)).toBe(deserted);
});
