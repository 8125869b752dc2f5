import type { Candle, CandleBatch, CandleQuery } from '../broker/candle.js';
import type { BrokerName } from '../broker/contract.js';
import type { CandleSource } from '../broker/candle-source.js';
import type { KisCallTypes } from '../broker/kis/call-types.js';
import { kis } from '../broker/kis/index.js';
import type { KiwoomCallTypes } from '../broker/kiwoom/call-types.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { HubClosed } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Observation } from '../observe/observation.js';
import { BrokerCalls, type CallOptions, type CallRequest, type CallTypes } from './broker-calls.js';
import { factsOf } from './call-facts.js';
import type { Lines } from './lines.js';
import { Quota, type QuotaParts } from './quota.js';
import { candleBatchesOf } from './market-data.js';

/** Calls of KIS (한국투자증권) by the name of their path. */
export type KisCalls = BrokerCalls<KisCallTypes>;
/** Calls of Kiwoom (키움) by their api-id. */
export type KiwoomCalls = BrokerCalls<KiwoomCallTypes>;

export interface HubParts {
  readonly lines: Lines;
  readonly clock: Clock;
  readonly onNotice: QuotaParts['onNotice'];
  readonly observation: Observation;
}

/** The only way out to a broker: every call goes through the shared quota and the shared token. */
export class Hub {
  readonly kis: KisCalls;
  readonly kiwoom: KiwoomCalls;
  readonly quota: Quota;
  readonly #parts: HubParts;
  #closing: Promise<void> | undefined;

  constructor(parts: HubParts) {
    this.#parts = parts;
    const { lines, clock, onNotice, observation } = parts;
    this.quota = new Quota({ line: lines.quota, clock, onNotice });
    const callsOf = (broker: BrokerName) => ({
      filled: (keyId?: string) => lines.filled(broker, keyId),
      direct: lines.mode === 'direct',
      perform: async (request: CallRequest) => {
        if (this.#closing !== undefined) throw new HubClosed();
        const facts = factsOf(request, { mode: lines.mode, broker, place: lines.place(broker) });
        return observation.call(facts, (report) =>
          lines.perform(broker)(report === undefined ? request : { ...request, report }),
        );
      },
    });
    this.kis = new BrokerCalls({ broker: kis, ...callsOf('kis') });
    this.kiwoom = new BrokerCalls({ broker: kiwoom, ...callsOf('kiwoom') });
  }

  /** Whether this process makes the calls itself, or a RestApiWorker does. */
  get mode(): 'direct' | 'service' {
    return this.#parts.lines.mode;
  }

  /**
   * The brokers that calls can be made to, in the order in which they are asked when a query names none. In service mode
   * all of them: who is served is known to the workers alone.
   */
  get brokers(): readonly BrokerName[] {
    return this.#parts.lines.brokers;
  }

  /**
   * Normalised bars of a range of KST days (both included), ascending. Bars that are still forming are left out; minutes
   * without trades are no bars. Rejects with HUB_RANGE or HUB_SYMBOL_UNKNOWN for what cannot be fetched.
   */
  async *candles(query: CandleQuery, options: CallOptions = {}): AsyncGenerator<Candle> {
    for await (const batch of this.candleBatches(query, options)) yield* batch.candles;
  }

  /** Like `candles`, window by window with provenance: what a store needs. */
  async *candleBatches(query: CandleQuery, options: CallOptions = {}): AsyncGenerator<CandleBatch> {
    const broker = query.broker ?? this.brokers[0] ?? 'kis';
    const { clock } = this.#parts;
    const source = <Calls extends CallTypes>(calls: BrokerCalls<Calls>): CandleSource<keyof Calls & string> => ({
      call: (endpoint, params) => calls.page(endpoint, { params, cursor: {} }, options),
      pages: async function* (endpoint, params) {
        for await (const { answer } of calls.pagesFrom(endpoint, { params, cursor: {} }, options)) yield answer;
      },
      now: () => clock.now(),
    });
    yield* candleBatchesOf({ ...query, broker }, { kis: source(this.kis), kiwoom: source(this.kiwoom) });
  }

  /** Ends waiting calls with HUB_ABORTED or HUB_CLOSED and closes every timer and socket. Safe to call twice. */
  async close(): Promise<void> {
    this.quota.close();
    this.#closing ??= this.#parts.lines.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
