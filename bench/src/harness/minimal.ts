import type { Truth } from '@hub/broker-sim';
import type { CoverageRow } from '@hub/store';

/** Rows a call: inquire-time-dailychartprice, and ka10080, whose pages run over the days. */
const rowsPerCall = { kis: 120, kiwoom: 900 } as const;

/** A day without a row needs one call to know that. */
const kisCalls = (rows: number): number => Math.max(1, Math.ceil(rows / rowsPerCall.kis));

const keyOf = (symbol: string, day: string): string => `${symbol} ${day}`;

export interface MinimalCalls {
  readonly kis: number;
  readonly kiwoom: number;
}

/** The fewest calls that bring what each broker has told, by the coverage of the store. */
export const minimalCalls = (truth: Truth, coverage: readonly CoverageRow[]): MinimalCalls => {
  const rowsOf = new Map(truth.days.map(({ symbol, day, rows }) => [keyOf(symbol, day), rows]));
  let kis = 0;
  const perSymbol = new Map<string, number>();
  for (const { symbol, day, source } of coverage) {
    const rows = rowsOf.get(keyOf(symbol, day)) ?? 0;
    if (source === 'REST_API_KIS') kis += kisCalls(rows);
    else perSymbol.set(symbol, (perSymbol.get(symbol) ?? 0) + rows);
  }
  const kiwoom = [...perSymbol.values()].reduce(
    (sum, rows) => sum + Math.max(1, Math.ceil(rows / rowsPerCall.kiwoom)),
    0,
  );
  return { kis, kiwoom };
};

/**
 * The least time in which both quotas together can bring the truth, whoever fetches which day: full windows from the first
 * instant on, every page of Kiwoom full to the last row, no call too many.
 */
export const bothQuotasBoundMs = (truth: Truth, perSecond: MinimalCalls): number => {
  const days = truth.days.map(({ rows }) => ({ kis: kisCalls(rows), kiwoom: rows / rowsPerCall.kiwoom }));
  // Kiwoom takes the days that are dearest at KIS for what they cost at Kiwoom.
  days.sort((one, other) => other.kis / (other.kiwoom || 1) - one.kis / (one.kiwoom || 1));
  for (let windows = 1; ; windows += 1) {
    let left = windows * perSecond.kiwoom;
    const rest = days.reduce((calls, day) => {
      // A part of a day counts as that part: real splits can only be worse.
      const share = day.kiwoom === 0 ? 1 : Math.min(1, left / day.kiwoom);
      left -= share * day.kiwoom;
      return calls + (1 - share) * day.kis;
    }, 0);
    if (rest <= windows * perSecond.kis) return (windows - 1) * 1_000;
  }
};
