import type { Market } from '../../market/market.js';
import { isBehind, TapeReader, type Passage } from '../../market/tape-reader.js';
import type { Feed, Session } from './session.js';

/** What a pass has for one feed: at least one trade. */
export interface Delivery {
  readonly feed: Feed;
  readonly passage: Passage;
}

export type Deliver = (session: Session, deliveries: readonly Delivery[]) => void;

type Source = NonNullable<Feed['source']>;

const tapeName = ({ code, venue }: Source): string => `${code}|${venue}`;

/** Brings the trades that the clock passes to the feeds. Each tape is read once, however many feeds hang on it. */
export class Pump {
  readonly #market: Market;
  readonly #tapes = new Map<string, TapeReader>();
  /** Trades have whole seconds, so nothing can happen within one that was looked at already. */
  #second = Number.NEGATIVE_INFINITY;

  constructor(market: Market) {
    this.#market = market;
  }

  /** A feed of this source is about to be registered. */
  open(source: Source, at: number): void {
    const symbol = this.#market.symbols.get(source.code);
    const name = tapeName(source);
    if (symbol === undefined || this.#tapes.has(name)) return;
    this.#tapes.set(name, new TapeReader(this.#market, symbol, source.venue, at));
  }

  /** The latest instant until which everything was delivered, `at` if nothing is missing (epoch ms). */
  deliveredUntil(at: number): number {
    return Math.floor(at / 1_000) <= this.#second ? at : this.#second * 1_000 + 999;
  }

  /** Delivers what the clock has passed since the last time, one call for every session that has something. */
  pass(sessions: Iterable<Session>, at: number, deliver: Deliver): void {
    const second = Math.floor(at / 1_000);
    if (second === this.#second) return;
    this.#second = second;
    const passages = new Map<string, Passage | undefined>();
    for (const session of sessions) {
      if (!session.open) continue;
      const deliveries: Delivery[] = [];
      for (const feed of session.feeds.values()) {
        if (feed.source === undefined) continue;
        const passage = this.#read(feed.source, at, passages);
        const fresh = passage?.trades.filter((trade) => isBehind(feed.start, trade)) ?? [];
        if (passage === undefined || fresh.length === 0 || feed.record.silentFromMs !== null) continue;
        deliveries.push({
          feed,
          passage: fresh.length === passage.trades.length ? passage : { ...passage, trades: fresh },
        });
      }
      if (deliveries.length > 0) deliver(session, deliveries);
    }
    for (const name of this.#tapes.keys()) if (!passages.has(name)) this.#tapes.delete(name);
  }

  #read(source: Source, at: number, passages: Map<string, Passage | undefined>): Passage | undefined {
    const name = tapeName(source);
    if (!passages.has(name)) passages.set(name, this.#tapes.get(name)?.read(at));
    return passages.get(name);
  }
}
