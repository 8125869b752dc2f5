import { maxDeadlineMs } from '../ledger/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { TokenRecord, Vault } from '../vault/contract.js';
import { BeforeSend, CodedFault, type Call, type Candidate, type Step } from './contract.js';
import { tokenFaultOf, type KeyHealth } from './key-health.js';
import type { SendWithPermit } from './with-permit.js';

export interface TokenOptions {
  readonly vault: Vault;
  readonly health: KeyHealth;
  readonly clock: Clock;
}

/**
 * Gets a token before the permit is asked for: a call that held the only slot would wait for its own token's POST. Of
 * several keys those go on that have one; when none has, the call waits for the first. The others get theirs meanwhile,
 * for the calls that follow.
 */
export const withToken = (options: TokenOptions): Step => {
  const tokens = new KeyTokens(options);
  return (next) => async (call) => {
    const candidates = await tokens.of(call).catch((error: unknown) => {
      throw new BeforeSend(error);
    });
    return next({ ...call, candidates });
  };
};

class KeyTokens {
  readonly #options: TokenOptions;
  /** Keys whose token is fetched for calls to come. */
  readonly #fetching = new Set<string>();

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  async of(call: Call): Promise<readonly Candidate[]> {
    const ready = call.candidates.filter((candidate) => this.#isReady(candidate, call));
    if (ready.length === 0) return [await this.#first(call)];
    for (const candidate of call.candidates) {
      if (!ready.includes(candidate)) this.#fetchBehind(candidate, call);
    }
    // At once: the vault has them, and renews what grows old behind the caller's back.
    return Promise.all(ready.map((candidate) => this.#withToken(candidate, call, call.signal)));
  }

  #isReady({ identity }: Candidate, call: Call): boolean {
    const { vault, clock } = this.#options;
    const known = vault.peek(identity);
    if (known === undefined || known.generation <= newerThanIn(call, identity.keyId)) return false;
    return known.expiresAt > clock.now() + maxDeadlineMs;
  }

  async #first(call: Call): Promise<Candidate> {
    const attempts = call.candidates.map((candidate) => this.#withToken(candidate, call, call.signal));
    try {
      return await Promise.any(attempts);
    } catch (error) {
      const reasons: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      // Trouble that passes is worth another attempt, whatever has become of the other keys.
      throw reasons.find((reason) => tokenFaultOf(reason) === undefined) ?? reasons[0];
    }
  }

  #fetchBehind(candidate: Candidate, call: Call): void {
    const { keyId } = candidate.identity;
    if (this.#fetching.has(keyId)) return;
    this.#fetching.add(keyId);
    // Not by the signal of this call: the vault ends it when the hub is closed. Trouble shows at the next attempt.
    this.#withToken(candidate, call, new AbortController().signal)
      .catch(() => undefined)
      .finally(() => {
        this.#fetching.delete(keyId);
      });
  }

  async #withToken(candidate: Candidate, call: Call, signal: AbortSignal): Promise<Candidate> {
    const { identity } = candidate;
    return { ...candidate, token: await this.#token(identity, newerThanIn(call, identity.keyId), signal) };
  }

  async #token(identity: Candidate['identity'], newerThan: number, signal: AbortSignal): Promise<TokenRecord> {
    const { vault, health } = this.#options;
    try {
      return await vault.token(identity, { signal, ...(newerThan === 0 ? {} : { newerThan }) });
    } catch (error) {
      const code = tokenFaultOf(error);
      if (code !== undefined) health.isolate(identity.keyId, code);
      throw error;
    }
  }
}

const newerThanIn = ({ rejected }: Call, keyId: string): number => rejected?.get(keyId) ?? 0;

/** The freshest copy at the moment of the send: it may have been renewed while the call waited for its permit. */
export const withFreshestToken =
  (vault: Vault) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    const known = vault.peek(call.identity);
    const newer = known !== undefined && known.generation > (call.token?.generation ?? 0);
    const used = newer ? { ...call, token: known } : call;
    try {
      return await next(used, permit);
    } catch (error) {
      // Only here is it known which token went out.
      if (!(error instanceof CodedFault) || used.token === undefined) throw error;
      throw error.with({ sentBy: { keyId: call.identity.keyId, generation: used.token.generation } });
    }
  };
