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
