import type { QuotaSpent } from '@hub/client';
import { describe, expect, it } from 'vitest';

import { spentLines, spentRequest } from '../../../src/command/quota-spent.js';

const spent: QuotaSpent = {
  ...{ account: 'kis:real:0123456789ab', broker: 'kis', environment: 'real', keyId: '0123456789ab', at: 0 },
  sinceMs: 604_000,
  rows: [
    { caller: '야간 backfill', priority: 'backfill', granted: 900, givenBack: 0 },
    { caller: 'collector', priority: 'realtime', granted: 60, givenBack: 10 },
    { caller: 'collector', priority: 'order', granted: 50, givenBack: 0 },
  ],
};

describe('who spent how much', () => {
  it('is a line for each caller, and their sum', () => {
    expect(spentLines(spent, 'caller')).toEqual([
      'kis real, key 0123456789ab, the last 10 min 04 s',
      '  caller         classes          calls     part  given back',
      '  ─────────────  ───────────────  ─────  ───────  ──────────',
      '  야간 backfill  backfill           900   90.0 %           0',
      '  collector      realtime, order    100   10.0 %          10',
      '  ─────────────  ───────────────  ─────  ───────  ──────────',
      '  the ledger                      1,000  100.0 %          10',
    ]);
  });

  it('is a line for each class', () => {
    expect(spentLines(spent, 'class').slice(3, 6)).toEqual([
      '  backfill      900   90.0 %           0',
      '  realtime       50    5.0 %          10',
      '  order          50    5.0 %           0',
    ]);
  });

  it('names a process that names nobody', () => {
    const rows = [{ caller: '0a1b2c3d4e', priority: 'order', granted: 1, givenBack: 0 } as const];
    expect(spentLines({ ...spent, rows }, 'caller')[3]).toMatch(/^ {2}process 0a1b2c3d4e {2}order {2,}1 /);
  });

  it('is nobody', () => {
    expect(spentLines({ ...spent, rows: [] }, 'caller')).toEqual([
      'kis real, key 0123456789ab, the last 10 min 04 s',
      '  no calls',
    ]);
  });

  it('has no part of nothing', () => {
    const rows = [{ caller: 'a', priority: 'order', granted: 2, givenBack: 2 } as const];
    expect(spentLines({ ...spent, rows }, 'caller')[3]).toBe('  a           order        0  0.0 %           2');
  });
});

describe('what is asked for', () => {
  it.each([
    [undefined, undefined, undefined],
    ['caller', undefined, { by: 'caller', sinceMs: 600_000 }],
    [undefined, '30s', { by: 'caller', sinceMs: 30_000 }],
    ['class', '2h', { by: 'class', sinceMs: 7_200_000 }],
    ['caller', '1d', { by: 'caller', sinceMs: 86_400_000 }],
  ])('--by %s --since %s', (by, since, asked) => {
    expect(spentRequest(by, since)).toEqual(asked);
  });

  it.each(['10', '0m', '-5m', '2d', '1.5h', '10 m', '10분', '9999999s', ''])('--since %j is refused', (since) => {
    expect(() => spentRequest('caller', since)).toThrow(
      expect.objectContaining({ code: 'HUB_USAGE', message: `--since ${since} is no time up to a day` }),
    );
  });

  it.each(['tr', '', 'Caller'])('--by %j is refused', (by) => {
    expect(() => spentRequest(by, undefined)).toThrow(expect.objectContaining({ code: 'HUB_USAGE' }));
  });
});
