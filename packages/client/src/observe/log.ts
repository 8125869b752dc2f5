import type { Notice } from '../runtime/notice.js';
import type { CallFacts, CallFailed, Watcher } from './contract.js';

/** The slice of a logger that the hub uses; one of pino fits by shape. What it throws is no business of a call. */
export interface Logger {
  /** What goes on by itself: waits, retries, a new token, calls that their caller ended. */
  info(fields: object, text: string): void;
  /** What somebody should look at: calls that failed, a narrowed quota, a server that is away. */
  warn(fields: object, text: string): void;
  /** What somebody must look at: no token, a key turned away, an open circuit, an order whose outcome is unknown. */
  error(fields: object, text: string): void;
}

type Level = keyof Logger;

/** What waits, and goes on by itself, is information; what somebody should look at is a warning. */
const levels: Readonly<Record<Exclude<Notice['kind'], 'permit'>, Level>> = {
  'ledger-hold': 'info',
  'ledger-away': 'warn',
  'ledger-on-share': 'warn',
  'ledger-back': 'info',
  'ledger-narrowed': 'warn',
  'token-issued': 'info',
  'token-wait': 'info',
  'token-limit': 'warn',
  'token-foreign': 'warn',
  'token-failed': 'error',
  'key-isolated': 'error',
  'circuit-open': 'error',
  'circuit-closed': 'info',
  'feed-session': 'info',
  'feed-handover': 'info',
  'feed-broken': 'warn',
  'feed-stopped': 'error',
  'feed-preopen': 'info',
  'feed-failed': 'error',
  'feed-refused': 'warn',
  'feed-denied': 'warn',
  'feed-bad-frame': 'warn',
  'capture-dropped': 'warn',
  'capture-failed': 'warn',
  drift: 'warn',
  retry: 'info',
};

/** Its caller ended it, so it is no trouble. */
const wanted: ReadonlySet<string> = new Set(['HUB_ABORTED', 'HUB_CLOSED']);

const levelOf = (code: string): Level => {
  if (wanted.has(code)) return 'info';
  // An order may have been executed: somebody has to look.
  return code === 'HUB_OUTCOME_UNKNOWN' || code === 'HUB_UNEXPECTED' ? 'error' : 'warn';
};

/** Notices and calls that failed, one line each. What a broken logger throws is no business of a call. */
export const log = (logger: Logger): Watcher => {
  const write = (level: Level, fields: object, text: string): void => {
    try {
      logger[level](fields, text);
    } catch {
      // Nobody is left to tell.
    }
  };
  return {
    watch: (call) => ({
      failed: (end) => {
        write(levelOf(end.code), fieldsOf(call, end), end.message);
      },
    }),
    notice: (notice) => {
      if (notice.kind === 'permit') return;
      const { kind, ...fields } = notice;
      write(
        notice.kind === 'feed-preopen' && !notice.ok ? 'error' : levels[kind],
        { notice: kind, ...fields },
        `hub: ${kind}`,
      );
    },
  };
};

const fieldsOf = (call: CallFacts, { code, attempts, waitMs, durationMs, keyId, status }: CallFailed): object => {
  const { broker, environment, endpoint, tr, caller, priority } = call;
  return { code, broker, environment, endpoint, tr, caller, priority, keyId, status, attempts, waitMs, durationMs };
};
