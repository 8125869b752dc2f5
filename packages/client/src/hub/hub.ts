import type { Candle, CandleBatch, CandleQuery } from '../broker/candle.js';
import type { Credentials } from '../broker/contract.js';
import { kisCandleBatches } from '../broker/kis/candles.js';
import { HubClosed } from '../error/index.js';
import type { Budget } from '../ledger/contract.js';
import type { Send } from '../request/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { Identity } from '../vault/contract.js';
import { KisCalls, type CallOptions } from './kis-calls.js';
import type { Settings } from './settings.js';

export interface HubParts {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly credentials: Credentials;
  readonly budgets: readonly Budget[];
  readonly send: Send;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/** The only way out to a broker: every call goes through the shared quota and the shared token. */
export class Hub {
  /** Calls of KIS (한국투자증권) by name. */
  readonly kis: KisCalls;
  readonly #parts: HubParts;
  readonly #end = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: HubParts) {
    this.#parts = parts;
    const { identity, credentials, budgets, send, settings } = parts;
    this.kis = new KisCalls({
      identity,
      credentials,
      budgets,
      timeoutMs: settings.timeoutMs,
      account: settings.kis.account,
      ended: this.#end.signal,
      send: async (call) => {
        if (this.#closing !== undefined) throw new HubClosed();
        return send(call);
      },
    });
  }

  /** Names the key in records and logs: the first 12 hex digits of SHA-256(app key). */
  get keyId(): string {
    return this.#parts.identity.keyId;
  }

  /**
   * Normalised bars of a range of KST days (both included), ascending. Bars that are still forming are left out; minutes
   * without trades are no bars. Rejects with HUB_RANGE or HUB_SYMBOL_UNKNOWN for what cannot be fetched.
   */
  async *candles(query: CandleQuery, options: CallOptions = {}): AsyncGenerator<Candle> {
    for await (const batch of this.candleBatches(query, options)) yield* batch.candles;
  }

  /** Like `candles`, window by window with provenance: what a store needs. */
  candleBatches(query: CandleQuery, options: CallOptions = {}): AsyncGenerator<CandleBatch> {
    const { identity, clock } = this.#parts;
    return kisCandleBatches(query, {
      call: (endpoint, params) => this.kis.call(endpoint, params, options),
      now: () => clock.now(),
      environment: identity.environment,
      keyId: identity.keyId,
    });
  }

  /** Ends waiting calls with HUB_ABORTED or HUB_CLOSED and closes every timer and socket. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#end.abort(new HubClosed());
      await this.#parts.close();
    })();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
