import type { AccountSnapshot, AccountSpent, Budget, Priority } from './contract.js';

/** For whom permits are granted. */
export interface Spender {
  readonly priority: Priority;
  /** Its caller, or the member itself. */
  readonly flow: string;
}

/** Slots that were booked for one spender and taken by another one of the same process. */
export interface Moved {
  readonly from: Spender;
  readonly to: Spender;
  readonly count: number;
}

/** What a member has granted on its share since it started: in all, and up to its last word that was heard. */
export interface ShareTally extends Spender {
  readonly total: number;
  readonly before: number;
}

/** What a store has added up: `+` granted, `-` given back. A row may come several times. */
export interface RawSpent {
  readonly sinceMs: number;
  readonly rows: readonly (Spender & { readonly sign: '+' | '-'; readonly count: number })[];
}

export interface Entry {
  readonly permitId: string;
  readonly budgets: readonly Budget[];
}

/** A permit in the hand of its member. */
export interface Given extends Entry {
  readonly spender: Spender;
}

/** A permit whose answer has come. */
export interface Answered extends Entry {
  readonly agoMs: number;
}

/**
 * Where the account is kept. Answers at once and never sleeps; `ledger/shared-ledger` does the waiting. Rejects when the
 * account cannot be reached; a request whose reply was lost leaves at worst slots that are busy until their lease ends.
 */
export interface SlotStore {
  /** Registers a lane and grants what its turn allows. */
  acquire(account: string, request: SlotRequest): Promise<SlotReply>;
  /** Frees slots one window after their answer came. Unknown permits are a no-op. */
  complete(account: string, answered: readonly Answered[], moved?: readonly Moved[]): Promise<void>;
  /** Frees slots now: only of permits that were never sent. `lane`: its waiters have gone. */
  cancel(account: string, given: { readonly permits: readonly Given[]; readonly lane?: string }): Promise<void>;
  heartbeat(account: string, beat: Beat): Promise<BeatReply>;
  narrow(account: string, budget: Budget, told?: number): Promise<void>;
  snapshot(account: string): Promise<AccountSnapshot>;
  /** Who spent how much in the last `sinceMs`. */
  spent(account: string, sinceMs: number): Promise<AccountSpent>;
  /** The accounts that any process spends from, or did within a day. */
  accounts(): Promise<readonly string[]>;
  /** Tells of lanes that should come now (`come`, their key) and of what else happens to the account. */
  watch(account: string, listener: (message: StoreMessage) => void): Promise<() => void>;
  /** Resolves when the store answers. Tells it nothing. */
  reach(): Promise<void>;
  /** Names the memory that the store has now; another one may have forgotten what was granted. */
  epoch(): Promise<string>;
}

export type StoreMessage =
  /** A member has come or gone, so the shares are to be dealt anew. */
  | { readonly kind: 'members' }
  | { readonly kind: 'come'; readonly lane: string }
  | { readonly kind: 'narrowed'; readonly budget: string; readonly limit: number; readonly told: boolean };

/** Stops a command that arrives too late from changing anything: the latest instant of the store's clock, if known. */
interface Dated {
  readonly member: string;
  readonly notAfter?: number;
}

export interface SlotRequest extends Dated {
  /** `member/number`. */
  readonly lane: string;
  readonly budgets: readonly Budget[];
  readonly priority: Priority;
  readonly flow: string;
  readonly weight: number;
  /** How long the waiter at the head has been there. */
  readonly waitedMs: number;
  readonly want: number;
  /** Number of the first permit to grant; their ids are `member.number`, counting up. */
  readonly first: number;
  /** How many to grant at most. */
  readonly most: number;
  readonly leaseMs: number;
  /** How far ahead this lane wants to book; at most `protocol.horizonMs`. */
  readonly horizonMs: number;
  /** Completed before anything else, whatever the reply: what `complete` would say in a word of its own. */
  readonly answered?: readonly Answered[];
  /** Likewise. */
  readonly moved?: readonly Moved[];
}

/**
 * `granted`: permits by the time until each starts, and when to come back for the rest. `stale`: it came too late.
 * `unknown`: the store does not know this member, which must be heard first. `at` is the store's clock.
 */
export type SlotReply =
  | {
      readonly kind: 'granted';
      readonly at: number;
      readonly startsInMs: readonly number[];
      readonly comeInMs?: number;
      /** At least half of the slots are free: there is no need to be sparing. */
      readonly ample: boolean;
      readonly held: boolean;
    }
  | { readonly kind: 'stale' | 'unknown'; readonly at: number };

export interface Beat extends Dated {
  /** Which process that is, in terms of its machine: others there can tell whether it still runs. */
  readonly host: string;
  /** The share that the member holds, as far as it knows. */
  readonly share: { readonly low: number; readonly high: number };
  /** A share of an earlier memory of the store that is given back. */
  readonly returned?: { readonly low: number; readonly high: number };
  /** What the member believes of the limits that it spends from. */
  readonly limits: readonly Budget[];
  /** Permits that were granted on the share, and for how long each still takes its slots. */
  readonly spent: readonly (Entry & { readonly endsInMs: number })[];
  /** How much was granted on the share, and to whom. */
  readonly onShare?: readonly ShareTally[];
  /** Holds to keep alive. */
  readonly holds: readonly Entry[];
  /** Members of this machine that run no more. */
  readonly gone: readonly string[];
  /** The member was heard before: a store that does not know it has lost its memory, and changes nothing. */
  readonly again?: boolean;
  readonly leave: boolean;
}

export type BeatReply =
  | {
      readonly kind: 'heard';
      readonly at: number;
      readonly share: { readonly low: number; readonly high: number };
      /** The limits that grants go by now, by the name of the budget. */
      readonly limits: Readonly<Record<string, number>>;
      /** Ids of holds that belong to somebody else by now. */
      readonly lost: readonly string[];
      /** Members that have fallen silent, with the process that each is. */
      readonly silent: readonly { readonly member: string; readonly host: string }[];
    }
  | { readonly kind: 'stale' | 'unknown'; readonly at: number };
