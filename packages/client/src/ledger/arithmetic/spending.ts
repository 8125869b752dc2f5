import type { Budget } from '../contract.js';
import type { Moved, RawSpent, ShareTally, Spender } from '../store-contract.js';

/** Sums are kept over stretches of so many ms, for so long. */
export const stretchMs = 10_000;
const keptMs = 90_000_000;

/** `sign priority flow`, parts between tabs, as the Lua scripts write it. */
type Sums = Map<string, number>;

/** Who spent how much of an account: permits granted and given back, by stretch. */
export interface Spending {
  readonly stretches: Map<number, Sums>;
  /** What members granted on their shares, as far as it was counted. */
  readonly onShare: Map<string, number>;
}

export const newSpending = (): Spending => ({ stretches: new Map(), onShare: new Map() });

const nameOf = ({ priority, flow }: Spender): string => `${priority}\t${flow}`;

/** What is held is no call. */
export const isCall = (budgets: readonly Budget[]): boolean => budgets.some(({ windowMs }) => windowMs > 0);

export const countSpent = (
  { stretches }: Spending,
  sign: '+' | '-',
  spender: Spender,
  count: number,
  now: number,
): void => {
  const at = Math.floor(now / stretchMs);
  let sums = stretches.get(at);
  if (sums === undefined) {
    for (const old of stretches.keys()) if (old * stretchMs <= now - keptMs) stretches.delete(old);
    sums = new Map<string, number>();
    stretches.set(at, sums);
  }
  const key = `${sign}\t${nameOf(spender)}`;
  sums.set(key, (sums.get(key) ?? 0) + count);
};

/** Slots that were booked for one spender and taken by another one of the same process. */
export const moveSpent = (spending: Spending, moves: readonly Moved[], now: number): void => {
  for (const { from, to, count } of moves) {
    countSpent(spending, '+', from, -count, now);
    countSpent(spending, '+', to, count, now);
  }
};

/** A member counts what it granted on its share from its start on; what it was told before is not counted again. */
export const countOnShare = (spending: Spending, member: string, tallies: readonly ShareTally[], now: number): void => {
  for (const { before, total, ...spender } of tallies) {
    const key = `${member}\t${nameOf(spender)}`;
    const known = Math.max(before, spending.onShare.get(key) ?? 0);
    if (total <= known) continue;
    countSpent(spending, '+', spender, total - known, now);
    spending.onShare.set(key, total);
  }
};

/** What was spent in the last `sinceMs`; the stretch in which that begins counts wholly. */
export const spentSince = ({ stretches }: Spending, sinceMs: number, now: number): RawSpent => {
  const first = Math.floor((now - sinceMs) / stretchMs);
  const rows = [...stretches]
    .flatMap(([at, sums]) => (at < first ? [] : [...sums]))
    .map(([key, count]) => {
      const [, sign, priority, flow] = /^(.)\t([^\t]*)\t(.*)$/s.exec(key) ?? [];
      return { sign, priority, flow, count } as RawSpent['rows'][number]; // as it was written above
    });
  return { sinceMs: now - first * stretchMs, rows };
};
