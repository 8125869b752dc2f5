import { priorities, type AccountSpent, type SpentRow } from './contract.js';
import type { RawSpent } from './store-contract.js';

/** In the words of the contract: one row for each caller and class, the biggest spender first. */
export const spentOf = (account: string, { sinceMs, rows }: RawSpent): AccountSpent => {
  const sums = new Map<string, { -readonly [Key in keyof SpentRow]: SpentRow[Key] }>();
  for (const { sign, priority, flow, count } of rows) {
    const key = `${priority}\t${flow}`;
    const sum = sums.get(key) ?? { caller: flow, priority, granted: 0, givenBack: 0 };
    sum[sign === '+' ? 'granted' : 'givenBack'] += count;
    sums.set(key, sum);
  }
  const spent = [...sums.values()].filter(({ granted, givenBack }) => granted !== 0 || givenBack !== 0);
  return { account, sinceMs, rows: spent.sort(byCalls) };
};

const byCalls = (left: SpentRow, right: SpentRow): number =>
  right.granted - right.givenBack - (left.granted - left.givenBack) ||
  (left.caller < right.caller ? -1 : Number(left.caller > right.caller)) ||
  priorities.indexOf(left.priority) - priorities.indexOf(right.priority);
