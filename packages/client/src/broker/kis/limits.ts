import type { Limit } from '../contract.js';

/** Quotas and retention of KIS. Settings override these figures. */
export const kisLimits = {
  /** Calls per second and app key, all REST endpoints together. */
  real: {
    value: 18,
    source: 'KIS notice, revision of 2026-04-20, quoted by four public projects; a notice of 2026-09-16 is unread',
    date: '2026-04-20',
    certainty: 'observed',
  },
  paper: {
    value: 1,
    source: 'KIS notice, revision of 2026-04-20, quoted by four public projects',
    date: '2026-04-20',
    certainty: 'observed',
  },
  /** How long 1-minute bars are kept, in calendar days: about 250 trading days, rolling. */
  minuteBarDays: {
    value: 365,
    source: 'portal: about one year; one measurement found 250 trading days',
    date: '2026-09-14',
    certainty: 'observed',
  },
  /** One token a minute (EGW00133), with a second of margin. */
  tokenCooldownMs: {
    value: 61_000,
    source: 'README of the official samples; body of EGW00133',
    date: '2026-07-09',
    certainty: 'official',
  },
  /** A second issue within this time returns the same token. */
  sameTokenMs: {
    value: 6 * 3_600_000,
    source: 'comments in the official samples',
    date: '2026-07-09',
    certainty: 'official',
  },
} as const satisfies Record<string, Limit>;

/** The quota is counted per second; the kind of window is not published, and the ledger holds for every kind. */
export const kisWindowMs = 1_000;
