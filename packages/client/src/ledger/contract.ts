/**
 * How urgent a call is. The classes stand for patience: a call's virtual deadline is its arrival plus
 * the patience of its class, and the earliest virtual deadline goes first.
 */
export type Priority = 'order' | 'realtime' | 'interactive' | 'backfill';

/** Patience per class in milliseconds. */
export const patienceMs = {
  order: 0,
  realtime: 250,
  interactive: 1_000,
  backfill: 30_000,
} as const satisfies Record<Priority, number>;

/**
 * The longest time between the grant of a permit and the moment after which its request cannot arrive any more,
 * because the socket is reset. A constant of the protocol between all processes: the epoch rule counts on it.
 */
export const maxDeadlineMs = 10_000;

/** One line of the ledger that a call spends from: at most `limit` arrivals in any window of `windowMs`. */
export interface Budget {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

export interface PermitRequest {
  /** Whose quota: `broker:environment:keyId`. */
  readonly account: string;
  /** Taken from every budget or from none. */
  readonly budgets: readonly Budget[];
  /** How long the request may take from its grant until its socket is reset; at most `maxDeadlineMs`. */
  readonly leaseMs: number;
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** Leave to send one request now. */
export interface Permit {
  /**
   * To be called at the last moment before the bytes leave. Returns the milliseconds that are left of the lease; from
   * then on the permit counts as sent. Throws HUB_PERMIT_EXPIRED when the lease has ended by either clock; the permit is
   * given up then.
   */
  claim(): number;
  /** The broker's answer has begun to arrive: the slot is busy for one more window. Never rejects. */
  complete(): void;
  /** The request did not leave: the slot is free at once. A no-op after `claim`. Never rejects. */
  cancel(): void;
}

/** Shares the quota of every account among all processes that spend from it. */
export interface Ledger {
  /**
   * Waits for its turn, in the order of virtual deadlines within this process. Rejects with the reason of `signal` when
   * it aborts (nothing stays booked), with HUB_LEDGER_LOST when the shared account is away for too long, with
   * HUB_REDIS_UNREACHABLE when it could not be reached at all.
   */
  acquire(request: PermitRequest): Promise<Permit>;
  close(): Promise<void>;
}

/**
 * Where slots are kept. Answers at once and never sleeps; `ledger/shared-ledger` does the waiting. Rejects when the shared
 * account cannot be reached; a request whose reply was lost leaves at worst a slot that is busy until its lease ends.
 */
export interface SlotStore {
  book(request: SlotRequest): Promise<SlotAnswer>;
  /** Frees the slot one window from now, in every budget of the permit. Unknown permits are a no-op. */
  complete(account: string, budgets: readonly Budget[], permitId: string): Promise<void>;
  /** Frees the slot now. Only for permits that were never sent. */
  cancel(account: string, budgets: readonly Budget[], permitId: string): Promise<void>;
}

export interface SlotRequest {
  readonly account: string;
  readonly budgets: readonly Budget[];
  readonly permitId: string;
  readonly leaseMs: number;
}

/** `go`: the permit is booked and starts `inMs` from now. `wait`: nothing is booked, ask again in `forMs` at the latest. */
export type SlotAnswer =
  | { readonly kind: 'go'; readonly inMs: number }
  | { readonly kind: 'wait'; readonly forMs: number; readonly reason: 'full' | 'epoch' };
