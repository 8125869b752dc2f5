import { normaliserVersion, type BrokerName, type RealtimeEvent } from '@hub/client';
import { koreanDay, type FeedBatch, type NewBook, type NewGap, type NewTick } from '@hub/store';

type Stored = Extract<RealtimeEvent, { readonly kind: 'trade' | 'book' | 'gap' }>;

const pushedBy = { kis: 'WS_KIS', kiwoom: 'WS_KIWOOM' } as const satisfies Record<BrokerName, string>;

interface Filling {
  readonly ticks: NewTick[];
  readonly books: NewBook[];
  readonly gaps: NewGap[];
  receivedAtMs: number;
}

/** Whether the event has a place in a store. Notices are of an account and states of a moment: neither has. */
export const isStored = (event: RealtimeEvent): event is Stored =>
  event.kind === 'trade' || event.kind === 'book' || event.kind === 'gap';

/** Turns the events of live feeds into batches: one per broker, for a batch tells where all of it comes from. */
export class FeedBatcher {
  readonly #filling = new Map<BrokerName, Filling>();
  #count = 0;
  #batches = 0;

  /** @param name of this collector: unique, without `:`; batches are numbered behind it */
  constructor(private readonly name: string) {}

  /** Events that wait for a batch. */
  get size(): number {
    return this.#count;
  }

  add(event: Stored): void {
    const filling = this.#filling.get(event.broker) ?? { ticks: [], books: [], gaps: [], receivedAtMs: 0 };
    this.#filling.set(event.broker, filling);
    this.#count += 1;
    if (event.kind === 'trade') filling.ticks.push(tickOf(event));
    else if (event.kind === 'book') filling.books.push(bookOf(event));
    else filling.gaps.push(gapOf(event));
    const atMs = event.kind === 'gap' ? (event.untilMs ?? event.sinceMs) : event.receivedMs;
    filling.receivedAtMs = Math.max(filling.receivedAtMs, Math.floor(atMs));
  }

  /** All that was added since the last time. */
  take(): FeedBatch[] {
    const batches = [...this.#filling].map(([broker, { receivedAtMs, ...rows }]): FeedBatch => {
      this.#batches += 1;
      const provenance = { broker, source: pushedBy[broker], keyId: null, receivedAtMs, normaliserVersion };
      return { batchId: `${this.name}.${this.#batches}`, provenance, ...rows };
    });
    this.#filling.clear();
    this.#count = 0;
    return batches;
  }
}

/** Clocks may tell fractions; the store keeps whole ms. */
const whole = (ms: number): number => Math.floor(ms);

const tickOf = (event: Extract<Stored, { kind: 'trade' }>): NewTick => {
  const { symbol, venue, atMs, dayVolume, price, size, dayValue, side, ask, bid } = event;
  const receivedMs = whole(event.receivedMs);
  const day = koreanDay(atMs ?? receivedMs);
  return { symbol, venue, day, dayVolume, atMs, receivedMs, price, size, dayValue, side, ask, bid };
};

const bookOf = (event: Extract<Stored, { kind: 'book' }>): NewBook => {
  const { symbol, venue, atMs, asks, bids, totalAskSize, totalBidSize, expected } = event;
  return {
    ...{ symbol, venue, atMs, receivedMs: whole(event.receivedMs), asks, bids },
    ...{ totalAskSize, totalBidSize, expected },
  };
};

const gapOf = (event: Extract<Stored, { kind: 'gap' }>): NewGap => {
  const { id, of: kind, symbol, venue, sinceMs, untilMs, cause, missing = null } = event;
  const since = whole(sinceMs);
  return {
    id,
    kind,
    symbol,
    venue,
    sinceMs: since,
    untilMs: untilMs === null ? null : Math.max(since, whole(untilMs)),
    cause,
    missing,
  };
};
