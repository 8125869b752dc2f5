/**
 * How urgent a call is. The classes stand for patience: a waiter's virtual deadline is the moment it came to the head of
 * its line plus the patience of its class, and the earliest virtual deadline goes first.
 */
export const priorities = ['order', 'realtime', 'interactive', 'backfill'] as const;
/** A class of urgency, the most urgent first: `order`, `realtime`, `interactive`, `backfill`. See `patienceMs`. */
export type Priority = (typeof priorities)[number];

/** Patience per class, ms: how much later a call of that class may count as having come. */
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

/** Constants of the protocol between all processes that share an account. See docs/guide/quota.md for what each rests on. */
export interface Protocol {
  /** How far ahead a slot may be booked. Longer would tie calls to slots that a more urgent call should get. */
  readonly horizonMs: number;
  /** The longest lease of a permit: no request arrives after it. */
  readonly maxDeadlineMs: number;
  /** A process lets itself be heard at least so often. */
  readonly beatMs: number;
  /** Nothing of a process is lent to others any more once it has been silent for so long. */
  readonly overdueMs: number;
  /** A command that reaches the server later than this after it was sent changes nothing. */
  readonly validMs: number;
  /** How long a process may spend its safe share after its last acknowledged word. */
  readonly shareLeaseMs: number;
  /** Shares are dealt of this part of a limit; the rest is lent even after all memory was lost. */
  readonly sharedPart: number;
  /** Longer windows have no safe share: what was lent of it would take too long to drain. */
  readonly shareWindowMs: number;
  /** How long something that is held (a session, a registration) stays taken when its holder falls silent. */
  readonly holdLeaseMs: number;
  /** How long the turn of a waiter is kept that has not come for it. */
  readonly graceMs: number;
}

/** The constants in force. Every time is in ms. */
export const protocol: Protocol = {
  horizonMs: 200,
  maxDeadlineMs,
  beatMs: 1_000,
  overdueMs: 2_500,
  validMs: 1_000,
  shareLeaseMs: 60_000,
  sharedPart: 0.8,
  shareWindowMs: 1_000,
  holdLeaseMs: 30_000,
  graceMs: 100,
};

/** After so long nothing that was granted before can arrive any more, nor count in a window of `shareWindowMs`. */
export const drainMs = ({ horizonMs, maxDeadlineMs: deadlineMs, shareWindowMs }: Protocol): number =>
  horizonMs + deadlineMs + shareWindowMs;

/**
 * One line of the ledger that a call spends from: at most `limit` arrivals in any window of `windowMs`. With a window of
 * 0 it is a stock: at most `limit` are held at a time, each until it is given back (`session`, `registration`).
 */
export interface Budget {
  /** Unique within its account: `total`, `tr:<api-id>` … */
  readonly name: string;
  /** A whole number, 1 at least. */
  readonly limit: number;
  /** ms; 0 for a stock. */
  readonly windowMs: number;
  /** How many slots one permit takes; 1 unless said otherwise. */
  readonly units?: number;
}

/** A class that may become more urgent while its call waits, because somebody in a greater hurry joined it. */
export interface Urgency {
  readonly priority: Priority;
  /** Calls back when `priority` has changed; the returned function stops that. */
  onRaise(listener: () => void): () => void;
}

/** What `Ledger.acquire` and `Ledger.hold` are asked for. */
export interface PermitRequest {
  /** Whose quota: `broker:environment:keyId`. */
  readonly account: string;
  /** Taken from every budget or from none. */
  readonly budgets: readonly Budget[];
  /** How long the request may take from its grant until its socket is reset, ms; at most `maxDeadlineMs`. */
  readonly leaseMs: number;
  /** How urgent it is. */
  readonly priority: Priority;
  readonly urgency?: Urgency;
  /** Whose share of its class the call spends; that of this process when it is left out. */
  readonly caller?: string;
  /** The caller's weight among the callers of a class; 1 unless said otherwise. */
  readonly weight?: number;
  /** For a caller that has to get ready: it has its permit up to `earlyMs` before the start, and waits for `begun` itself. */
  readonly early?: boolean;
  /** Ends the wait; nothing stays booked. */
  readonly signal: AbortSignal;
}

/** A caller that gets ready has its permit so long before the start. */
export const earlyMs = 2;

/** Leave to send one request now. */
export interface Permit {
  /** Names it among all permits of the account. */
  readonly id: string;
  /** Whose quota it is. */
  readonly account: string;
  /** Resolves when the request may leave: at once, unless the permit was asked for `early`. Never rejects. */
  begun(): Promise<void>;
  /**
   * To be called at the last moment before the bytes leave, and not before `begun`. Returns the milliseconds that are left of the lease; from
   * then on the permit counts as sent. Throws HUB_PERMIT_EXPIRED when the lease has ended by either clock, or has not begun;
   * the permit is given up then.
   */
  claim(): number;
  /** The broker's answer has begun to arrive: the slot is busy for one more window. Never rejects. */
  complete(): void;
  /** The request did not leave: the slot is free at once. A no-op after `claim`. Never rejects. */
  cancel(): void;
  /** The broker refused this call as one too many: the budget narrows for everybody. Never rejects. */
  refused(budget: string, told?: number): void;
}

