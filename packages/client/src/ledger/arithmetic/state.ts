import type { LimitState } from './limit.js';
import type { LaneState, Turns } from './order.js';
import { whole, type Part } from './share.js';
import type { Slots } from './slots.js';
import { newSpending, type Spending } from './spending.js';

export interface MemberState {
  seen: number;
  /** What it holds or may believe that it holds. */
  part: Part;
  readonly host: string;
}

/** The whole account: what the Lua scripts keep in one hash and one sorted set per budget. */
export interface Account {
  readonly slots: Map<string, Slots>;
  readonly limits: Map<string, LimitState>;
  readonly members: Map<string, MemberState>;
  /** How many times a member has come or gone. */
  memberChanges: number;
  readonly lanes: Map<string, LaneState>;
  readonly turns: Turns;
  readonly spending: Spending;
  /** When somebody more urgent than a backfill last asked. */
  urgentAt: number;
  /** Since when the memory reaches back; undefined: nothing was ever granted before it. */
  since: number | undefined;
  /** Shares of the memory before that nobody has given back. */
  old: Part[];
}

/** `since` undefined: a memory that is known to have nothing to forget. */
export const newAccount = (since?: number): Account => ({
  slots: new Map(),
  limits: new Map(),
  members: new Map(),
  memberChanges: 0,
  lanes: new Map(),
  turns: { time: new Map(), next: new Map() },
  spending: newSpending(),
  urgentAt: Number.NEGATIVE_INFINITY,
  since,
  old: since === undefined ? [] : [{ low: 0, high: whole }],
});

export const unitsOf = ({ units = 1 }: { readonly units?: number }): number => units;

/** Members of a permit in the slots of a budget: one per unit. */
export const slotIds = (permitId: string, units: number): string[] =>
  Array.from({ length: units }, (_each, index) => (index === 0 ? permitId : `${permitId}+${String(index)}`));

export const slotsOf = (account: Account, name: string): Slots => {
  const slots = account.slots.get(name) ?? new Map<string, number>();
  account.slots.set(name, slots);
  return slots;
};
