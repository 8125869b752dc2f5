import { randomBytes } from 'node:crypto';

import { feedKinds, feedText, type Feed } from '../broker/live.js';
import { brokerNames, type BrokerName } from '../broker/contract.js';
import { FeedInvalid, HubClosed } from '../error/index.js';
import { priorities } from '../ledger/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { FeedRequest, RealtimeHandler, SubscribeOptions, Subscription } from './contract.js';
import type { FeedStore, Pool } from './feed-store.js';
import { statusOf, type RealtimeStatus } from './status.js';
import type { Candidate } from './subscription/candidate.js';
import { FeedReader } from './subscription/reader.js';
import { Subscriber, type Subscribed } from './subscription/subscriber.js';
import { takeOver, type TakeoverReport, type TakeoverWish } from './take-over.js';

/** One broker's feeds as this process reaches them. */
export interface RealtimeRoute {
  readonly pool: Pool;
  readonly broker: BrokerName;
  /** Whether this environment offers it; else the reason, in words. */
  readonly offers: (feed: Feed) => true | string;
  /** Begins to take part in holding sockets. */
  readonly candidate: () => Candidate;
}

export interface RealtimeParts {
  readonly routes: readonly RealtimeRoute[];
  readonly store: FeedStore;
  readonly clock: Clock;
}

const usualBuffer = 50_000;

/** Live feeds: every process subscribes here, and one of those with the key holds its only socket. */
export class Realtime {
  readonly #parts: RealtimeParts;
  readonly #consumer = randomBytes(6).toString('hex');
  readonly #readers = new Map<Pool, FeedReader>();
  readonly #candidates = new Map<Pool, Candidate>();
  readonly #subscribers = new Set<Subscriber>();
  #count = 0;
  #closed = false;

  constructor(parts: RealtimeParts) {
    this.#parts = parts;
  }

