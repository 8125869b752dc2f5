import type { TruthQuery } from '@hub/broker-sim';

const from = { full: '2026-10-12', quick: '2026-11-02' } as const;
const to = { full: '2026-11-06', quick: '2026-11-05' } as const;
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

/** What the demo fetches: 1-minute bars of 10 symbols × 20 days, or with `quick` 3 × 4. */
export const demoScope = (quick: boolean): TruthQuery & { readonly from: string; readonly to: string } => ({
  symbols: quick ? symbols.slice(0, 3) : symbols,
  venue: 'KRX',
  interval: '1m',
  from: quick ? from.quick : from.full,
  to: quick ? to.quick : to.full,
});
