import { expect, it } from 'vitest';

import { isTradingDay } from '../../../src/command/trading-day.js';

it('a holiday is no trading day, a day that the calendar does not know is one', () => {
  expect(['2026-11-06', '2026-12-25', '2031-12-25'].map(isTradingDay)).toEqual([true, false, true]);
});