/** Something of a stock that is held until it is given back, and kept alive meanwhile. */
export interface Hold {
  /** Whose quota it is. */
  readonly account: string;
  /** Aborts when the hold was lost: whoever relies on it must stop before anybody else may take it. */
  readonly lost: AbortSignal;
  /** Gives it back. Safe to call twice. */
  release(): Promise<void>;
}

/** Shares the quota of every account among all processes that spend from it. */
export interface Ledger {
  /**
   * Waits for its turn. Of several requests, one per account that would do, it takes the one that comes first and leaves
   * nothing of the others. Rejects with HUB_ABORTED when the signal aborts (nothing stays booked), with HUB_LEDGER_LOST
   * when the shared account is away for too long, with HUB_REDIS_UNREACHABLE when it could not be reached at all.
   */
  acquire(request: PermitRequest, ...others: readonly PermitRequest[]): Promise<Permit>;
  /** Like `acquire`, for budgets that are stocks, or for `occupancy` of a window: kept until it is released. Rejects likewise. */
  hold(request: PermitRequest): Promise<Hold>;
  /** The broker lets this account have no more than `told` of a stock: everybody goes by that. Rejects like `snapshot`. */
  narrow(account: string, stock: Budget, told: number): Promise<void>;
  /** What the shared account says now. Spends nothing; rejects with HUB_REDIS_… when the gatekeeper does not serve it. */
  snapshot(account: string): Promise<AccountSnapshot>;
  /** Who spent how much in the last `sinceMs` (a day at most). Spends nothing; rejects like `snapshot`. */
  spent(account: string, sinceMs: number): Promise<AccountSpent>;
  /** The accounts that any process spends from, or did within a day. Rejects like `snapshot`. */
  accounts(): Promise<readonly string[]>;
  /** From now on `listen` also tells what other processes do to this account, though nothing is spent from it here. */
  observe(account: string): Promise<void>;
  /** Told of what happens to the accounts that this process spends from; the returned function stops that. */
  listen(listener: (event: LedgerEvent) => void): () => void;
  /** Waiters end with HUB_ABORTED or HUB_CLOSED, and what is held is given back. */
  close(): Promise<void>;
}

/** What happened to an account, and why. Instants are UTC epoch ms of this machine. */
export type LedgerEvent =
  /** The broker refused a call as one too many. `limit` of a window of `budget`; `told`: the broker named that figure. */
  | {
      readonly kind: 'narrowed';
      readonly account: string;
      readonly budget: string;
      readonly limit: number;
      readonly told: boolean;
    }
  /** The gatekeeper may have lost its memory: nothing is granted for so long, ms. */
  | { readonly kind: 'hold'; readonly account: string; readonly forMs: number }
  /** The gatekeeper does not answer. */
  | { readonly kind: 'away'; readonly account: string }
  /** It is still away: this process spends its safe share, until then at most. */
  | { readonly kind: 'on-share'; readonly account: string; readonly untilMs: number }
  /** It answers again. */
  | { readonly kind: 'back'; readonly account: string };

/** One account as the shared ledger sees it. Times are ms from now. */
export interface AccountSnapshot {
  /** `broker:environment:keyId`. */
  readonly account: string;
  /** One per line that was ever spent from. */
  readonly budgets: readonly BudgetSnapshot[];
  /** Waiting calls per class. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Waiting calls per caller; processes that name no caller appear by their own id. */
  readonly callers: Readonly<Record<string, number>>;
  /** The processes that spend from it. */
  readonly members: readonly MemberSnapshot[];
  /** How long nothing is granted because the server may have forgotten what was granted before; 0 normally. */
  readonly heldForMs: number;
}

/** One line of an account: slots per window. */
export interface BudgetSnapshot {
  readonly name: string;
  /** ms; 0 for a stock. */
  readonly windowMs: number;
  /** The smallest limit that a live process is configured with. */
  readonly configured: number;
  /** What refusals of the broker taught, and how; absent when it never refused. */
  readonly learned?: { readonly limit: number; readonly agoMs: number; readonly why: 'refused' | 'told' };
  /** The limit that grants go by. */
  readonly inUse: number;
  /** Slots whose request is booked or under way. */
  readonly used: number;
  /** Slots whose answer has come less than one window ago. */
  readonly cooling: number;
  /** Slots kept for processes that cannot be heard. */
  readonly reserved: number;
}

/** One process that spends from an account. */
export interface MemberSnapshot {
  /** Drawn at its start. */
  readonly id: string;
  /** Since it was heard last, ms. */
  readonly silentMs: number;
  /** Its safe share, as a part of what is shared (0 to 1). */
  readonly share: number;
}

/** Who spent how much of an account. Added up where slots are granted, by the same scripts: nothing is left out. */
export interface AccountSpent {
  /** `broker:environment:keyId`. */
  readonly account: string;
  /** How far back the sums reach, ms: what was asked for, and up to ten seconds more. */
  readonly sinceMs: number;
  /** The biggest spender first. */
  readonly rows: readonly SpentRow[];
}

/** The permits of one caller in one class. Its calls are `granted - givenBack`, each try of a call being one. */
export interface SpentRow {
  /** Its label or the name in its token; processes that name no caller appear by their own id. */
  readonly caller: string;
  readonly priority: Priority;
  /** What was granted on safe shares is in it once the gatekeeper is back. */
  readonly granted: number;
  /** What was never sent: its caller gave up, or its lease ended before. */
  readonly givenBack: number;
}
