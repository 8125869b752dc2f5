import type { Budget } from '../ledger/contract.js';

/** Printable, so that it can be shown in a table; no tab, which is what the ledger keeps its fields apart with. */
const label = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u;

/** Whether this may name a caller in the ledger. */
export const isCaller = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && label.test(value);

/** How callers of one class share, by their labels; 1 for those that are not listed. */
export type CallerWeights = Readonly<Record<string, number>>;

/** Whose share a call spends, as the ledger wants to know it; nothing where nobody is named. */
export const shareOf = (
  caller: string | undefined,
  weights: CallerWeights | undefined,
): { readonly caller?: string; readonly weight?: number } => {
  if (caller === undefined) return {};
  const weight = weights !== undefined && Object.hasOwn(weights, caller) ? weights[caller] : undefined;
  return { caller, ...(weight === undefined ? {} : { weight }) };
};

const callerBudget = 'caller:';

/** Whether a line of the ledger is what a caller may have of another one. */
export const isCallerBudget = (name: string): boolean => name.startsWith(callerBudget);

/**
 * What a call spends from, with the part of the account that its caller may have at most: lines of their own in the ledger,
 * so that the part holds over all workers, and is taken with the rest or not at all. Lines of one operation have none.
 */
export const withCallerShare = (
  budgets: readonly Budget[],
  { caller, callerShare: share }: { readonly caller?: string; readonly callerShare?: number },
): readonly Budget[] => {
  if (caller === undefined || share === undefined) return budgets;
  const parts = budgets
    .filter(({ name }) => /^total\b/.test(name))
    .map(({ name, limit, ...rest }) => ({
      ...rest,
      name: callerBudget + caller + name.slice('total'.length),
      limit: Math.max(1, Math.floor(limit * share + 1e-9)),
    }));
  return [...budgets, ...parts];
};
