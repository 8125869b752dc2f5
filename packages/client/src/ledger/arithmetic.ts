import type { Budget, SlotAnswer } from './contract.js';

/** How far ahead a slot may be booked. Longer would tie calls to slots that a more urgent call should get. */
export const horizonMs = 200;

/** The shortest time after which asking again can make sense. */
const shortestWaitMs = 1;

/** Busy slots of one budget: permit id → the instant (ms) from which its slot is free. */
export type Slots = Map<string, number>;

/** When a further slot of this budget is free for certain: `now`, or the instant at which enough busy ones have ended. */
export const freeAt = (slots: Slots, limit: number, now: number): number => {
  const ends = [...slots.values()].filter((end) => end > now).sort((left, right) => left - right);
  if (ends.length < limit) return now;
  return ends[ends.length - limit] ?? now;
};

/**
 * Books a slot in every budget or in none. The slot is busy until its lease has ended and one window more; completion
 * shortens that. `heldUntil` is the end of an epoch hold.
 *
 * A slot whose call is still under way has a late end in the book, yet may come free one window after its answer. No
 * answer comes before now, so nothing that is under way comes free before `now + windowMs`: no need to ask earlier.
 */
export const book = (
  state: ReadonlyMap<string, Slots>,
  request: { budgets: readonly Budget[]; permitId: string; leaseMs: number },
  now: number,
  heldUntil: number,
): SlotAnswer => {
  let start = Math.max(now, heldUntil);
  let askAgain = Number.POSITIVE_INFINITY;
  for (const budget of request.budgets) {
    const free = freeAt(state.get(budget.name) ?? new Map<string, number>(), budget.limit, now);
    start = Math.max(start, free);
    if (free > now + horizonMs) askAgain = Math.min(askAgain, now + budget.windowMs);
  }
  if (start > now + horizonMs) {
    const until = Math.min(start, askAgain) - horizonMs;
    return {
      kind: 'wait',
      forMs: Math.max(shortestWaitMs, until - now),
      reason: heldUntil > now + horizonMs ? 'epoch' : 'full',
    };
  }
  for (const budget of request.budgets) {
    state.get(budget.name)?.set(request.permitId, start + request.leaseMs + budget.windowMs);
  }
  return { kind: 'go', inMs: start - now };
};

/** The answer has come: the slot is free one window from now, or earlier if its lease says so. */
export const complete = (slots: Slots, windowMs: number, permitId: string, now: number): void => {
  const end = slots.get(permitId);
  if (end !== undefined) slots.set(permitId, Math.min(end, now + windowMs));
};
