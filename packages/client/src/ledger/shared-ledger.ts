import { CallAborted, CallInvalid, HubClosed } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import { alone, type Neighbourhood } from '../runtime/neighbourhood.js';
import type { Notify } from '../runtime/notice.js';
import {
  protocol as protocolInUse,
  type AccountSnapshot,
  type AccountSpent,
  type Budget,
  type Hold,
  type Ledger,
  type LedgerEvent,
  type Permit,
  type PermitRequest,
  type Protocol,
} from './contract.js';
import type { SlotStore } from './store-contract.js';
import { Membership } from './membership.js';
import { Waiter } from './waiter.js';

export interface SharedLedgerOptions {
  readonly store: SlotStore;
  readonly clock: Clock;
  readonly notify: Notify;
  /** How processes of this machine know each other; alone unless given. */
  readonly neighbourhood?: Neighbourhood;
  /** Must be the same in all processes. */
  readonly protocol?: Protocol;
}

/** Waits for slots of a store, as a member of every account that is asked for. */
export const sharedLedger = (options: SharedLedgerOptions): Ledger => new SharedLedger(options);

class SharedLedger implements Ledger {
  readonly #options: SharedLedgerOptions;
  readonly #members = new Map<string, Membership>();
  readonly #listeners = new Set<(event: LedgerEvent) => void>();
  readonly #observed = new Map<string, Promise<() => void>>();
  #closed = false;

  constructor(options: SharedLedgerOptions) {
    this.#options = options;
  }

  async acquire(request: PermitRequest, ...others: readonly PermitRequest[]): Promise<Permit> {
    if (this.#closed) throw new HubClosed();
    const { signal, urgency } = request;
    if (signal.aborted) throw new CallAborted({ cause: signal.reason });
    for (const each of [request, ...others]) checkUnits(each);
    const { clock, notify } = this.#options;
    let stop: (() => void) | undefined;
    const granted = await new Promise<Permit>((resolve, reject) => {
      const waiter = new Waiter(clock.monotonic(), signal, resolve, reject);
      const enter = (each: PermitRequest): void => {
        this.#member(each.account)
          .line(each, urgency?.priority ?? each.priority)
          .enter(waiter, each);
      };
      stop = urgency?.onRaise(() => {
        if (waiter.done) return;
        waiter.leaveAll();
        for (const each of [request, ...others]) enter(each);
      });
      for (const each of [request, ...others]) if (!waiter.done) enter(each);
    }).finally(() => stop?.());
    if (request.early !== true) await begun(granted, signal);
    notify({ kind: 'permit', account: granted.account, at: clock.now() });
    return granted;
  }

  async hold(request: PermitRequest): Promise<Hold> {
    const { holdLeaseMs } = this.#options.protocol ?? protocolInUse;
    const permit = await this.acquire({ ...request, leaseMs: holdLeaseMs });
    const leaseMs = permit.claim();
    const member = this.#member(request.account);
    const hold = { permitId: permit.id, budgets: request.budgets, lost: new AbortController() };
    member.keep(hold, leaseMs);
    return {
      account: request.account,
      lost: hold.lost.signal,
      release: () => member.release(hold),
    };
  }

  async narrow(account: string, stock: Budget, told: number): Promise<void> {
    await this.#options.store.narrow(account, stock, told);
  }

  snapshot(account: string): Promise<AccountSnapshot> {
    return this.#options.store.snapshot(account);
  }

  spent(account: string, sinceMs: number): Promise<AccountSpent> {
    return this.#options.store.spent(account, sinceMs);
  }

  accounts(): Promise<readonly string[]> {
    return this.#options.store.accounts();
  }

  async observe(account: string): Promise<void> {
    if (this.#closed) throw new HubClosed();
    const watching =
      this.#observed.get(account) ??
      this.#options.store.watch(account, (message) => {
        if (message.kind === 'narrowed') this.#tell({ ...message, account });
      });
    this.#observed.set(account, watching);
    try {
      await watching;
    } catch (error) {
      this.#observed.delete(account);
      throw error;
    }
  }

  listen(listener: (event: LedgerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#members.values()].map((member) => member.close()));
    this.#members.clear();
    for (const watching of this.#observed.values())
      void watching.then(
        (stop) => {
          stop();
        },
        () => undefined,
      );
  }

  #tell(event: LedgerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #member(account: string): Membership {
    let member = this.#members.get(account);
    if (member === undefined) {
      const { store, clock, notify, neighbourhood = alone, protocol = protocolInUse } = this.#options;
      const tell = (event: LedgerEvent): void => {
        // What is observed is told once.
        if (event.kind !== 'narrowed' || !this.#observed.has(account)) this.#tell(event);
      };
      member = new Membership(account, { store, clock, notify, neighbourhood, protocol, tell });
      this.#members.set(account, member);
    }
    return member;
  }
}

/** Whoever gave up in the last moment leaves nothing booked. */
const begun = async (permit: Permit, signal: AbortSignal): Promise<void> => {
  await permit.begun();
  if (!signal.aborted) return;
  permit.cancel();
  throw new CallAborted({ cause: signal.reason });
};

/** Slots that do not exist would be waited for in vain. */
const checkUnits = ({ account, budgets }: PermitRequest): void => {
  for (const { name, limit, units = 1 } of budgets) {
    if (Number.isInteger(units) && units >= 1 && units <= limit) continue;
    throw new CallInvalid(
      `${account}: ${String(units)} units of "${name}" at once, of which there are ${String(limit)}`,
      'Ask for 1 unit up to the whole limit.',
    );
  }
};
