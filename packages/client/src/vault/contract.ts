/** Whose token: the whole identity, so that no two of them can be mixed up. */
export interface Identity {
  readonly broker: string;
  readonly environment: 'real' | 'paper';
  readonly keyId: string;
  readonly purpose: Purpose;
}

/** What a token opens: REST calls, or a WebSocket where the broker has another key for that (KIS, `approval_key`). */
export type Purpose = 'rest' | 'websocket';

/** Whose quota: the account in the ledger, in notices and in records. */
export const identityText = ({ broker, environment, keyId }: Identity): string => `${broker}:${environment}:${keyId}`;

/** Whose token: quota is shared by all purposes of a key, tokens are not. */
export const identityKey = (identity: Identity): string => `${identityText(identity)}:${identity.purpose}`;

/** One shared token. Instants are UTC epoch milliseconds. */
export interface TokenRecord {
  readonly token: string;
  readonly expiresAt: number;
  /** Counts the issues of this identity: a call that fails with generation g asks for one newer than g. */
  readonly generation: number;
  /** Process that asked the broker, `host:pid`. */
  readonly issuedBy: string;
  readonly issuedAt: number;
}

/** Why the broker would not issue; kept for a minute so that the others need not ask as well. */
export interface Refusal {
  readonly brokerCode: string;
  readonly brokerMessage: string;
  readonly remedy: string;
}

export type VaultEntry =
  | { readonly kind: 'token'; readonly record: TokenRecord }
  /** `standing`: the token that is stored beside the refusal; it may still be good, for others than who asked. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly standing?: TokenRecord }
  | { readonly kind: 'dead'; readonly generation: number; readonly until: number }
  /** Revoked by hand: its text is gone, and known again by its digest. */
  | { readonly kind: 'revoked'; readonly generation: number; readonly digest: string; readonly issuedAt: number }
  | { readonly kind: 'none' };

/** The token that is stored, also while a refusal stands beside it. */
export const recordOf = (entry: VaultEntry): TokenRecord | undefined => {
  if (entry.kind === 'token') return entry.record;
  return entry.kind === 'refused' ? entry.standing : undefined;
};

/** Counts the issues of an identity: 0 before the first one. */
export const generationOf = (entry: VaultEntry): number => {
  const record = recordOf(entry);
  if (record !== undefined) return record.generation;
  return entry.kind === 'dead' || entry.kind === 'revoked' ? entry.generation : 0;
};

/** A trace of somebody outside the hub who asks for tokens of the same key. Instants are UTC epoch ms. */
export type ForeignIssue = { readonly seenAt: number } &
  /** The broker had issued one within its minute, in its own words. */
  (
    | { readonly how: 'limit'; readonly brokerMessage: string }
    /** The broker handed out a token that it had made at `issuedAt`, when nobody of ours asked. */
    | { readonly how: 'same-token'; readonly issuedAt: number }
  );

/** `go`: this process alone may ask the broker now. `wait`: somebody asked within the broker's minute. */
export type IssueAnswer = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly forMs: number };

/**
 * Where tokens are kept for all processes. Rejects with HUB_REDIS_UNREACHABLE when it is away, with HUB_VAULT_KEY when
 * a record cannot be decrypted.
 */
export interface TokenStore {
  read(identity: Identity): Promise<VaultEntry>;
  /**
   * Starts the cooldown (before the request, so that it survives a crash), unless one is running. `attempt` names it among all
   * that anybody ever starts.
   */
  beginIssue(identity: Identity, cooldownMs: number, attempt: string): Promise<IssueAnswer>;
  /** Sets the cooldown to end in `cooldownMs`: the broker has counted the request by now. Never shortens that of another attempt. */
  settleIssue(identity: Identity, cooldownMs: number, attempt: string): Promise<void>;
  /** Stores and announces, if the stored generation is still `readGeneration`. False: a newer one is there. */
  save(identity: Identity, record: TokenRecord, readGeneration: number): Promise<boolean>;
  /** Announces that the broker refuses, and remembers it for `forMs`, unless another generation than the one read is stored. */
  refuse(identity: Identity, refusal: Refusal, forMs: number, readGeneration: number): Promise<void>;
  /** Announces that the token of this generation is dead, and remembers it until then. */
  bury(identity: Identity, generation: number, until: number): Promise<void>;
  /** A token was revoked: forgets its text if that generation is still the stored one. False: another one is there. */
  forget(identity: Identity, generation: number, digest: string): Promise<boolean>;
  /** How often a process was let go between two instants (UTC epoch ms); the last two days are remembered. */
  attemptsBetween(identity: Identity, from: number, to: number): Promise<number>;
  /** Remembers for two days that somebody outside the hub asks for tokens. */
  noteForeign(identity: Identity, issue: ForeignIssue): Promise<void>;
  foreign(identity: Identity): Promise<ForeignIssue | undefined>;
  /** Tokens that were issued to any process since then (UTC epoch ms); at least the last day is remembered. */
  issuesSince(identity: Identity, since: number): Promise<number>;
  /** Calls back when something was announced for this identity. */
  watch(identity: Identity, changed: () => void): Promise<() => void>;
}

/** Decides which process asks the broker. Waiters never queue on it: they wait for the announcement. */
export interface TokenLock {
  /** Tries once. The returned function releases; undefined: somebody else holds it. Never rejects on contention. */
  tryAcquire(identity: Identity, lifetimeMs: number): Promise<(() => Promise<void>) | undefined>;
}

export interface Vault {
  /**
   * A token that is good for now, newer than `newerThan` if given. Waits for whoever is issuing one; that wait is not
   * part of a request's deadline. Rejects with HUB_TOKEN_REFUSED, HUB_TOKEN_DEAD, HUB_REDIS_UNREACHABLE, HUB_ABORTED.
   */
  token(identity: Identity, options: { newerThan?: number; signal: AbortSignal }): Promise<TokenRecord>;
  /** The freshest copy that this process knows, without waiting. */
  peek(identity: Identity): TokenRecord | undefined;
  close(): Promise<void>;
}

/**
 * Asks the broker for a token: one POST through the ledger. Rejects with a HubError, with IssueTooSoon, or with
 * IssueNotSent when nothing can have arrived at the broker.
 */
export type IssueToken = (
  identity: Identity,
  signal: AbortSignal,
) => Promise<{
  readonly token: string;
  readonly expiresAt: number;
  /** When the broker made it, where the token tells. */
  readonly issuedAt?: number;
}>;

/** Thrown by `issue` when the broker says that a token was issued within its minute (EGW00133). */
export class IssueTooSoon extends Error {
  constructor(readonly brokerMessage: string) {
    super(brokerMessage);
    this.name = 'IssueTooSoon';
  }
}

/** Thrown by `issue` when the request never left: the broker's minute has not begun. */
export class IssueNotSent extends Error {
  override readonly name = 'IssueNotSent';

  constructor(cause: unknown) {
    super('the token request was not sent', { cause });
  }
}
