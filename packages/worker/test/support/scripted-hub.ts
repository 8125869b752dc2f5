import {
  brokerNames,
  errors,
  sourceOf,
  type Answer,
  type BrokerName,
  type CallOptions,
  type CandleBatch,
  type CandleQuery,
  type RawCall,
} from '@hub/client';

import type { WorkerHub } from '../../src/process/worker.js';

type Texts = Readonly<Record<string, string>>;
interface Page {
  readonly params: Texts;
  readonly cursor: Texts;
}
/** Answers a single call. */
export type Answering = (endpoint: string, page: Page, options: CallOptions) => Promise<Answer>;

type Script = (query: CandleQuery, signal: AbortSignal | undefined) => Promise<CandleBatch[]>;

/** A hub without a broker: windows are answered by the script, and every question is on record. */
export interface ScriptedHub extends WorkerHub {
  readonly queries: CandleQuery[];
}

export const scriptedHub = (
  script: Script = async (query) => [batchOf(query)],
  answering: Answering = () => Promise.reject(new Error('no call is scripted')),
  brokers: readonly BrokerName[] = brokerNames,
): ScriptedHub => {
  const queries: CandleQuery[] = [];
  const calls = {
    page: (endpoint: string, page: Page, options: CallOptions = {}) => answering(endpoint, page, options),
    raw: ({ tr, params = {} }: RawCall, options: CallOptions = {}) => answering(tr, { params, cursor: {} }, options),
  };
  return {
    queries,
    brokers,
    admit: ({ caller }) => (caller === undefined ? {} : { caller }),
    kis: calls,
    kiwoom: calls,
    tickBatches: () => {
      throw new Error('no trades are scripted');
    },
    candleBatches: async function* (query, options) {
      queries.push(query);
      yield* await script(query, options?.signal);
    },
  };
};

const minuteMs = 60_000;

/** `bars` bars from 09:00 on, all alike; the ids differ from fetch to fetch, as a broker's do. */
export const batchOf = (query: CandleQuery, bars = 3): CandleBatch => {
  const midnightMs = Date.parse(`${query.from}T00:00:00+09:00`);
  return {
    days: [query.from],
    candles: Array.from({ length: bars }, (_each, index) => ({
      symbol: query.symbol,
      venue: query.venue,
      interval: query.interval,
      startMs: midnightMs + 9 * 60 * minuteMs + index * minuteMs,
      ...{ open: 100, high: 110, low: 90, close: 105, volume: 7, value: 735 },
      source: sourceOf[query.broker ?? 'kis'],
    })),
    finalUntilMs: midnightMs + 24 * 60 * minuteMs,
    broker: query.broker ?? 'kis',
    tr: query.broker === 'kiwoom' ? 'ka10080' : 'FHKST03010230',
    requestIds: [crypto.randomUUID(), crypto.randomUUID()],
    fetchedAtMs: Date.now(),
    keyId: '0123456789ab',
  };
};

/** Waits for the signal, as a call does that gets no answer. */
export const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** A promise that the test resolves. */
export const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

/** As a hub does whose broker says nothing. */
export const silentBroker: Answering = (_endpoint, _page, { signal }) =>
  untilAborted(signal).catch((cause: unknown) => Promise.reject(new errors.CallAborted({ cause })));
