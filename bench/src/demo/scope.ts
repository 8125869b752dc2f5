import type { Truth, TruthQuery } from '@hub/broker-sim';

const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06'] as const;
const symbols = [
  '005930',
  '000660',
  '035420',
  '005380',
  '051910',
  '035720',
  '000270',
  '068270',
  '105560',
  '055550',
] as const;

/** What the demo fetches: 1-minute bars of 10 symbols × 5 days, or with `quick` 3 × 2. */
export const demoScope = (quick: boolean): TruthQuery & { readonly from: string; readonly to: string } => ({
  symbols: quick ? symbols.slice(0, 3) : symbols,
  venue: 'KRX',
  interval: '1m',
  from: days[0],
  to: quick ? days[1] : days[4],
});

/** inquire-time-dailychartprice gives 120 rows a call; a day without a row needs one call to know that. */
const rowsPerCall = 120;

export const minimalCalls = (truth: Truth): number =>
  truth.days.reduce((sum, { rows }) => sum + Math.max(1, Math.ceil(rows / rowsPerCall)), 0);

/** The least time in which so many calls can be made: full windows, the first of them at once. */
export const quotaBound = (calls: number, perWindow: number, windowMs: number): number =>
  Math.floor((calls - 1) / perWindow) * windowMs;
