import type { Candle, CandleBatch, CandleQuery } from '../broker/candle.js';
import type { BrokerName, Page } from '../broker/contract.js';
import type { StockQuery } from '../broker/candle-query.js';
import type { KisCallTypes } from '../broker/kis/call-types.js';
import type { KisEndpointName } from '../broker/kis/catalogue.js';
import { kis } from '../broker/kis/index.js';
import type { KiwoomCallTypes } from '../broker/kiwoom/call-types.js';
import type { KiwoomEndpointName } from '../broker/kiwoom/catalogue.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import type { MarketSource } from '../broker/market-source.js';
import type { OrderBook, Quote } from '../broker/quote.js';
import type { Tick, TickBatch, TickQuery } from '../broker/tick.js';
import { HubClosed } from '../error/index.js';
import type { Realtime } from '../realtime/realtime.js';
import type { Answer } from '../request/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { Observation } from '../observe/observation.js';
import type { Notify } from '../runtime/notice.js';
import type { Admitted, AskedCall } from '../service/admission.js';
import { BrokerCalls, type CallOptions, type CallRequest, type PageOptions } from './broker-calls.js';
import { factsOf } from './call-facts.js';
import { DriftBook, type Drift } from './drift.js';
import { keptCall, keptPages, type CandleOptions, type KeptAnswers } from './kept-answers.js';
import type { Lines } from './lines.js';
import { Quota, type QuotaParts } from './quota.js';
import {
  candleBatchesOf,
  orderBookOf,
  quoteOf,
  tickBatchesOf,
  type Addressed,
  type MarketSources,
} from './market-data.js';

/** Calls of KIS (한국투자증권) by the name of their path: see the page "Endpoints of KIS". */
export type KisCalls = BrokerCalls<KisCallTypes>;
/** Calls of Kiwoom (키움) by their api-id, or its English name: see the page "Endpoints of Kiwoom". */
export type KiwoomCalls = BrokerCalls<KiwoomCallTypes>;

export interface HubParts {
  readonly lines: Lines;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly onNotice: QuotaParts['onNotice'];
  readonly observation: Observation;
}

/**
 * The only way out to a broker: every call goes through the shared quota and the shared token. `Kis` and `Kiwoom` are the
 * names that the compiler lets through: all of them, or what a paper key is offered where `createHub` was told so.
 */
export class Hub<
  Kis extends KisEndpointName = KisEndpointName,
  Kiwoom extends KiwoomEndpointName = KiwoomEndpointName,
