import { randomUUID } from 'node:crypto';

import { HubClosed, isHubError, TokenDead, TokenRefused } from '../error/index.js';
import { maxDeadlineMs } from '../ledger/contract.js';
import { sleep, type Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import { jittered, type Random } from '../runtime/random.js';
import {
  generationOf,
  identityKey,
  identityText,
  recordOf,
  IssueNotSent,
  IssueTooSoon,
  type ForeignIssue,
  type Identity,
  type IssueToken,
  type Purpose,
  type TokenLock,
  type TokenRecord,
  type TokenStore,
  type Vault,
  type VaultEntry,
} from './contract.js';
import { tokenDigest } from './digest.js';
import { raceAbort, watcher } from './waiting.js';

export interface VaultTiming {
  /** A token is renewed this long before it expires; longer than any clock skew between machines. */
  readonly renewBeforeMs: number;
  /** The broker issues one token in this time (and a margin): the wait after an issue. */
  readonly cooldownMs: number;
  /** The longest time from the start of the cooldown until a token request can no longer arrive at the broker. */
  readonly issueDeadlineMs: number;
  /** The broker repeats the same token for this long after an issue. */
  readonly sameTokenMs: number;
}

export interface SharedVaultOptions {
  readonly store: TokenStore;
  readonly lock: TokenLock;
  readonly issue: IssueToken;
  readonly timing: (purpose: Purpose) => VaultTiming;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
  /** Names this process in records, `host:pid`. */
  readonly issuer: string;
}

/** A wait for a token that lasts longer than this is worth a word to the user. */
const noticeableMs = 1_500;

/** The lock outlives the request that it guards by the time of a few Redis commands. */
const lockMarginMs = 5_000;

/** Announcements can be lost with their connection: whoever waits for one looks at the record again so often. */
const lookEveryMs = 2_000;

/** Clocks of machines and of the broker differ, and a request may be on its way for a while: no guess within this time. */
const strangerMarginMs = 300_000;

/** Renewals are spread over this share of `renewBeforeMs`, so that processes do not come at once. */
const renewalJitter = 0.2;

interface KnownToken {
  readonly record: TokenRecord;
  /** Drawn once per token and process, so that not all of them come at once. */
  readonly renewAt: number;
}

/** Which token a search is for. */
interface Wanted {
  readonly newerThan: number;
  /** The broker rejected that generation; false: it is only old. */
  readonly rejected: boolean;
}

export const sharedVault = (options: SharedVaultOptions): Vault => new SharedVault(options);

class SharedVault implements Vault {
  readonly #options: SharedVaultOptions;
  readonly #known = new Map<string, KnownToken>();
  readonly #flights = new Map<string, Promise<TokenRecord>>();
  readonly #end = new AbortController();

  constructor(options: SharedVaultOptions) {
    this.#options = options;
  }

  peek(identity: Identity): TokenRecord | undefined {
    return this.#known.get(identityKey(identity))?.record;
  }

  async token(
    identity: Identity,
    { newerThan = 0, signal }: { newerThan?: number; signal: AbortSignal },
  ): Promise<TokenRecord> {
    const key = identityKey(identity);
    const known = this.#known.get(key);
    let rejected = newerThan > 0;
    if (known !== undefined && known.record.generation > newerThan) {
      const { record, renewAt } = known;
      const now = this.#options.clock.now();
      if (now < renewAt) return record;
      if (record.expiresAt > now + maxDeadlineMs) {
        // Still good: renew behind the caller's back. A failure shows when it has really expired.
        this.#flight(identity, { newerThan: record.generation, rejected: false }).catch(() => undefined);
        return record;
      }
      newerThan = record.generation;
      rejected = false;
    }
    return raceAbort(this.#flight(identity, { newerThan, rejected }), signal);
  }

  async close(): Promise<void> {
    this.#end.abort(new HubClosed());
    await Promise.allSettled(this.#flights.values());
  }

  /** One search per identity and asked generation in this process. */
  #flight(identity: Identity, wanted: Wanted): Promise<TokenRecord> {
    const key = `${identityKey(identity)} ${String(wanted.newerThan)} ${String(wanted.rejected)}`;
    const flying = this.#flights.get(key);
    if (flying !== undefined) return flying;
    const flight = this.#obtain(identity, wanted).finally(() => {
      this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  async #obtain(identity: Identity, wanted: Wanted): Promise<TokenRecord> {
    const { store, clock, notify } = this.#options;
    const changes = watcher();
    const unwatch = await store.watch(identity, changes.announce);
    try {
      for (;;) {
        if (this.#end.signal.aborted) throw new HubClosed();
        const changed = changes.next();
        const found = await this.#lookUp(identity, wanted.newerThan);
        if (found !== undefined) return found;
        const waitMs = await this.#tryIssue(identity, wanted);
        if (waitMs === 0) continue;
        const cancelNotice = clock.after(noticeableMs, () => {
          notify({ kind: 'token-wait', account: identityText(identity), forMs: waitMs - noticeableMs });
        });
        const late = await this.#wait(identity, wanted, { changed, waitMs }).finally(cancelNotice);
        if (late !== undefined) return late;
      }
    } finally {
      unwatch();
    }
  }

  /** Until something was announced, or so long; returns what turned up without a word. */
  async #wait(
    identity: Identity,
    { newerThan }: Wanted,
    { changed, waitMs }: { readonly changed: Promise<void>; readonly waitMs: number },
  ): Promise<TokenRecord | undefined> {
    const { clock } = this.#options;
    const until = clock.monotonic() + waitMs;
    const announced = changed.then(() => true);
    for (let left = waitMs; left > 0 && !this.#end.signal.aborted; left = until - clock.monotonic()) {
      const over = new AbortController();
      const stop = AbortSignal.any([over.signal, this.#end.signal]);
      const slept = sleep(clock, Math.min(left, lookEveryMs), stop).then(() => false);
      const news = await Promise.race([announced, slept]);
      over.abort();
      if (news) return undefined;
      const found = await this.#lookUp(identity, newerThan).catch((error: unknown) => {
        if (error instanceof TokenRefused || error instanceof TokenDead) throw error;
        return undefined; // a store that is away for a moment ends nobody's wait
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What the others left in the store: a good token, or the reason why there will be none. */
  async #lookUp(identity: Identity, newerThan: number): Promise<TokenRecord | undefined> {
    const entry = await this.#options.store.read(identity);
    const now = this.#options.clock.now();
    const record = recordOf(entry);
    const good = record !== undefined && record.generation > newerThan && record.expiresAt > now + maxDeadlineMs;
    // Before the refusal: whoever was refused may have asked for a newer one, or have a clock that is wrong.
    if (good) return this.#know(identity, record);
    if (entry.kind === 'refused') {
      throw new TokenRefused(entry.refusal.brokerCode, entry.refusal.brokerMessage, entry.refusal.remedy);
    }
    if (entry.kind === 'dead' && entry.until > now && entry.generation >= newerThan) {
      throw new TokenDead(entry.until - now);
    }
    return undefined;
  }

  #know(identity: Identity, record: TokenRecord): TokenRecord {
    const { renewBeforeMs } = this.#options.timing(identity.purpose);
    const renewAt = record.expiresAt - jittered(renewBeforeMs, renewalJitter, this.#options.random);
    this.#known.set(identityKey(identity), { record, renewAt });
    return record;
  }

  /** Returns how long to wait for an announcement before trying again; 0 means look again now. */
  async #tryIssue(identity: Identity, wanted: Wanted): Promise<number> {
    const { store, lock } = this.#options;
    const timing = this.#options.timing(identity.purpose);
    const lockLifetimeMs = timing.issueDeadlineMs + lockMarginMs;
    const release = await lock.tryAcquire(identity, lockLifetimeMs);
    if (release === undefined) return lockLifetimeMs;
    try {
      // Read again under the lock: whoever held it before may have written just now.
      if ((await this.#lookUp(identity, wanted.newerThan)) !== undefined) return 0;
      const entry = await store.read(identity);
      const attempt = randomUUID();
      const begun = await store.beginIssue(identity, timing.issueDeadlineMs + timing.cooldownMs, attempt);
      if (begun.kind === 'wait') return begun.forMs;
      return await this.#issue(identity, wanted, { before: entry, attempt });
    } finally {
      // A lock that could not be released ends by itself; the cooldown guards the broker's minute anyway.
      await release().catch(() => undefined);
    }
  }

  /** `before`: what the store held when the lock had been taken. `attempt` names the cooldown. */
  async #issue(
    identity: Identity,
    wanted: Wanted,
    { before, attempt }: { readonly before: VaultEntry; readonly attempt: string },
  ): Promise<number> {
    const { store, issue, clock, notify, issuer } = this.#options;
    const timing = this.#options.timing(identity.purpose);
    const account = identityText(identity);
    const readGeneration = generationOf(before);
    try {
      const { token, expiresAt, issuedAt: madeAt } = await issue(identity, this.#end.signal);
      await store.settleIssue(identity, timing.cooldownMs, attempt);
      const issuedAt = clock.now();
      const generation = Math.max(readGeneration, wanted.newerThan) + 1;
      const deadSince = deadTokenSince(token, wanted, before);
      if (deadSince !== undefined) {
        // At least the broker's minute, in case its word about the hours is wrong.
        const until = Math.max(deadSince + timing.sameTokenMs, issuedAt + timing.cooldownMs);
        await store.bury(identity, generation, until);
        return 0;
      }
      if (expiresAt <= issuedAt) throw uselessToken(expiresAt);
      const record: TokenRecord = { token, expiresAt, generation, issuedBy: issuer, issuedAt };
      const saved = await store.save(identity, record, readGeneration);
      if (saved) notify({ kind: 'token-issued', account, generation, expiresAt });
      if (madeAt !== undefined && !isOurs(token, before)) await this.#lookForStrangers(identity, madeAt);
      return 0;
    } catch (error) {
      if (error instanceof IssueTooSoon) {
        const { brokerMessage } = error;
        await store.settleIssue(identity, timing.cooldownMs, attempt);
        notify({ kind: 'token-limit', account, brokerMessage });
        await this.#note(identity, { how: 'limit', seenAt: clock.now(), brokerMessage });
        return timing.cooldownMs;
      }
      if (error instanceof TokenRefused) {
        await store.settleIssue(identity, timing.cooldownMs, attempt);
        await store.refuse(
          identity,
          { brokerCode: error.brokerCode, brokerMessage: error.brokerMessage, remedy: error.remedy },
          timing.cooldownMs,
          readGeneration,
        );
      }
      if (error instanceof IssueNotSent) {
        await store.settleIssue(identity, 0, attempt);
        throw error.cause;
      }
      if (isHubError(error) && !(error instanceof TokenRefused) && !this.#end.signal.aborted) {
        // The calls behind it are repeated, so without this the reason would show after many minutes.
        const forMs = timing.issueDeadlineMs + timing.cooldownMs;
        notify({ kind: 'token-failed', account, code: error.code, message: error.message, forMs });
      }
      throw error;
    }
  }

  /** The broker repeats a token for hours: one that was made when nobody of ours asked is also in other hands. */
  async #lookForStrangers(identity: Identity, madeAt: number): Promise<void> {
    const { store, clock, notify } = this.#options;
    const [from, to] = [madeAt - strangerMarginMs, madeAt + strangerMarginMs];
    const seenAt = clock.now();
    if (to >= seenAt) return;
    // The token is stored by now: who cannot be asked about strangers costs nobody his call.
    const attempts = await store.attemptsBetween(identity, from, to).catch(() => undefined);
    if (attempts !== 0) return;
    notify({ kind: 'token-foreign', account: identityText(identity), issuedAt: madeAt });
    await this.#note(identity, { how: 'same-token', seenAt, issuedAt: madeAt });
  }

  /** For `hub tokens`. The notice has told it already, so a note that cannot be made holds nobody up. */
  async #note(identity: Identity, issue: ForeignIssue): Promise<void> {
    await this.#options.store.noteForeign(identity, issue).catch(() => undefined);
  }
}

/** When the token was issued that is known to be dead and came again; undefined: this one is none. */
const deadTokenSince = (token: string, { rejected, newerThan }: Wanted, before: VaultEntry): number | undefined => {
  if (before.kind === 'revoked') return before.digest === tokenDigest(token) ? before.issuedAt : undefined;
  const record = recordOf(before);
  if (record === undefined || !rejected || record.generation !== newerThan) return undefined;
  return record.token === token ? record.issuedAt : undefined;
};

const isOurs = (token: string, before: VaultEntry): boolean => recordOf(before)?.token === token;

/** Nobody could use it, and everybody would ask for one more, minute after minute. */
const uselessToken = (expiresAt: number): TokenRefused =>
  new TokenRefused(
    '',
    `the token that it issued ended at ${new Date(expiresAt).toISOString()}, which is past on this machine`,
    'Set the clock of this machine: tokens of a broker live for hours.',
  );
