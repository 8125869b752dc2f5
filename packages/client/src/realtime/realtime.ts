import { randomBytes } from 'node:crypto';

import { feedKinds, feedText, type Feed } from '../broker/live.js';
import { brokerNames, type BrokerName } from '../broker/contract.js';
import { ConfigInvalid, FeedInvalid, HubClosed, isHubError } from '../error/index.js';
import { priorities } from '../ledger/contract.js';
import type { Environment } from '../request/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { FeedRequest, RealtimeHandler, SubscribeOptions, Subscription } from './contract.js';
import { environmentOf, wantEveryMs, type FeedStore, type Pool } from './feed-store.js';
import { statusOf, type RealtimeStatus } from './status.js';
import type { Candidate } from './subscription/candidate.js';
import { FeedReader } from './subscription/reader.js';
import { ServedPools } from './subscription/served-pools.js';
import { Subscriber, unservedEvent, type Subscribed } from './subscription/subscriber.js';
import { takeOver, type TakeoverReport, type TakeoverWish } from './take-over.js';

/** One broker's feeds as this process reaches them. */
export interface RealtimeRoute {
  readonly broker: BrokerName;
  /** Undefined in a process without keys: those that have some say it. */
  readonly pool: Pool | undefined;
  /** Whether an environment offers it; else the reason, in words. */
  readonly offers: (feed: Feed, environment: Environment) => true | string;
  /** Begins to take part in holding sockets; only with keys. */
  readonly candidate?: () => Candidate;
}

export interface RealtimeParts {
  readonly routes: readonly RealtimeRoute[];
  readonly store: FeedStore;
  readonly clock: Clock;
  /** Says who this process is, where it has a token. */
  readonly token?: () => string | undefined;
  /** Without keys: who serves this process, the prefix of its queues. */
  readonly group?: string;
}

/** What `serve` takes. */
export interface ServeOptions {
  /** Whom to serve: programs with the same prefix of their queues. */
  readonly group: string;
  /** Told of a main server that cannot be told; it is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** A process that holds sockets for others. */
export interface Serving {
  /** No more: what is held here and wanted by nobody in this process goes to another one. Safe twice. */
  close(): Promise<void>;
}

/** Subscriptions of a broker that nobody serves yet. */
interface Waiting {
  readonly broker: BrokerName;
  readonly subscriber: Subscriber;
  /** Monotonic. */
  readonly since: number;
  told: boolean;
}

/** Whoever starts at the same time has said by then that it is there. */
const unservedAfterMs = 3_000;
const usualBuffer = 50_000;

/** Live feeds: every process subscribes here, and one of those with the key holds its only socket. */
export class Realtime {
  readonly #parts: RealtimeParts;
  readonly #consumer = randomBytes(6).toString('hex');
  readonly #readers = new Map<BrokerName, FeedReader>();
  readonly #candidates = new Map<BrokerName, Candidate>();
  readonly #served: ServedPools | undefined;
  readonly #servings = new Set<Serving>();
  #waiting: Waiting[] = [];
  readonly #subscribers = new Set<Subscriber>();
  #count = 0;
  #closed = false;

  constructor(parts: RealtimeParts) {
    this.#parts = parts;
    const { group, store, clock } = parts;
    const looked = (): void => void this.#look();
    this.#served = group === undefined ? undefined : new ServedPools({ group, store, clock, looked });
  }

