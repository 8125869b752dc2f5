import { whole } from './arithmetic/share.js';
import { priorities, type AccountSnapshot, type BudgetSnapshot, type Priority } from './contract.js';

/** An empty list of Lua is written as {}. */
export type List<T> = readonly T[] | Readonly<Record<string, never>>;

/** What a store knows of an account, as it comes. */
export interface RawSnapshot {
  readonly budgets: List<RawBudget>;
  readonly lanes: List<{ readonly priority: Priority; readonly flow: string; readonly want: number }>;
  readonly members: List<{
    readonly id: string;
    readonly silentMs: number;
    readonly low: number;
    readonly high: number;
  }>;
}

interface RawBudget {
  readonly name: string;
  readonly windowMs: number;
  readonly configured: number;
  readonly inUse: number;
  readonly used: number;
  readonly cooling: number;
  readonly reserved: number;
  readonly heldForMs: number;
  readonly learned?: { readonly limit: number; readonly agoMs: number; readonly told: boolean };
}

export const listOf = <T>(value: List<T>): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : []); // {} is none

const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
  left.name < right.name ? -1 : 1;

/** In the words of the contract: what waits is added up by class and by caller. */
export const snapshotOf = (account: string, raw: RawSnapshot): AccountSnapshot => {
  const waiting = Object.fromEntries(priorities.map((priority) => [priority, 0])) as Record<Priority, number>;
  const callers = new Map<string, number>();
  for (const { priority, flow, want } of listOf(raw.lanes)) {
    waiting[priority] += want;
    callers.set(flow, (callers.get(flow) ?? 0) + want);
  }
  const budgets = listOf(raw.budgets).map(({ heldForMs: _heldForMs, learned, ...budget }) => ({
    ...budget,
    ...(learned === undefined ? {} : { learned: learnedOf(learned) }),
  }));
  const held = listOf(raw.budgets).map(({ heldForMs }) => heldForMs);
  const members = listOf(raw.members).map(({ id, silentMs, low, high }) => ({
    id,
    silentMs,
    share: Math.max(0, high - low) / whole,
  }));
  return {
    account,
    budgets: budgets.sort(byName),
    waiting,
    callers: Object.fromEntries(callers),
    members: members.sort((left, right) => (left.id < right.id ? -1 : 1)),
    heldForMs: Math.max(0, ...held),
  };
};

const learnedOf = ({
  limit,
  agoMs,
  told,
}: NonNullable<RawBudget['learned']>): NonNullable<BudgetSnapshot['learned']> => ({
  limit,
  agoMs,
  why: told ? 'told' : 'refused',
});
