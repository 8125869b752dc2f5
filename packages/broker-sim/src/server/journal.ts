import { Quota } from '../limit/quota.js';
import type { LimitSettings } from '../limit/window.js';

/** What the broker did with an arrival. `lost` = a fault kept it from acting. */
export type Verdict = 'ok' | 'error' | 'breach' | 'lost';

/** One arrival. Holds no app key, secret or token. */
export interface JournalEntry {
  /** Counts arrivals from 1. */
  readonly seq: number;
  /** Arrival at the broker, epoch ms with fractions. */
  readonly at: number;
  /** First 12 hex digits of SHA-256(app key). */
  readonly key: string;
  readonly path: string;
  readonly tr: string;
  readonly verdict: Verdict;
  /** The broker's code, for example MCA00000 or EGW00201; empty when there is none. */
  readonly code: string;
  readonly status: number;
  /** Counted against the per-second quota. */
  readonly counted: boolean;
  readonly fault?: string;
  /** The caller's `gt_uid`, if it sent one. */
  readonly marker?: string;
}

/** One order that the broker accepted. */
export interface OrderRecord {
  readonly at: number;
  readonly tr: string;
  readonly odno: string;
  readonly body: Readonly<Record<string, string>>;
  readonly marker?: string;
}

export interface Journal {
  /** Arrivals counted against the quota, breaches included. Token calls are not among them. */
  readonly calls: number;
  readonly breaches: number;
  readonly tokenIssues: { readonly kis: number; readonly refused: number };
  readonly orders: {
    readonly count: number;
    /** Orders whose body had been accepted before. */
    readonly duplicates: number;
    /** Orders whose `gt_uid` had been used before. */
    readonly duplicateMarkers: number;
    readonly list: readonly OrderRecord[];
  };
  /** Most counted arrivals of one key within any 1000 ms. */
  readonly maxInWindow: number;
  /** Counted arrivals by TR. */
  readonly byTr: Readonly<Record<string, number>>;
  /** Newest last; bounded, while the counters are exact. */
  readonly entries: readonly JournalEntry[];
}

/** Everything that arrived, and the counters that a test asks for. */
export class JournalBook {
  readonly quota: Quota;
  readonly #capacity: number;
  #entries: JournalEntry[] = [];
  #seq = 0;
  #calls = 0;
  #breaches = 0;
  #issued = 0;
  #refused = 0;
  readonly #byTr = new Map<string, number>();
  #orders: OrderRecord[] = [];
  #orderCount = 0;
  #duplicates = 0;
  #duplicateMarkers = 0;
  readonly #bodies = new Set<string>();
  readonly #markers = new Set<string>();

  constructor(capacity: number, limit: LimitSettings) {
    this.#capacity = capacity;
    this.quota = new Quota(limit);
  }

  add(entry: Omit<JournalEntry, 'seq'>): void {
    this.#seq += 1;
    this.#entries.push({ seq: this.#seq, ...entry });
    if (this.#entries.length >= this.#capacity * 2) this.#entries = this.#entries.slice(-this.#capacity);
    if (entry.verdict === 'breach') this.#breaches += 1;
    if (!entry.counted) return;
    this.#calls += 1;
    this.#byTr.set(entry.tr, (this.#byTr.get(entry.tr) ?? 0) + 1);
  }

  addTokenIssue(granted: boolean): void {
    if (granted) this.#issued += 1;
    else this.#refused += 1;
  }

  addOrder(order: OrderRecord): void {
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
      calls: this.#calls,
      breaches: this.#breaches,
      tokenIssues: { kis: this.#issued, refused: this.#refused },
      orders: {
        count: this.#orderCount,
        duplicates: this.#duplicates,
        duplicateMarkers: this.#duplicateMarkers,
        list: this.#orders.slice(-this.#capacity),
      },
      maxInWindow: this.quota.maxInWindow,
      byTr: Object.fromEntries(this.#byTr),
      entries: since === 0 ? entries : entries.filter((entry) => entry.seq > since),
    };
  }
}
