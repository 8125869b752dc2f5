import type { Limit, RealtimeLimits } from '../contract.js';

/** Quotas and retention of Kiwoom. Settings override these figures. */
export const kiwoomLimits = {
  /** Calls per second of one app key and api-id: 유량=5 in the text of a refusal (code 1700). */
  real: {
    value: 5,
    source: 'text of code 1700, read by three public projects; one of them measured that the id is the scope',
    date: '2026-08-04',
    certainty: 'observed',
  },
  paper: {
    value: 1,
    source: 'five public projects pace 1 to 3 s a call',
    date: '2026-09-09',
    certainty: 'observed',
  },
  /** All ids of a key together. Code 1701 says that there is a limit, nothing says which. */
  total: {
    value: 20,
    source: 'none published; a guess that lets four ids run at their own limit',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
  /** How far back 1-minute bars are asked for, in calendar days. The end is not published. */
  minuteBarDays: {
    value: 365,
    source: 'none published; as far as the other broker keeps them',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
  /** How far back history is known to reach, in calendar days: an answer without older rows is believed up to here. */
  provenDays: {
    value: 92,
    source: 'two public projects collected three months by paging, one of them with _NX and _AL too',
    date: '2026-10-29',
    certainty: 'observed',
  },
  /** Of how many sessions trades are told, the running one included. */
  tradeSessions: {
    value: 2,
    source: 'workbook: ka10084 takes tdy_pred 1 (today) or 2 (the day before)',
    date: '2026-11-23',
    certainty: 'official',
  },
  /** Wait between two token requests. No limit is published. */
  tokenCooldownMs: {
    value: 60_000,
    source: 'one public project waits so long by choice',
    date: '2026-08-04',
    certainty: 'uncertain',
  },
  /** Whether a second issue returns the same token is contradictory; a dead one is asked for again after this. */
  sameTokenMs: {
    value: 60_000,
    source: 'none published',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
} as const satisfies Record<string, Limit>;

/** The quota is counted per second; the kind of window is not published, and the ledger holds for every kind. */
export const kiwoomWindowMs = 1_000;

/** The line of the ledger for the calls of one api-id. */
export const trBudget = (apiId: string): string => `tr:${apiId}`;

/** What a WebSocket of one key may do. */
export const kiwoomRealtimeLimits: RealtimeLimits = {
  session: {
    value: 1,
    windowMs: 0,
    source: 'a second login ends the first (R10001) in four public projects, and does not in one',
    date: '2026-08-15',
    certainty: 'observed',
  },
  /** Items; the plain code, `_NX` and `_AL` count separately. */
  registration: {
    value: 200,
    windowMs: 0,
    source: 'none published; one public measurement, not confirmed',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
  connect: {
    value: 6,
    windowMs: 60_000,
    source: 'none published; a quick reconnect was closed during the handshake in one public project',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
  subscribe: {
    value: 5,
    windowMs: 1_000,
    source: 'no figure: bursts of registrations are refused (105110) in one public project',
    date: '2026-11-23',
    certainty: 'uncertain',
  },
};
