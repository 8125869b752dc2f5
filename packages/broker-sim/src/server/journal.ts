import { createHash } from 'node:crypto';

import type { Fault } from '../fault/faults.js';
import type { Quota } from '../limit/quota.js';
import type { Answer } from '../wire/answer.js';
import type { LiveBook, LiveCounters, LiveRecords } from './live/journal.js';
import { header, type Arrival, type BrokerName } from './house.js';

/** What the broker did with an arrival. `lost` = a fault kept it from acting. */
export type Verdict = 'ok' | 'error' | 'breach' | 'lost';

/** One arrival. Holds no app key, secret or token. */
export interface JournalEntry {
  /** Counts arrivals from 1. */
  readonly seq: number;
  readonly broker: BrokerName;
  /** The request set out: `at` less the way there, epoch ms with fractions. */
  readonly sentAt: number;
  /** Arrival at the broker, epoch ms with fractions. */
  readonly at: number;
  /** First 12 hex digits of SHA-256(app key). */
  readonly key: string;
  readonly path: string;
  /** KIS `tr_id`, Kiwoom `api-id`. */
  readonly tr: string;
  readonly verdict: Verdict;
  /** The broker's code: MCA00000 or EGW00201 of KIS, 0, 1700 or RC4058 of Kiwoom; empty when there is none. */
  readonly code: string;
  readonly status: number;
  /** Counted against the per-second quota. */
  readonly counted: boolean;
  readonly fault?: string;
  /** Names what was asked for, page and all: two arrivals with one question want the same answer. 12 hex digits. */
  readonly question: string;
  /** The caller's `gt_uid`, if it sent one. */
  readonly marker?: string;
  /** The answer came home, after the way back. Missing while it is under way, and where a fault ate it. */
  readonly answeredAt?: number;
}

/** One order that the broker accepted. */
export interface OrderRecord {
  readonly broker: BrokerName;
  /** Arrival, epoch ms with fractions. */
  readonly at: number;
  readonly tr: string;
  /** The order number that was answered. */
  readonly odno: string;
  readonly body: Readonly<Record<string, string>>;
  readonly marker?: string;
}

/** What arrived at one broker. */
export interface BrokerCounters {
  /** Arrivals counted against the quota, breaches included. */
  readonly calls: number;
  /** Arrivals beyond the quota, which were refused. */
  readonly breaches: number;
  /** Most counted arrivals within any 1000 ms, of one key at KIS, of one key and TR at Kiwoom. */
  readonly maxInWindow: number;
  /** Its WebSocket. */
  readonly live: LiveCounters;
}

/** Everything that arrived so far. Counters are exact; `entries` and `orders.list` are bounded. */
export interface Journal {
  /** Arrivals counted against a quota, breaches included, over both brokers. Token calls are not among them. */
  readonly calls: number;
  readonly breaches: number;
  readonly tokenIssues: { readonly kis: number; readonly kiwoom: number; readonly refused: number };
  readonly orders: {
    readonly count: number;
    /** Orders whose body had been accepted before. */
    readonly duplicates: number;
    /** Orders whose `gt_uid` had been used before. */
    readonly duplicateMarkers: number;
    readonly list: readonly OrderRecord[];
  };
  /** Most counted arrivals of one KIS key within any 1000 ms. */
  readonly maxInWindow: number;
  readonly brokers: Readonly<Record<BrokerName, BrokerCounters>>;
  /** Counted arrivals by TR. */
  readonly byTr: Readonly<Record<string, number>>;
  /** Newest last; bounded, while the counters are exact. */
  readonly entries: readonly JournalEntry[];
  /** What WebSockets registered, and what was lost; bounded, too. */
  readonly live: LiveRecords;
}

/** How an arrival ended. */
export interface Outcome {
  readonly key: string;
  readonly counted: boolean;
  readonly verdict: Verdict;
  readonly answer: Answer | undefined;
  readonly fault: Fault | undefined;
}

/** The answer is written down later than the rest. */
type OpenEntry = Omit<JournalEntry, 'answeredAt'> & { answeredAt?: number };

/** Kiwoom's cursor is a header. */
const questionOf = (arrival: Arrival): string => {
  const { method, path, query, body, tr } = arrival;
  const asked = [method, path, query, body, tr, header(arrival, 'tr_cont'), header(arrival, 'next-key')];
  return createHash('sha256').update(asked.join('\n')).digest('hex').slice(0, 12);
};

