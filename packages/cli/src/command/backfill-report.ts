import { brokerNames } from '@hub/client';
import { tradingDays } from '@hub/store';
import type { BackfillPlan, BackfillResult, WindowSpec } from '@hub/worker';

import type { FailedWindow } from '../error/index.js';
import { count, counted, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';
import { quotaTimeMs, type Rates } from './rates.js';

/** What `--json` says about a finished, failed or stopped backfill. Instants are UTC epoch ms. */
export interface BackfillFigures {
  readonly windows: number;
  readonly failed: readonly FailedWindow[];
  readonly withdrawn: number;
  /** Days that no broker has spoken for. */
  readonly unprovenDays: number;
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly calls: number;
  readonly firstPermitAtMs: number | null;
  readonly lastCommitAtMs: number | null;
  /** From the first permit to the last commit. */
  readonly wallMs: number;
  readonly plannedCalls: number;
  readonly coveredDays: number;
}

/** `failedHere`: failures that the workers of this process told of, also when the run was given up before their count. */
export const figuresOf = (
  plan: BackfillPlan,
  result?: BackfillResult,
  failedHere: readonly FailedWindow[] = [],
): BackfillFigures => {
  const { firstPermitAtMs, lastCommitAtMs } = result ?? {};
  return {
    windows: result?.windows ?? 0,
    failed: allFailed(plan, result, failedHere),
    withdrawn: result?.withdrawn ?? 0,
    unprovenDays: (result?.unproven ?? []).reduce((sum, { days }) => sum + days.length, 0),
    rows: result?.rows ?? 0,
    inserted: result?.inserted ?? 0,
    updated: result?.updated ?? 0,
    calls: result?.calls ?? 0,
    firstPermitAtMs: firstPermitAtMs ?? null,
    lastCommitAtMs: lastCommitAtMs ?? null,
    // Worker and writer have each their own clock.
    wallMs: Math.max(0, (lastCommitAtMs ?? 0) - (firstPermitAtMs ?? Number.POSITIVE_INFINITY)),
    plannedCalls: plan.estimatedCalls,
    coveredDays: plan.coveredDays,
  };
};

const allFailed = (
  { windows }: BackfillPlan,
  result: BackfillResult | undefined,
  failedHere: readonly FailedWindow[],
): FailedWindow[] => {
  const byId = new Map(failedHere.map((failure) => [failure.id, failure]));
  // What one broker could not do, the other one may have done.
  for (const { id } of result?.done ?? []) byId.delete(id);
  for (const failure of result?.failed ?? []) byId.set(failure.id, failure);
  return windows.flatMap(({ id }) => {
    const failure = byId.get(id);
    return failure === undefined ? [] : [{ id, code: failure.code, message: failure.message, remedy: failure.remedy }];
  });
};

/** One line: what is to be done, and how long the quota makes it take. */
export const planLine = (plan: BackfillPlan, rates: Rates): string => {
  const { windows, estimatedCalls, coveredDays, request } = plan;
  const covered = coveredDays === 0 ? '' : `, ${counted(coveredDays, 'day')} stored already`;
  const eta = duration(quotaTimeMs(windows, rates));
  const used = brokerNames.filter((broker) => windows.some((window) => window.broker === broker));
  const quota = used.map((broker) => `${String(rates[broker] ?? '?')} calls a second (${broker})`);
  return [
    `${counted(windows.length, 'window')} for ${counted(request.symbols.length, 'symbol')}${covered}`,
    `about ${counted(estimatedCalls, 'call')}, ${eta} at ${quota.join(' and ')}`,
  ].join('; ');
};

/** One line: why a plan is empty. */
export const nothingLine = ({ request, coveredDays }: BackfillPlan, db: string): string => {
  const { symbols, venue, from, to } = request;
  return coveredDays === 0
    ? `Nothing to fetch: from ${from} to ${to} there is no trading day of ${venue} with bars to fetch yet.`
    : `Nothing to fetch: all of it (${counted(coveredDays / symbols.length, 'day')} of ${counted(symbols.length, 'symbol')}) is in ${db}.`;
};

/** The windows of a plan, symbol by symbol. */
export const planTable = (plan: BackfillPlan, rates: Rates): string[] => {
  const perSymbol = plan.request.symbols.map((symbol) => {
    const windows = plan.windows.filter((window) => window.symbol === symbol);
    const calls = windows.reduce((sum, { estimatedCalls }) => sum + estimatedCalls, 0);
    return { symbol, windows: windows.length, calls, timeMs: quotaTimeMs(windows, rates) };
  });
  return table(
    [
      { title: 'symbol' },
      { title: 'windows', align: 'right' },
      { title: 'calls', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    perSymbol.map(({ symbol, windows, calls, timeMs }) => [symbol, count(windows), count(calls), duration(timeMs)]),
    {
      total: [
        'total',
        count(plan.windows.length),
        count(plan.estimatedCalls),
        duration(quotaTimeMs(plan.windows, rates)),
      ],
    },
  );
};

/** What was stored, symbol by symbol. */
export const closingTable = (plan: BackfillPlan, result: BackfillResult): string[] => {
  const yields = new Map(result.done.map((window) => [window.id, window]));
  const rows = plan.request.symbols.flatMap((symbol) => {
    const stored = plan.windows.filter((window) => window.symbol === symbol && yields.has(window.id));
    if (stored.length === 0) return [];
    const sum = (field: 'rows' | 'calls'): number =>
      stored.reduce((total, { id }) => total + (yields.get(id)?.[field] ?? 0), 0);
    return [[symbol, count(daysOf(stored)), count(sum('rows')), count(sum('calls'))]];
  });
  if (rows.length === 0) return [];
  return table(
    [{ title: 'symbol' }, ...['days', 'rows', 'calls'].map((title) => ({ title, align: 'right' as const }))],
    rows,
    { total: ['total', '', count(result.rows), count(result.calls)] },
  );
};

const daysOf = (windows: readonly WindowSpec[]): number =>
  windows.reduce((sum, { venue, from, to }) => sum + tradingDays(venue, from, to).length, 0);

/** One line per symbol: days that nobody has spoken for. */
export const unprovenLines = ({ unproven }: BackfillResult): string[] => {
  const symbols = [...new Set(unproven.map(({ symbol }) => symbol))];
  return symbols.map((symbol) => {
    const days = unproven.flatMap((each) => (each.symbol === symbol ? each.days : [])).sort();
    const range = `${days[0] ?? ''} … ${days.at(-1) ?? ''}`;
    return `${symbol}: nothing is known of ${counted(days.length, 'day')} (${range}), for Kiwoom does not say how far back it goes; ask KIS (--broker kis)`;
  });
};

/** What came of it, in one line. */
export const summaryLine = (run: {
  readonly figures: BackfillFigures;
  readonly planned: number;
  readonly db: string;
  readonly stopped: boolean;
}): string => {
  const { figures, planned, db, stopped } = run;
  const { windows, rows, inserted, calls, wallMs } = figures;
  const brought = `${counted(rows, 'row')} (${count(inserted)} new), ${counted(calls, 'call')}`;
  if (!stopped)
    return `${counted(windows, 'window')} stored in ${db}: ${brought}${wallMs === 0 ? '' : ` in ${duration(wallMs)}`}.`;
  // A commit may have gone through after the last word of it.
  return `Stopped with at least ${count(windows)} of ${counted(planned, 'window')} stored in ${db}: ${brought}.`;
};
