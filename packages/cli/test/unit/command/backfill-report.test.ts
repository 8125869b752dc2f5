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
  ...{ windows: 1, done: [], failed: [], unproven: [], withdrawn: 0, rows: 0, inserted: 0, updated: 0, calls: 0 },
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

it('a window that one broker failed and the other one fetched has not failed', () => {
  const [first, second] = ['auto.005930.KRX.1m.2026-11-02', 'auto.005930.KRX.1m.2026-11-03'] as const;
  const windows = [first, second].map((id) => ({
    ...({ id, broker: 'kis', symbol: '005930', venue: 'KRX', interval: '1m' } as const),
    ...{ from: id.slice(-10), to: id.slice(-10), estimatedCalls: 4 },
  }));
  const failure = { code: 'HUB_TOKEN_REFUSED', message: 'no', remedy: 'check' };
  const here = [first, second].map((id) => ({ id, ...failure }));
  const done = [{ id: first, rows: 381, calls: 4 }];
  expect(figuresOf({ ...plan, windows }, { ...result, done }, here).failed.map(({ id }) => id)).toEqual([second]);
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
