import { normaliserVersion, type BrokerName, type RealtimeEvent, type StatusEvent } from '@hub/client';
import { koreanDay, type FeedBatch, type FeedBeginning, type NewBook, type NewGap, type NewTick } from '@hub/store';

type Stored = Extract<RealtimeEvent, { readonly kind: 'trade' | 'book' | 'gap' }>;

const pushedBy = { kis: 'WS_KIS', kiwoom: 'WS_KIWOOM' } as const satisfies Record<BrokerName, string>;

interface Filling {
  readonly begun: FeedBeginning[];
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
  readonly #begun = new Set<string>();
  readonly #awaited = new Map<string, StatusEvent>();
  #count = 0;
  #batches = 0;

  /** @param name of this collector: unique, without `:`; batches are numbered behind it */
  constructor(private readonly name: string) {}

  /** Events that wait for a batch. */
  get size(): number {
    return this.#count;
  }

  /** The feed is said to be live. Whoever holds it may have died unnoticed, so that counts with the first row or gap. */
  live(event: StatusEvent): void {
    if (event.of !== 'notice' && !this.#begun.has(feedName(event))) this.#awaited.set(feedName(event), event);
  }

  /** Feeds that were said to be live and have told neither a row nor a gap since then are live. Returns whether there is one. */
  confirm(): boolean {
    const all = [...this.#awaited.values()];
    for (const event of all) this.#begin(event);
    return all.length > 0;
  }

  /** Returns whether the event has a place in a batch: gaps of a feed that was never said to be live are of the time before this collector. */
  add(event: Stored): boolean {
    const feed = feedName(event);
    const awaited = this.#awaited.get(feed);
    if (event.kind === 'gap' && awaited === undefined && !this.#begun.has(feed)) return false;
    if (awaited !== undefined) {
      // What was on its way when this process began to listen reaches it too; and of a holder that died unnoticed before, the gap.
      const provenMs = event.kind === 'gap' ? event.sinceMs : event.receivedMs;
      this.#begin({ ...awaited, atMs: Math.min(awaited.atMs, provenMs) });
    }
    const filling = this.#fillingOf(event.broker);
    this.#count += 1;
    if (event.kind === 'trade') filling.ticks.push(tickOf(event));
    else if (event.kind === 'book') filling.books.push(bookOf(event));
    else filling.gaps.push(gapOf(event));
    const atMs = event.kind === 'gap' ? (event.untilMs ?? event.sinceMs) : event.receivedMs;
    filling.receivedAtMs = Math.max(filling.receivedAtMs, whole(atMs));
    return true;
  }

  /** All that was added since the last time. */
  take(): FeedBatch[] {
    const batches = [...this.#filling].map(([broker, { receivedAtMs, begun, ...rows }]): FeedBatch => {
      this.#batches += 1;
      const provenance = { broker, source: pushedBy[broker], keyId: null, receivedAtMs, normaliserVersion };
      return { batchId: `${this.name}.${this.#batches}`, provenance, run: { id: this.name, begun }, ...rows };
    });
    this.#filling.clear();
    this.#count = 0;
    return batches;
  }

  #begin(event: StatusEvent): void {
    const { broker, of: kind, symbol, venue, atMs } = event;
    this.#awaited.delete(feedName(event));
    this.#begun.add(feedName(event));
    const filling = this.#fillingOf(broker);
    if (kind !== 'notice') filling.begun.push({ kind, symbol, venue, atMs: whole(atMs) });
    filling.receivedAtMs = Math.max(filling.receivedAtMs, whole(atMs));
  }

  #fillingOf(broker: BrokerName): Filling {
    const filling = this.#filling.get(broker) ?? { begun: [], ticks: [], books: [], gaps: [], receivedAtMs: 0 };
    this.#filling.set(broker, filling);
    return filling;
  }
}

const feedName = (event: Stored | StatusEvent): string => {
  const kind = event.kind === 'trade' || event.kind === 'book' ? event.kind : event.of;
  return `${event.broker} ${kind} ${event.venue} ${event.symbol}`;
};

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
