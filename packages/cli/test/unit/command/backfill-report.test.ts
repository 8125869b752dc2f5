import type { BackfillPlan, BackfillResult } from '@hub/worker';
import { describe, expect, it } from 'vitest';

import { figuresOf, nothingLine } from '../../../src/command/backfill-report.js';

const plan: BackfillPlan = {
  storeId: '0123456789ab',
  request: {
    ...({ broker: 'kis', venue: 'KRX', interval: '1m' } as const),
    ...{ symbols: ['005930'], from: '2026-11-21', to: '2026-11-22' },
  },
  ...{ windows: [], tradingDays: 0, coveredDays: 0, estimatedCalls: 0 },
};
const result: BackfillResult = {
  ...{ windows: 1, done: [], failed: [], withdrawn: 0, rows: 0, inserted: 0, updated: 0, calls: 0 },
};

describe('the time that a backfill took', () => {
  it.each([
    ['from the first permit to the last commit', { firstPermitAtMs: 1_000, lastCommitAtMs: 3_500 }, 2_500],
    ['never below zero when the writer has another clock', { firstPermitAtMs: 3_500, lastCommitAtMs: 1_000 }, 0],
    ['zero when nothing was fetched', {}, 0],
  ])('is %s', (_name, instants, wallMs) => {
    expect(figuresOf(plan, { ...result, ...instants }).wallMs).toBe(wallMs);
  });
});

describe('an empty plan', () => {
  it('of days without trading says so', () => {
    expect(nothingLine(plan, 'm.duckdb')).toMatch(/from 2026-11-21 to 2026-11-22 there is no trading day of KRX/);
  });

  it('of days that are stored says where they are', () => {
    const line = 'Nothing to fetch: all of it (1 day of 1 symbol) is in m.duckdb.';
    expect(nothingLine({ ...plan, coveredDays: 1 }, 'm.duckdb')).toBe(line);
  });
});
