import type { Limit, RealtimeLimits } from '../contract.js';

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
  /** Calls per second of a key that has just been applied for; re-applying counts as new. Paper keys are exempt. */
  newKey: {
    value: 3,
    source: 'KIS notice of 2026-03-20, valid from 2026-04-03, quoted by two public projects',
    date: '2026-04-03',
    certainty: 'observed',
  },
  /** How long a key is new, in days; counted here in days of KST, the first one included. */
  newKeyDays: {
    value: 3,
    source: 'KIS notice of 2026-03-20, valid from 2026-04-03, quoted by two public projects',
    date: '2026-04-03',
    certainty: 'observed',
  },
  /** How long 1-minute bars are kept, in calendar days: about 250 trading days, rolling. */
  minuteBarDays: {
    value: 365,
    source: 'portal: about one year; one measurement found 250 trading days',
    date: '2026-09-14',
    certainty: 'observed',
  },
  /** Of how many sessions trades are told, the running one included. */
  tradeSessions: {
    value: 1,
    source: 'portal page of inquire-time-itemconclusion, read in a public mirror: a time of day, and the same day only',
    date: '2026-11-23',
    certainty: 'observed',
  },
  /** `iscd_stat_cls_code` of a share whose trading is halted (거래정지). */
  haltedStatus: {
    value: 58,
    source: 'portal page of inquire-price, read in a public mirror',
    date: '2026-11-23',
    certainty: 'observed',
  },
  /** One token a minute (EGW00133), with a second of margin. */
  tokenCooldownMs: {
    value: 61_000,
    source: 'README of the official samples; body of EGW00133',
    date: '2026-07-09',
    certainty: 'official',
  },
  /** Wait between two requests for an approval key. No limit is published; that of tokens is the strictest reading. */
  approvalCooldownMs: {
    value: 61_000,
    source: 'none published for /oauth2/Approval; notices count token and approval key apart',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
  /** An approval key lives for a day; it is looked at when a symbol is subscribed. */
  approvalLifeMs: {
    value: 24 * 3_600_000,
    source: 'portal text, read in a public mirror',
    date: '2026-11-23',
    certainty: 'observed',
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

/** What a WebSocket of one key may do; counted apart from REST (observed). */
export const kisRealtimeLimits: RealtimeLimits = {
  session: {
    value: 1,
    windowMs: 0,
    source: 'KIS notices of 2025-08-07 and 2026-04-20, quoted by several public projects',
    date: '2026-04-20',
    certainty: 'observed',
  },
  /** Pairs of TR and key, over all products. */
  registration: {
    value: 40,
    published: 41,
    windowMs: 0,
    source: 'notices say 41, and the 42nd was refused (OPSP0008); the official sample checks 40',
    date: '2026-08-28',
    certainty: 'observed',
  },
  connect: {
    value: 6,
    windowMs: 60_000,
    source: 'no figure: a notice of 2026-02-24 blocks endless loops of connecting, quoted by one public wiki',
    date: '2026-02-24',
    certainty: 'uncertain',
  },
  subscribe: {
    value: 10,
    windowMs: 1_000,
    source: 'at least 100 ms between registrations: a notice of 2026-02-24, quoted by one public wiki',
    date: '2026-02-24',
    certainty: 'uncertain',
  },
};