> {
  /** Calls of KIS. Where it is not set up, each rejects with HUB_CONFIG. */
  readonly kis: BrokerCalls<KisCallTypes, Kis>;
  /** Calls of Kiwoom. Where it is not set up, each rejects with HUB_CONFIG. */
  readonly kiwoom: BrokerCalls<KiwoomCallTypes, Kiwoom>;
  /** The shared quota of the accounts: what it is, and what happens to it. */
  readonly quota: Quota;
  readonly #parts: HubParts;
  readonly #drift: DriftBook;
  #closing: Promise<void> | undefined;

  constructor(parts: HubParts) {
    this.#parts = parts;
    const { lines, clock, notify, onNotice, observation } = parts;
    this.#drift = new DriftBook(notify);
    this.quota = new Quota({ line: lines.quota, clock, onNotice });
    const callsOf = (broker: BrokerName) => ({
      filled: (keyId?: string) => lines.filled(broker, keyId),
      perform: async (request: CallRequest) => {
        if (this.#closing !== undefined) throw new HubClosed();
        const facts = factsOf(request, { mode: lines.mode, broker, caller: lines.caller, place: lines.place(broker) });
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
   * For the RestApiWorker: whose call this is that came by queue, and the most that this caller may have of a limit. Throws
   * HUB_CALLER_REFUSED where it may not be made; calls of this process are not asked.
   */
  admit(call: AskedCall): Admitted {
    return this.#parts.lines.admit(call);
  }

  /**
   * Normalised bars of a range of KST days (both included), ascending. Bars that are still forming are left out; minutes
   * without trades are no bars. Rejects with HUB_RANGE, HUB_SYMBOL_UNKNOWN or HUB_CALL_INVALID for what cannot be fetched,
   * with HUB_ANSWER_UNREADABLE for an answer that has a row which cannot be read, and like `call`.
   */
  async *candles(query: CandleQuery, options: CallOptions = {}): AsyncGenerator<Candle> {
    for await (const batch of this.candleBatches(query, options)) yield* batch.candles;
  }

  /**
   * Like `candles`, window by window with provenance: what a store needs. `options` hold for each call of the walk; answers
   * that are `kept` of an earlier run are not asked for again.
   */
  async *candleBatches(query: CandleQuery, { kept, ...options }: CandleOptions = {}): AsyncGenerator<CandleBatch> {
    yield* candleBatchesOf(this.#addressed(query), this.#sources(options, kept));
  }

  /**
   * The trades of the latest session, or of a stretch of the last two, newest first, page by page as they are wanted: stop when
   * you have enough. KIS tells those of today alone. Rejects with HUB_RANGE for what is not told any more, with HUB_SYMBOL_UNKNOWN or HUB_CALL_INVALID, with HUB_ANSWER_UNREADABLE, and like `call`.
   */
  async *ticks(query: TickQuery, options: CallOptions = {}): AsyncGenerator<Tick> {
    for await (const batch of this.tickBatches(query, options)) yield* batch.ticks;
  }

  /** Like `ticks`, page by page with provenance. */
  async *tickBatches(query: TickQuery, options: CallOptions = {}): AsyncGenerator<TickBatch> {
    yield* tickBatchesOf(this.#addressed(query), this.#sources(options));
  }

  /**
   * Price, range, limits and volume of a share, in one call. Rejects with HUB_SYMBOL_UNKNOWN or HUB_CALL_INVALID, with
   * HUB_ANSWER_UNREADABLE, and like `call`.
   */
  async quote(query: StockQuery, options: CallOptions = {}): Promise<Quote> {
    return quoteOf(this.#addressed(query), this.#sources(options));
  }

  /** Ten levels a side, in one call. Rejects like `quote`, and with HUB_CALL_INVALID for the venue UN of Kiwoom. */
  async orderBook(query: StockQuery, options: CallOptions = {}): Promise<OrderBook> {
    return orderBookOf(this.#addressed(query), this.#sources(options));
  }

  /**
   * Live feeds: trades, order books, own orders, and every interruption. One process of all holds the socket of a key; the others
   * are told by it, also those without keys.
   */
  get realtime(): Realtime {
    return this.#parts.lines.realtime;
  }

  /** Fields that the answers behind candles, ticks and quotes had beyond what is documented, or lacked, and how often. */
  drift(): readonly Drift[] {
    return this.#drift.list();
  }

  /** Ends waiting calls with HUB_ABORTED or HUB_CLOSED and closes every timer and socket. Safe to call twice. */
  async close(): Promise<void> {
    this.quota.close();
    this.#closing ??= this.#parts.lines.close();
    return this.#closing;
  }

  /** `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #addressed<Query extends { readonly broker?: BrokerName }>(query: Query): Addressed<Query> {
    return { ...query, broker: query.broker ?? this.brokers[0] ?? 'kis' };
  }

  /** The calls behind market data. Every answer is looked at for fields that came or went. */
  #sources(options: CallOptions, kept: KeptAnswers = nothingKept): MarketSources {
    const { clock } = this.#parts;
    const source = (broker: BrokerName, calls: Pick<KisCalls, 'page' | 'pagesFrom'>): MarketSource<string> => {
      const seen = (endpoint: string, answer: Answer): Answer => {
        this.#drift.look(broker, endpoint, answer.body);
        return answer;
      };
      return {
        call: (endpoint, params) =>
          keptCall(kept, [endpoint, params], async () =>
            seen(endpoint, await calls.page(endpoint, { params, cursor: {} }, options)),
          ),
        pages: async function* (endpoint, params, maxPages) {
          const limited = { ...options, ...(maxPages === undefined ? {} : { maxPages }) };
          const from = (first: Page, rest: PageOptions) => calls.pagesFrom(endpoint, first, rest);
          for await (const answer of keptPages(kept, [endpoint, params], limited, from)) yield seen(endpoint, answer);
        },
        now: () => clock.now(),
      };
    };
    return { kis: source('kis', this.kis), kiwoom: source('kiwoom', this.kiwoom) };
  }
}

const nothingKept: KeptAnswers = { find: () => Promise.resolve(undefined), keep: () => Promise.resolve() };