  /**
   * Tells of each trade, each change of the order book, each notice, and of every interruption. Without a handler the events
   * are iterated over. Rejects with HUB_FEED_INVALID for what no broker offers, with HUB_REDIS_… when the main server is away;
   * `ready` tells when all feeds are live. Where no process with a key is there, a `status` and `ready` say so within seconds
   * (HUB_FEED_UNSERVED), and the feeds begin once one is.
   */
  async subscribe(
    requests: readonly FeedRequest[],
    handler?: RealtimeHandler,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    if (this.#closed) throw new HubClosed();
    await this.#served?.look();
    if (this.#isClosed()) throw new HubClosed();
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
      for (const broker of brokersOf(subscriber)) await this.#read(broker, subscriber);
      this.#served?.follow();
    } catch (error) {
      await this.#leave(subscriber);
      throw error;
    }
    if (signal?.aborted === true) await subscriber.close();
    return subscriber;
  }

  /** Who holds which session, and how its feeds are, by broker. Spends nothing, asks no broker; rejects with HUB_REDIS_…. */
  async status(): Promise<readonly RealtimeStatus[]> {
    const { store } = this.#parts;
    await this.#served?.look();
    return Promise.all(this.#pools().map(({ broker, pool }) => statusOf(store, broker, pool)));
  }

  /**
   * Asks the holder of a session to let it go to another process that has the key: it closes its socket and releases its hold
   * before the next one begins. Resolves when that one has the feeds. Rejects with HUB_TAKEOVER_REFUSED where nothing was changed
   * (nobody else is ready, the holder does not answer, several are meant), with HUB_TAKEOVER_UNFINISHED where the holder had let
   * go and nobody has begun, with HUB_REDIS_…, and with the reason of the signal. Whatever ends this process meanwhile: the
   * wish is carried out or forgotten within seconds, and each feed goes on.
   */
  async takeOver(wish: TakeoverWish = {}): Promise<TakeoverReport> {
    const { store, clock } = this.#parts;
    await this.#served?.look();
    return takeOver({ pools: this.#pools(), store, clock }, wish);
  }

  /**
   * For a process with keys: until it is closed this one may hold the sockets that others want, also programs without keys. A
   * socket is opened only while somebody wants something. Throws HUB_CONFIG in a hub without keys.
   */
  serve({ group, onError = () => undefined }: ServeOptions): Serving {
    if (this.#closed) throw new HubClosed();
    const { routes, store, clock } = this.#parts;
    const pools = routes.flatMap(({ pool }) => pool ?? []);
    if (pools.length === 0 || this.#served !== undefined) {
      throw new ConfigInvalid(['a hub without keys holds no live feeds'], 'Serve where the keys are.');
    }
    for (const route of routes) this.#hold(route);
    let disarm: () => void = () => undefined;
    let isOver = false;
    const say = (): void => {
      Promise.all(pools.map((pool) => store.serve(group, pool, this.#consumer))).catch(onError);
      disarm = clock.after(wantEveryMs, say);
    };
    say();
    const serving: Serving = {
      close: async () => {
        if (isOver) return;
        isOver = true;
        disarm();
        this.#servings.delete(serving);
        await Promise.allSettled(pools.map((pool) => store.leave(group, pool, this.#consumer)));
        if (this.#servings.size > 0) return;
        const idle = [...this.#candidates].filter(([broker]) => !this.#readers.has(broker));
        for (const [broker] of idle) this.#candidates.delete(broker);
        await Promise.all(idle.map(([, candidate]) => candidate.close()));
      },
    };
    this.#servings.add(serving);
    return serving;
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#served?.close();
    await Promise.all([...this.#servings].map((serving) => serving.close()));
    for (const subscriber of this.#subscribers) subscriber.stop();
    this.#subscribers.clear();
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
    await Promise.all([...this.#candidates.values()].map((candidate) => candidate.close()));
    await this.#parts.store.close();
  }

  /** It may have changed while something was waited for. */
  #isClosed(): boolean {
    return this.#closed;
  }

  async #leave(subscriber: Subscriber): Promise<void> {
    this.#subscribers.delete(subscriber);
    this.#waiting = this.#waiting.filter((each) => each.subscriber !== subscriber);
    for (const broker of brokersOf(subscriber)) await this.#readers.get(broker)?.remove(subscriber);
  }

  #poolOf({ broker, pool }: RealtimeRoute): Pool | undefined {
    return pool ?? this.#served?.poolOf(broker);
  }

  #pools(): { readonly broker: BrokerName; readonly pool: Pool }[] {
    return this.#parts.routes.flatMap((route) => {
      const pool = this.#poolOf(route);
      return pool === undefined ? [] : [{ broker: route.broker, pool }];
    });
  }

  async #read(broker: BrokerName, subscriber: Subscriber): Promise<void> {
    const { routes, clock } = this.#parts;
    const route = routes.find((each) => each.broker === broker);
    const pool = route === undefined ? undefined : this.#poolOf(route);
    if (route === undefined || pool === undefined) {
      this.#waiting.push({ broker, subscriber, since: clock.monotonic(), told: false });
      return;
    }
    this.#hold(route);
    await this.#reader(broker, pool).add(subscriber);
  }

  #reader(broker: BrokerName, pool: Pool): FeedReader {
    const known = this.#readers.get(broker);
    if (known !== undefined) return known;
    const { store, clock, token = () => undefined } = this.#parts;
    const reader = new FeedReader({ pool, broker, consumer: this.#consumer, token, store, clock });
    this.#readers.set(broker, reader);
    return reader;
  }

  #hold({ broker, candidate }: RealtimeRoute): void {
    if (candidate !== undefined && !this.#candidates.has(broker)) this.#candidates.set(broker, candidate());
  }

  /** Without keys: whoever waits is served as soon as somebody is there, and told as long as nobody is. */
  async #look(): Promise<void> {
    const { clock } = this.#parts;
    for (const { broker, pool } of this.#pools()) {
      const reader = this.#readers.get(broker);
      if (reader === undefined || reader.pool === pool) continue;
      // Those with keys have gone to another place, and what is read here never goes on.
      this.#readers.delete(broker);
      await reader.close();
      const since = clock.monotonic();
      const left = [...this.#subscribers].filter((subscriber) => brokersOf(subscriber).includes(broker));
      this.#waiting.push(...left.map((subscriber) => ({ broker, subscriber, since, told: true })));
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) {
      try {
        if (this.#served?.poolOf(each.broker) === undefined) this.#wait(each);
        else await this.#read(each.broker, each.subscriber);
      } catch (error) {
        if (!isHubError(error)) throw error;
        this.#waiting.push(each);
      }
    }
  }

  #wait(each: Waiting): void {
    const { clock } = this.#parts;
    this.#waiting.push(each);
    if (each.told || clock.monotonic() - each.since < unservedAfterMs) return;
    each.told = true;
    for (const { broker, feed } of each.subscriber.parts.feeds) {
      if (broker !== each.broker) continue;
      const told = { broker, of: feed.kind, symbol: feed.symbol, venue: feed.venue };
      each.subscriber.put(feedText(feed), told, unservedEvent(told, clock.now()));
    }
  }

  #subscribed(request: FeedRequest): Subscribed {
    const { routes } = this.#parts;
    const first = this.#pools()[0]?.broker ?? routes[0]?.broker;
    const broker = request.broker ?? first;
    const route = routes.find((each) => each.broker === broker);
    if (route === undefined) {
      const known = brokerNames.filter((name) => routes.some((each) => each.broker === name)).join(', ');
      throw new FeedInvalid(`${String(broker)}: this broker is not set up`, `Set up here: ${known}.`);
    }
    const feed = feedOf(request);
    const pool = this.#poolOf(route);
    // Without keys it may turn out later which environment it is; what the paper one lacks the real one may have.
    const offered = route.offers(feed, pool === undefined ? 'real' : environmentOf(pool));
    if (offered !== true)
      throw new FeedInvalid(`${feedText(feed)} of ${route.broker}: ${offered}`, 'Ask for another feed.');
    return { broker: route.broker, feed };
  }
}

const brokersOf = ({ parts }: Subscriber): BrokerName[] => [...new Set(parts.feeds.map(({ broker }) => broker))];

const distinct = (feeds: readonly Subscribed[]): Subscribed[] => [
  ...new Map(feeds.map((each) => [`${each.broker} ${feedText(each.feed)}`, each])).values(),
];

const remedy = "Name feeds like { broker: 'kis', kind: 'trade', symbol: '005930', venue: 'KRX' }.";

/** Callers without a compiler may give anything. */
const text = (given: unknown): string => (typeof given === 'string' ? given : JSON.stringify(given));

export const feedOf = ({ kind, symbol = '', venue = 'KRX' }: FeedRequest): Feed => {
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
