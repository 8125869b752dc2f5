import { TokenDead, TokenRefused } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import { CodedFault, type Candidate } from './contract.js';

export interface KeyHealthOptions {
  readonly broker: string;
  /** Ids of all keys of the broker. A lone one is never isolated: its errors say more than silence. */
  readonly keyIds: readonly string[];
  /** How long a key that was turned away is left alone, ms. */
  readonly cooldownMs: number;
  readonly clock: Clock;
  readonly notify: Notify;
}

/** Why the broker will give this key no token, as a code; undefined for trouble that is not the key's. */
export const tokenFaultOf = (error: unknown): string | undefined => {
  if (error instanceof TokenRefused) return error.brokerCode === '' ? error.code : error.brokerCode;
  return error instanceof TokenDead ? error.code : undefined;
};

/** Which keys of a broker work, as far as this process has seen. Other processes find out by themselves. */
export class KeyHealth {
  readonly #options: KeyHealthOptions;
  /** Until when a key is isolated, on the monotonic clock (ms). */
  readonly #isolated = new Map<string, number>();
  /** Of the last token that was rejected, until a later one works. */
  readonly #rejected = new Map<string, number>();

  constructor(options: KeyHealthOptions) {
    this.#options = options;
  }

  /** Those that are not isolated; all of them when none is left, so that the caller sees what is wrong. */
  among(candidates: readonly Candidate[]): readonly Candidate[] {
    const now = this.#options.clock.monotonic();
    const healthy = candidates.filter(({ identity }) => (this.#isolated.get(identity.keyId) ?? -Infinity) <= now);
    return healthy.length === 0 ? candidates : healthy;
  }

  isolate(keyId: string, code: string): void {
    const { broker, keyIds, cooldownMs: forMs, clock, notify } = this.#options;
    const now = clock.monotonic();
    if (keyIds.length < 2 || (this.#isolated.get(keyId) ?? -Infinity) > now) return;
    this.#isolated.set(keyId, now + forMs);
    notify({ kind: 'key-isolated', broker, keyId, code, forMs });
  }

  worked(keyId: string): void {
    this.#rejected.delete(keyId);
  }

  /** The key that this error is about, isolated from now on; undefined when it is not about a key. */
  judge(error: unknown): string | undefined {
    if (!(error instanceof CodedFault) || error.facts.sentBy === undefined) return undefined;
    const { reaction, facts, fault } = error;
    const { keyId, generation } = error.facts.sentBy;
    if (facts.ofKey !== true && !(reaction === 'renew' && this.#rejectsAgain(keyId, generation))) return undefined;
    this.isolate(keyId, fault.brokerCode);
    return keyId;
  }

  /** A renewed token that is rejected as well: one more of them would not help. */
  #rejectsAgain(keyId: string, generation: number): boolean {
    const before = this.#rejected.get(keyId);
    this.#rejected.set(keyId, Math.max(generation, before ?? 0));
    return before !== undefined && generation > before;
  }
}
