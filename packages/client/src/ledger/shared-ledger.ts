import { randomUUID } from 'node:crypto';

import { CallAborted, HubClosed, LedgerLost, PermitExpired } from '../error/index.js';
import { sleep, sleepUntil, type Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import type { Budget, Ledger, Permit, PermitRequest, SlotStore } from './contract.js';
import { TurnQueue, type Grant, type Outcome } from './turn-queue.js';

/** How long the shared account may be away before waiting callers are told so. */
const awayPatienceMs = 15_000;

/** A hold that lasts longer than this is worth a word to the user. */
const noticeableMs = 1_000;

export interface SharedLedgerOptions {
  readonly store: SlotStore;
  readonly clock: Clock;
  readonly notify: Notify;
}

/** Waits for slots of a store: one head per account and set of budgets is booked at a time. */
export const sharedLedger = (options: SharedLedgerOptions): Ledger => new SharedLedger(options);

class SharedLedger implements Ledger {
  readonly #options: SharedLedgerOptions;
  readonly #pumps = new Map<string, Pump>();
  readonly #end = new AbortController();

  constructor(options: SharedLedgerOptions) {
    this.#options = options;
  }

  async acquire(request: PermitRequest): Promise<Permit> {
    if (this.#end.signal.aborted) throw new HubClosed();
    if (request.signal.aborted) throw abortReason(request.signal);
    const key = `${request.account} ${request.budgets.map(({ name, limit }) => `${name}=${String(limit)}`).join(' ')}`;
    let pump = this.#pumps.get(key);
    if (pump === undefined) {
      pump = new Pump(request.account, request.budgets, this.#options, this.#end.signal);
      this.#pumps.set(key, pump);
    }
    return pump.acquire(request);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all([...this.#pumps.values()].map((pump) => pump.close()));
    this.#pumps.clear();
  }
}

const abortReason = (signal: AbortSignal): CallAborted => new CallAborted({ cause: signal.reason });

/** The waiters of one account and set of budgets, and the loop that books their slots. */
class Pump {
  readonly #queue = new TurnQueue();
  #running: Promise<void> | undefined;
  #reached = false;

  constructor(
    private readonly account: string,
    private readonly budgets: readonly Budget[],
    private readonly options: SharedLedgerOptions,
    private readonly ended: AbortSignal,
  ) {}

  acquire(request: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#queue.remove(waiter);
        reject(abortReason(request.signal));
      };
      const settle = (outcome: Outcome): void => {
        request.signal.removeEventListener('abort', onAbort);
        if (outcome.kind === 'granted') resolve(this.#permit(outcome.grant));
        else reject(outcome.error);
      };
      request.signal.addEventListener('abort', onAbort, { once: true });
      const waiter = this.#queue.add(request, this.options.clock.monotonic(), settle);
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Let the callers of this tick line up first, so that the most urgent of them is the head.
    await Promise.resolve();
    let awaySince: number | undefined;
    try {
      while (this.#queue.head !== undefined && !this.ended.aborted) {
        try {
          await this.#grantNext(this.#queue.longestLeaseMs);
          awaySince = undefined;
        } catch (error) {
          awaySince = await this.#bear(error, awaySince);
        }
      }
      if (this.ended.aborted) this.#failAll(new HubClosed());
    } finally {
      // In the same tick as the last look at the queue: whoever comes now starts the loop anew.
      this.#running = undefined;
    }
  }

  /** Waits a little for a store that is away, or tells the callers. Returns since when it has been away. */
  async #bear(error: unknown, awaySince: number | undefined): Promise<number | undefined> {
    const { clock, notify } = this.options;
    const since = awaySince ?? clock.monotonic();
    const awayFor = clock.monotonic() - since;
    if (!this.#reached) {
      this.#failAll(error instanceof Error ? error : new LedgerLost({ cause: error }));
      return undefined;
    }
    const pauseMs = Math.min(2_000, 100 + awayFor);
    if (awayFor + pauseMs > awayPatienceMs) {
      this.#failAll(new LedgerLost({ cause: error }));
      return undefined;
    }
    if (awaySince === undefined) notify({ kind: 'ledger-away', forMs: awayPatienceMs });
    await sleep(clock, pauseMs, this.ended);
    return since;
  }

  async #grantNext(leaseMs: number): Promise<void> {
    const { store, clock, notify } = this.options;
    const permitId = randomUUID();
    // The store's "now" lies between these two readings: the lease counts from the earlier, the start from the later.
    const asked = clock.monotonic();
    const askedWall = clock.now();
    const answer = await store.book({ account: this.account, budgets: this.budgets, permitId, leaseMs });
    this.#reached = true;
    if (answer.kind === 'wait') {
      if (answer.reason === 'epoch' && answer.forMs > noticeableMs) {
        notify({ kind: 'ledger-hold', account: this.account, forMs: answer.forMs });
      }
      await sleep(clock, answer.forMs, this.ended);
      return;
    }
    const startsAt = clock.monotonic() + answer.inMs;
    await sleepUntil(clock, startsAt, this.ended);
    // Whoever is most urgent now takes the slot, which need not be the one it was booked for.
    const waiter = this.ended.aborted ? undefined : this.#queue.head;
    if (waiter === undefined || waiter.request.leaseMs > leaseMs) {
      // Nobody is left, or a call came that may take longer than the slot is leased for: it gets one of its own.
      this.#giveUp(permitId);
      return;
    }
    this.#queue.remove(waiter);
    notify({ kind: 'permit', account: this.account, at: clock.now() });
    // The caller's own deadline, within the lease that was booked.
    const ownMs = Math.min(waiter.request.leaseMs, asked + answer.inMs + leaseMs - clock.monotonic());
    const grant: Grant = {
      permitId,
      startsAt,
      deadline: clock.monotonic() + ownMs,
      wallDeadline: Math.min(askedWall + answer.inMs + leaseMs, clock.now() + ownMs),
    };
    waiter.settle({ kind: 'granted', grant });
  }

  #failAll(error: Error): void {
    for (let waiter = this.#queue.take(); waiter !== undefined; waiter = this.#queue.take()) {
      waiter.settle({ kind: 'failed', error });
    }
  }

  #permit(grant: Grant): Permit {
    const { store, clock } = this.options;
    let state: 'booked' | 'sent' | 'over' = 'booked';
    return {
      claim: () => {
        const left = Math.min(grant.deadline - clock.monotonic(), grant.wallDeadline - clock.now());
        if (state !== 'booked' || left <= 0) {
          if (state === 'booked') this.#giveUp(grant.permitId);
          state = 'over';
          throw new PermitExpired();
        }
        state = 'sent';
        return left;
      },
      complete: () => {
        if (state !== 'sent') return;
        state = 'over';
        // If the word is lost, the slot stays busy until its lease ends: late, never early.
        store.complete(this.account, this.budgets, grant.permitId).catch(() => undefined);
      },
      cancel: () => {
        if (state !== 'booked') return;
        state = 'over';
        this.#giveUp(grant.permitId);
      },
    };
  }

  #giveUp(permitId: string): void {
    this.options.store.cancel(this.account, this.budgets, permitId).catch(() => undefined);
  }
}
