import { expect, test } from 'vitest';

import { etaMs, leftMs } from '../../src/backfill/eta.js';
import { expiresAtMs, soonestToExpireFirst } from '../../src/backfill/order.js';
import { planIdOf } from '../../src/backfill/plans.js';
import type { BackfillRequest, WindowSpec } from '../../src/queue/payload.js';
import { packWindow, unpackWindow } from '../../src/queue/plan-payload.js';

const window = (symbol: string, day: string, more: Partial<WindowSpec> = {}): WindowSpec => ({
  ...({ broker: 'kis', venue: 'KRX', interval: '1m', symbol, from: day, to: day, estimatedCalls: 4 } as const),
  id: `kis.${symbol}.KRX.1m.${day}`,
  ...more,
});

test('what a broker forgets soonest comes first, days that are never forgotten last', () => {
  const daily = window('000660', '2020-01-02', { interval: '1d' });
  const windows = [
    window('005930', '2026-03-04'),
    daily,
    window('000660', '2026-03-03'),
    window('005930', '2026-03-03'),
  ];
  const order = soonestToExpireFirst(windows).map(({ symbol, from }) => `${symbol} ${from}`);
  expect(order).toEqual(['000660 2026-03-03', '005930 2026-03-03', '005930 2026-03-04', '000660 2020-01-02']);
  expect(expiresAtMs(window('005930', '2026-03-03'))).toBe(Date.parse('2027-03-03T00:00:00+09:00'));
  expect(expiresAtMs(daily)).toBe(Number.POSITIVE_INFINITY);
});

test('a window survives being packed', () => {
  const days = { from: '2026-03-03', to: '2026-03-06', id: 'auto.005930.UN.1d.2026-03-03_2026-03-06' };
  const both = window('005930', '', { ...days, broker: 'kiwoom', venue: 'UN', interval: '1d', estimatedCalls: 2 });
  for (const each of [window('005930', '2026-03-04'), both]) expect(unpackWindow(packWindow(each))).toEqual(each);
});

const pace = { kis: { perSecond: 18, keys: [] }, kiwoom: { perSecond: 5, keys: [] } };

test('a slot serves one call per window and round trip; the slower broker ends last', () => {
  expect(etaMs({ kis: 1_800, kiwoom: 0 }, pace, 0)).toBe(100_000);
  expect(etaMs({ kis: 1_800, kiwoom: 0 }, pace, 40)).toBe(104_000);
  expect(etaMs({ kis: 1_800, kiwoom: 1_000 }, pace, 0)).toBe(200_000);
  expect(etaMs({ kis: 0, kiwoom: 0 }, {})).toBe(0);
  expect(etaMs({ kis: 1, kiwoom: 0 }, {})).toBe(Number.POSITIVE_INFINITY);
});

test('what is left follows the pace so far once a tenth is done', () => {
  const plan = { calls: { kis: 1_000, kiwoom: 0 }, pace };
  const early = { plan, left: { kis: 950, kiwoom: 0 }, made: 50, ranMs: 50_000 };
  expect(leftMs(early)).toBe(etaMs(early.left, pace));
  expect(leftMs({ plan, left: { kis: 900, kiwoom: 0 }, made: 100, ranMs: 10_000 })).toBe(90_000);
});

test('the same request has the same name, however its symbols are ordered', () => {
  const request: BackfillRequest = {
    ...({ broker: 'kis', symbols: ['005930', '000660'], venue: 'KRX', interval: '1m' } as const),
    ...{ from: '2026-03-03', to: '2026-03-06' },
  };
  const id = planIdOf(request);
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(planIdOf({ ...request, symbols: ['000660', '005930', '000660'] })).toBe(id);
  expect(planIdOf({ ...request, to: '2026-03-09' })).not.toBe(id);
});