/** Everything that arrived, and the counters that a test asks for. */
export class JournalBook {
  readonly #capacity: number;
  readonly #quotas: Readonly<Record<BrokerName, Quota>>;
  readonly #live: LiveBook;
  #entries: OpenEntry[] = [];
  readonly #unanswered = new WeakMap<Arrival, OpenEntry>();
  #seq = 0;
  readonly #calls = { kis: 0, kiwoom: 0 };
  readonly #breaches = { kis: 0, kiwoom: 0 };
  readonly #issued = { kis: 0, kiwoom: 0 };
  #refused = 0;
  readonly #byTr = new Map<string, number>();
  #orders: OrderRecord[] = [];
  #orderCount = 0;
  #duplicates = 0;
  #duplicateMarkers = 0;
  readonly #bodies = new Set<string>();
  readonly #markers = new Set<string>();

  constructor(capacity: number, quotas: Readonly<Record<BrokerName, Quota>>, live: LiveBook) {
    this.#capacity = capacity;
    this.#quotas = quotas;
    this.#live = live;
  }

  arrived(broker: BrokerName, arrival: Arrival, outcome: Outcome): void {
    const { sentAt, at, path, tr } = arrival;
    const { key, counted, verdict, answer, fault } = outcome;
    const marker = header(arrival, 'gt_uid');
    this.#seq += 1;
    const entry: OpenEntry = {
      seq: this.#seq,
      broker,
      sentAt,
      at,
      key,
      path,
      tr,
      verdict,
      code: answer?.code ?? '',
      status: answer?.status ?? 0,
      counted,
      question: questionOf(arrival),
      ...(fault === undefined ? {} : { fault: fault.kind }),
      ...(marker === '' ? {} : { marker }),
    };
    this.#entries.push(entry);
    this.#unanswered.set(arrival, entry);
    if (this.#entries.length >= this.#capacity * 2) this.#entries = this.#entries.slice(-this.#capacity);
    if (verdict === 'breach') this.#breaches[broker] += 1;
    if (!counted) return;
    this.#live.combined(broker, key, at);
    this.#calls[broker] += 1;
    this.#byTr.set(tr, (this.#byTr.get(tr) ?? 0) + 1);
  }

  answered(arrival: Arrival, at: number): void {
    const entry = this.#unanswered.get(arrival);
    if (entry !== undefined) entry.answeredAt = at;
  }

  addTokenIssue(broker: BrokerName, granted: boolean): void {
    if (granted) this.#issued[broker] += 1;
    else this.#refused += 1;
  }

  addOrder(broker: BrokerName, arrival: Arrival, accepted: Pick<OrderRecord, 'odno' | 'body'>): void {
    const marker = header(arrival, 'gt_uid');
    const { at, tr } = arrival;
    const order: OrderRecord = { broker, at, tr, ...accepted, ...(marker === '' ? {} : { marker }) };
    const text = JSON.stringify([order.tr, Object.entries(order.body).sort()]);
    if (this.#bodies.has(text)) this.#duplicates += 1;
    this.#bodies.add(text);
    if (order.marker !== undefined) {
      if (this.#markers.has(order.marker)) this.#duplicateMarkers += 1;
      this.#markers.add(order.marker);
    }
    this.#orderCount += 1;
    this.#orders.push(order);
    if (this.#orders.length >= this.#capacity * 2) this.#orders = this.#orders.slice(-this.#capacity);
  }

  /** `since`: only entries with a larger `seq`. */
  read(since = 0): Journal {
    const entries = this.#entries.slice(-this.#capacity);
    return {
      calls: this.#calls.kis + this.#calls.kiwoom,
      breaches: this.#breaches.kis + this.#breaches.kiwoom,
      tokenIssues: { ...this.#issued, refused: this.#refused },
      orders: {
        count: this.#orderCount,
        duplicates: this.#duplicates,
        duplicateMarkers: this.#duplicateMarkers,
        list: this.#orders.slice(-this.#capacity),
      },
      maxInWindow: this.#quotas.kis.maxInWindow,
      brokers: { kis: this.#countersOf('kis'), kiwoom: this.#countersOf('kiwoom') },
      byTr: Object.fromEntries(this.#byTr),
      entries: since === 0 ? entries : entries.filter((entry) => entry.seq > since),
      live: this.#live.read(),
    };
  }

  #countersOf(broker: BrokerName): BrokerCounters {
    return {
      calls: this.#calls[broker],
      breaches: this.#breaches[broker],
      maxInWindow: this.#quotas[broker].maxInWindow,
      live: this.#live.countersOf(broker),
    };
  }
}