  /**
   * Tells of each trade, each change of the order book, each notice, and of every interruption. Without a handler the events
   * are iterated over. Rejects with HUB_FEED_INVALID for what no broker offers, with HUB_REDIS_… when the main server is away;
   * `ready` tells when all feeds are live.
   */
  async subscribe(
    requests: readonly FeedRequest[],
    handler?: RealtimeHandler,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    if (this.#closed) throw new HubClosed();
    const feeds = requests.map((request) => this.#subscribed(request));
    if (feeds.length === 0) throw new FeedInvalid('no feed is named', 'Name at least one: { kind, symbol, venue }.');
    const { priority, raw = false, buffer = usualBuffer, signal } = options;
    checkOptions(options);
    this.#count += 1;
    const subscriber = new Subscriber({
      name: `${this.#consumer}-${String(this.#count)}`,
      feeds: distinct(feeds),
      priority: priority ?? (feeds.some(({ feed }) => feed.kind === 'notice') ? 'order' : 'realtime'),
      ...{ raw, buffer, handler },
      leave: (each) => this.#leave(each),
    });
    this.#subscribers.add(subscriber);
    signal?.addEventListener('abort', () => void subscriber.close(), { once: true });
    try {
      for (const pool of poolsOf(subscriber)) await this.#reader(pool).add(subscriber);
    } catch (error) {
      await this.#leave(subscriber);
      throw error;
    }
    if (signal?.aborted === true) await subscriber.close();
    return subscriber;
  }

  /** Who holds which session, and how its feeds are, by broker. Spends nothing, asks no broker; rejects with HUB_REDIS_…. */
  async status(): Promise<readonly RealtimeStatus[]> {
    const { routes, store } = this.#parts;
    return Promise.all(routes.map(({ broker, pool }) => statusOf(store, broker, pool)));
  }

  /**
   * Asks the holder of a session to let it go to another process that has the key: it closes its socket and releases its hold
   * before the next one begins. Resolves when that one has the feeds. Rejects with HUB_TAKEOVER_REFUSED where nothing was changed
   * (nobody else is ready, the holder does not answer, several are meant), with HUB_TAKEOVER_UNFINISHED where the holder had let
   * go and nobody has begun, with HUB_REDIS_…, and with the reason of the signal. Whatever ends this process meanwhile: the
   * wish is carried out or forgotten within seconds, and each feed goes on.
   */
  async takeOver(wish: TakeoverWish = {}): Promise<TakeoverReport> {
    const { routes: pools, store, clock } = this.#parts;
    return takeOver({ pools, store, clock }, wish);
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const subscriber of this.#subscribers) subscriber.stop();
    this.#subscribers.clear();
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
    await Promise.all([...this.#candidates.values()].map((candidate) => candidate.close()));
    await this.#parts.store.close();
  }

  async #leave(subscriber: Subscriber): Promise<void> {
    this.#subscribers.delete(subscriber);
    for (const pool of poolsOf(subscriber)) await this.#readers.get(pool)?.remove(subscriber);
  }

  #reader(pool: Pool): FeedReader {
    const known = this.#readers.get(pool);
    if (known !== undefined) return known;
    const route = this.#parts.routes.find((each) => each.pool === pool);
    if (route === undefined) throw new Error(`${pool}: nobody was asked for it`);
    const { store, clock } = this.#parts;
    const reader = new FeedReader({ pool, broker: route.broker, consumer: this.#consumer, store, clock });
    this.#readers.set(pool, reader);
    this.#candidates.set(pool, route.candidate());
    return reader;
  }

  #subscribed(request: FeedRequest): Subscribed {
    const { routes } = this.#parts;
    const broker = request.broker ?? routes[0]?.broker;
    const route = routes.find((each) => each.broker === broker);
    if (route === undefined) {
      const known = brokerNames.filter((name) => routes.some((each) => each.broker === name)).join(', ');
      throw new FeedInvalid(`${String(broker)}: this broker is not set up`, `Set up here: ${known}.`);
    }
    const feed = feedOf(request);
    const offered = route.offers(feed);
    if (offered !== true)
      throw new FeedInvalid(`${feedText(feed)} of ${route.broker}: ${offered}`, 'Ask for another feed.');
    return { pool: route.pool, broker: route.broker, feed };
  }
}

const poolsOf = (subscriber: Subscriber): Pool[] => [...new Set(subscriber.parts.feeds.map(({ pool }) => pool))];

const distinct = (feeds: readonly Subscribed[]): Subscribed[] => [
  ...new Map(feeds.map((each) => [`${each.pool} ${feedText(each.feed)}`, each])).values(),
];

const remedy = "Name feeds like { broker: 'kis', kind: 'trade', symbol: '005930', venue: 'KRX' }.";

/** Callers without a compiler may give anything. */
const text = (given: unknown): string => (typeof given === 'string' ? given : JSON.stringify(given));

const feedOf = ({ kind, symbol = '', venue = 'KRX' }: FeedRequest): Feed => {
  if (!(feedKinds as readonly unknown[]).includes(kind)) {
    throw new FeedInvalid(`kind: ${text(kind)} is none of ${feedKinds.join(', ')}`, remedy);
  }
  if (!['KRX', 'NXT', 'UN'].includes(venue)) {
    throw new FeedInvalid(`venue: ${text(venue)} is none of KRX, NXT, UN`, remedy);
  }
  if (kind === 'notice') {
    if (/^[\w.@-]{0,40}$/.test(symbol)) return { kind, symbol, venue: 'UN' };
    throw new FeedInvalid(`symbol: "${symbol}" is no HTS id`, remedy);
  }
  if (!/^(?:Q?\d[\dA-Z]{5})$/.test(symbol)) {
    throw new FeedInvalid(`symbol: "${text(symbol)}" is no code of a share`, remedy);
  }
  return { kind, symbol, venue };
};

const checkOptions = ({ priority, buffer }: SubscribeOptions): void => {
  if (priority !== undefined && !priorities.includes(priority)) {
    throw new FeedInvalid(`priority: ${text(priority)} is none of ${priorities.join(', ')}`, 'Leave it out.');
  }
  if (buffer !== undefined && !(Number.isInteger(buffer) && buffer >= 1)) {
    throw new FeedInvalid(`buffer: ${String(buffer)} is no whole number of 1 or more`, 'Leave it out: 50 000.');
  }
};
