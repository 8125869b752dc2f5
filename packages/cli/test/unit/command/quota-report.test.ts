import type { QuotaAccount, QuotaBudget, QuotaOrigin } from '@hub/client';
import { describe, expect, it } from 'vitest';

import { accountLines, driftLine } from '../../../src/command/quota-report.js';

const published: QuotaOrigin = { from: 'published', source: 'KIS notice', date: '2026-04-20', certainty: 'observed' };

const total: QuotaBudget = {
  ...{ name: 'total', windowMs: 1_000, configured: 18, inUse: 18, used: 3, cooling: 4, reserved: 0, here: 18 },
  origin: published,
};

const account: QuotaAccount = {
  ...{ account: 'kis:real:0123456789ab', broker: 'kis', environment: 'real', keyId: '0123456789ab', at: 0 },
  budgets: [total],
  waiting: { order: 0, realtime: 0, interactive: 0, backfill: 0 },
  ...{ callers: {}, members: [], heldForMs: 0 },
};

describe('why a limit is what it is', () => {
  const kis = { broker: 'kis' } as const;

  it('is what is known of the broker', () => {
    expect(driftLine(kis, total)).toBe('KIS 18/s published 2026-04-20 (observed); in use 18/s');
  });

  it('is what a refusal taught', () => {
    const learned = { limit: 14, agoMs: 40_000, why: 'refused' } as const;
    expect(driftLine(kis, { ...total, inUse: 14, learned })).toBe(
      'KIS 18/s published 2026-04-20 (observed); learned 14/s: the broker refused 40 s ago; in use 14/s',
    );
  });

  it('is what the broker named, also after it has widened', () => {
    const learned = { limit: 3, agoMs: 4_000_000, why: 'told' } as const;
    const budget = { ...total, name: 'tr:ka10001', configured: 5, here: 5, inUse: 4, learned };
    expect(driftLine({ broker: 'kiwoom' }, budget)).toBe(
      'Kiwoom tr:ka10001 5/s published 2026-04-20 (observed); learned 3/s: the broker named it 1 h 06 min ago; in use 4/s',
    );
  });

  it('is a setting, perhaps of somebody else', () => {
    const setting = { ...total, configured: 10, inUse: 10, origin: { from: 'setting' } } as const;
    expect(driftLine(kis, { ...setting, here: 10 })).toBe('KIS 10/s by a setting; in use 10/s');
    expect(driftLine(kis, setting)).toBe('KIS 10/s by a setting, 18/s in the settings here; in use 10/s');
  });

  it('counts stocks as such', () => {
    const session = { ...total, name: 'session', windowMs: 0, configured: 1, inUse: 1, here: 1 };
    expect(driftLine(kis, session)).toBe('KIS session 1 published 2026-04-20 (observed); in use 1');
  });
});

describe('the page of an account', () => {
  it('shows an idle one', () => {
    expect(accountLines(account)).toEqual([
      'kis real, key 0123456789ab',
      '  budget  configured  learned  in use  used  cooling  reserved',
      '  ──────  ──────────  ───────  ──────  ────  ───────  ────────',
      '  total         18/s        –    18/s     3        4         0',
      '  KIS 18/s published 2026-04-20 (observed); in use 18/s',
      '  waiting: nobody',
      '  members: none',
    ]);
  });

  it('shows who waits, who is silent, and a hold', () => {
    const lines = accountLines({
      ...account,
      waiting: { order: 0, realtime: 2, interactive: 0, backfill: 1_200 },
      callers: { notebook: 2, collector: 1_200 },
      members: [
        { id: 'a1', silentMs: 300, share: 0.5 },
        { id: 'b2', silentMs: 12_000, share: 0.5 },
      ],
      heldForMs: 11_000,
    });
    expect(lines.slice(5)).toEqual([
      '  held for 11 s: the gatekeeper is new, and may have forgotten what was granted',
      '  waiting: realtime 2, backfill 1,200; by caller: collector 1,200, notebook 2',
      '  members: 2',
      '    a1  heard 0.3 s ago, safe share 50 %',
      '    b2  silent for 12 s, safe share 50 %',
    ]);
  });
});
