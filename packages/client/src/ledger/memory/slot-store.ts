import type { Clock } from '../../runtime/clock.js';
import { acquire, cancel, completeAll, refuse, snapshot } from '../arithmetic/account.js';
import { heartbeat } from '../arithmetic/heartbeat.js';
import { moveSpent, spentSince } from '../arithmetic/spending.js';
import { newAccount, type Account } from '../arithmetic/state.js';
import { protocol as protocolInUse, type Protocol } from '../contract.js';
import type { Answered, Moved, SlotStore, StoreMessage } from '../store-contract.js';
import { snapshotOf } from '../snapshot.js';
import { spentOf } from '../spent.js';

/** Slots within one process, on its clock: for unit tests of code that uses the hub. `since`: it forgot what was before. */
export const memorySlotStore = (
  clock: Pick<Clock, 'now'>,
  protocol: Protocol = protocolInUse,
  since?: number,
): SlotStore => {
  const accounts = new Map<string, Account>();
  const listeners = new Map<string, Set<(message: StoreMessage) => void>>();
  const accountOf = (name: string): Account => {
    const account = accounts.get(name) ?? newAccount(since);
    accounts.set(name, account);
    return account;
  };
  const tell = (name: string, messages: readonly StoreMessage[]): void => {
    for (const message of messages) for (const listener of listeners.get(name) ?? []) listener(message);
  };
  const come = (lanes: readonly string[]): StoreMessage[] => lanes.map((lane) => ({ kind: 'come', lane }));
  const complete = (name: string, answered: readonly Answered[] = [], moved: readonly Moved[] = []): void => {
    tell(name, come(completeAll(accountOf(name), answered, clock.now())));
    moveSpent(accountOf(name).spending, moved, clock.now());
  };
  /** In a later turn of the event loop, as over a wire. */
  const later = async <T>(answer: () => T): Promise<T> => {
    await Promise.resolve();
    return answer();
  };
  return {
    acquire: (name, request) =>
      later(() => {
        complete(name, request.answered, request.moved);
        return acquire(accountOf(name), request, clock.now(), protocol);
      }),
    complete: (name, answered, moved) =>
      later(() => {
        complete(name, answered, moved);
      }),
    cancel: (name, given) =>
      later(() => {
        tell(name, come(cancel(accountOf(name), given, clock.now())));
      }),
    heartbeat: (name, beat) =>
      later(() => {
        const account = accountOf(name);
        const before = account.memberChanges;
        const reply = heartbeat(account, beat, clock.now(), protocol);
        if (account.memberChanges !== before) tell(name, [{ kind: 'members' }]);
        return reply;
      }),
    narrow: (name, budget, told) =>
      later(() => {
        const limit = refuse(accountOf(name), budget, told, clock.now());
        if (limit !== undefined)
          tell(name, [{ kind: 'narrowed', budget: budget.name, limit, told: told !== undefined }]);
      }),
    snapshot: (name) => later(() => snapshotOf(name, snapshot(accountOf(name), clock.now(), protocol))),
    spent: (name, sinceMs) => later(() => spentOf(name, spentSince(accountOf(name).spending, sinceMs, clock.now()))),
    accounts: () => later(() => [...accounts.keys()].sort()),
    watch: async (name, listener) => {
      const watching = listeners.get(name) ?? new Set();
      listeners.set(name, watching.add(listener));
      return Promise.resolve(() => {
        watching.delete(listener);
      });
    },
    reach: () => Promise.resolve(),
    epoch: () => Promise.resolve('memory'),
  };
};
