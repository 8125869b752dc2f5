import type { Priority } from '../ledger/contract.js';

/** Constants of the protocol between all processes that join each other's calls. */
export const coalescing = {
  /** A leader that has not been heard for so long has died: the others elect another one. */
  leaseMs: 3_000,
  /** It lets itself be heard at least so often. */
  renewMs: 1_000,
  /** How long an answer is kept for those who have not fetched it yet. */
  keptMs: 5_000,
  /** Longer answers do not go through Redis: whoever waits for one makes the call itself. */
  mostBytes: 1_048_576,
} as const;

/**
 * What a round ended with. `told`: the answer, or the broker's refusal, as text. `large`: an answer that is too long to be
 * passed on. `failed`: nothing that concerns the others; they elect another leader.
 */
export type Outcome =
  { readonly kind: 'told'; readonly text: string } | { readonly kind: 'large' } | { readonly kind: 'failed' };

/** `lead`: make the call. `follow`: that round makes it; its leader is alive for at least `forMs` more. */
export type Seat =
  { readonly kind: 'lead' } | { readonly kind: 'follow'; readonly round: string; readonly forMs: number };

export type RoundState =
  | { readonly kind: 'running'; readonly forMs: number }
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'gone' };

export type RoundMessage =
  | { readonly kind: 'raise'; readonly round: string; readonly priority: Priority }
  | { readonly kind: 'over'; readonly round: string };

/**
 * Where the processes that ask the same question find each other. A question is the digest of a call; a round is one call
 * that answers it, named `inbox/number` by its leader. Every promise rejects with HUB_REDIS_… when the store is away:
 * then nobody joins anybody, and every call is made.
 */
export interface RoundStore {
  /** Follows the open round of the question, raised to this priority if need be; or leads `round` where there is none. */
  join(question: string, round: string, priority: Priority): Promise<Seat>;
  /** The leader is alive. False: the round is not known any more. */
  renew(question: string, round: string): Promise<boolean>;
  /** Nobody may join any more. How many follow; undefined: the round is not known any more. */
  close(question: string, round: string): Promise<number | undefined>;
  /** Tells everybody who follows. Unknown rounds are a no-op. */
  settle(question: string, round: string, outcome: Outcome): Promise<void>;
  look(question: string, round: string): Promise<RoundState>;
  /** Hears of the rounds that this inbox leads (`raise`) and follows (`over`). Messages may be lost: look now and then. */
  listen(inbox: string, listener: (message: RoundMessage) => void): Promise<() => void>;
}
