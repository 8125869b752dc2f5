import type { Clock } from '../../runtime/clock.js';
import { book, complete, type Slots } from '../arithmetic.js';
import type { SlotStore } from '../contract.js';

/** Slots within one process, on its clock: for unit tests of code that uses the hub. */
export const memorySlotStore = (clock: Clock): SlotStore => {
  const accounts = new Map<string, Map<string, Slots>>();
  const budgetsOf = (account: string): Map<string, Slots> => {
    const budgets = accounts.get(account) ?? new Map<string, Slots>();
    accounts.set(account, budgets);
    return budgets;
  };
  return {
    book: async (request) => {
      const state = budgetsOf(request.account);
      for (const budget of request.budgets) if (!state.has(budget.name)) state.set(budget.name, new Map());
      return Promise.resolve(book(state, request, clock.now(), 0));
    },
    complete: async (account, budgets, permitId) => {
      for (const { name, windowMs } of budgets) {
        const slots = budgetsOf(account).get(name);
        if (slots !== undefined) complete(slots, windowMs, permitId, clock.now());
      }
      return Promise.resolve();
    },
    cancel: async (account, budgets, permitId) => {
      for (const { name } of budgets) budgetsOf(account).get(name)?.delete(permitId);
      return Promise.resolve();
    },
  };
};
