import type { Scope } from './scope.js';

/** Every kind of finding. */
export const findingCodes = [
  'duplicate-key',
  'batch-missing',
  'bar-inconsistent',
  'minutes-exceed-day',
  'minutes-below-day',
  'tick-chain-broken',
  'tick-minute-differs',
  'coverage-without-rows',
  'coverage-overlaps',
  'row-not-covered',
  'raw-differs',
  'raw-row-missing',
  'raw-without-row',
  'raw-unreadable',
] as const;
/** What a finding is about: see the guide on exports. */
export type FindingCode = (typeof findingCodes)[number];

/** One look at the store. Its query gives `place` and `what`, a row for each finding. */
export interface Check {
  readonly code: FindingCode;
  readonly table: string;
  /** What the reader can do about it, in one line. */
  readonly remedy: string;
  readonly sql: (scope: Scope) => string;
}
