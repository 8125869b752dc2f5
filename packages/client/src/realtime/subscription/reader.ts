import { feedIn, feedText } from '../../broker/live.js';
import type { BrokerName } from '../../broker/contract.js';
import { CallerRefused, isHubError } from '../../error/index.js';
import { priorities } from '../../ledger/contract.js';
import { sleep, type Clock } from '../../runtime/clock.js';
import type { GapEvent, RealtimeEvent, StatusEvent, Told } from '../contract.js';
import { wantEveryMs, type FeedStore, type Pool, type ReadBatch, type StoredFeed, type Want } from '../feed-store.js';
import { eachPair } from '../wire.js';
import type { Denial } from './planner.js';
import { unservedEvent, type Subscriber } from './subscriber.js';

export interface ReaderParts {
  readonly pool: Pool;
  readonly broker: BrokerName;
  /** Names this process among all that read. */
  readonly consumer: string;
  /** Says who this process is, where it has a token. */
  readonly token: () => string | undefined;
  readonly store: FeedStore;
  readonly clock: Clock;
}

const readWaitMs = 1_000;
const retryMs = 200;
/** Whoever starts at the same time has said by then that it is there. */
const unservedAfterMs = 3_000;

/** Where this process stands in the stream of one key. */
interface Cursor {
  id: string;
  seq: number;
  generation: number;
  throughMs: number;
}

/** What is known of a feed here: which key told it last, and its state. */
interface Seen {
  readonly keyId: string;
  readonly stored: StoredFeed;
  /** Its key has given it back then, while somebody here wants it, UTC epoch ms. */
  leftMs?: number;
  /** No key had a slot for it. */
  refused?: true;
}

/** Reads what sessions of one pool publish, once per process, and hands it to the subscriptions of this process. */
export class FeedReader {
  readonly #parts: ReaderParts;
  readonly #subscribers = new Map<string, Set<Subscriber>>();
  readonly #cursors = new Map<string, Cursor>();
  readonly #seen = new Map<string, Seen>();
  readonly #refused = new Set<string>();
  /** What this process may not have. */
  readonly #denied = new Map<string, CallerRefused>();
  readonly #tolds = new Map<string, Told>();
  /** Gaps that no session tells, until they are where whoever fills holes finds them. */
  readonly #unkept: GapEvent[] = [];
  readonly #end = new AbortController();
  #reading: Promise<void> | undefined;
  #timer: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  #gaps = 0;
  #keysLookedAt = -Infinity;
  #fresh = true;
  /** When a process with keys was there last (monotonic). */
  #servedAt: number;
  #isUnserved = false;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#servedAt = parts.clock.monotonic();
  }

  get pool(): Pool {
    return this.#parts.pool;
  }

  /** From now on this subscription is told of its feeds in this pool. */
  async add(subscriber: Subscriber): Promise<void> {
    for (const { feed } of this.#feedsOf(subscriber)) {
      const name = feedText(feed);
      const others = this.#subscribers.get(name) ?? new Set();
      this.#subscribers.set(name, others.add(subscriber));
      const seen = this.#seen.get(name);
      const denied = this.#denied.get(name);
      if (denied !== undefined) subscriber.put(name, this.#told(name), this.#denial(name, denied), denied);
      else if (seen !== undefined && isLive(seen)) subscriber.put(name, this.#told(name), this.#status(name, 'live'));
      else if (this.#isUnserved) subscriber.put(name, this.#told(name), this.#unserved(name));
    }
    this.#fresh = true;
    await this.#want();
    this.#reading ??= this.#read();
  }

  /** It gives its feeds back. */
  async remove(subscriber: Subscriber): Promise<void> {
    for (const { feed } of this.#feedsOf(subscriber)) {
      const name = feedText(feed);
      const others = this.#subscribers.get(name);
      others?.delete(subscriber);
      if (others?.size !== 0) continue;
      this.#subscribers.delete(name);
      // Nobody is left to miss anything.
      if (this.#seen.get(name)?.leftMs !== undefined) this.#seen.delete(name);
    }
    // Whoever cannot be told forgets it by itself.
    await this.#want().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#subscribers.clear();
    await this.#want().catch(() => undefined);
    this.#timer?.();
    this.#end.abort();
    this.#unwatch?.();
  }

  #feedsOf(subscriber: Subscriber): Subscriber['parts']['feeds'] {
    return subscriber.parts.feeds.filter(({ broker }) => broker === this.#parts.broker);
  }

  /** Says what this process wants, and goes on saying it. */
  async #want(): Promise<void> {
    const { store, pool, consumer, token, clock } = this.#parts;
    this.#timer?.();
    if (this.#end.signal.aborted) return;
    this.#timer = clock.after(wantEveryMs, () => {
      void this.#want().catch(() => undefined);
    });
    await store.want(pool, consumer, this.#wants(), token());
  }

  #wants(): Omit<Want, 'consumer'>[] {
    return [...this.#subscribers].map(([feed, subscribers]) => {
      const all = [...subscribers].map(({ parts }) => parts);
      const rank = Math.min(...all.map(({ priority }) => priorities.indexOf(priority)));
      return { feed, priority: priorities[rank] ?? 'realtime', raw: all.some(({ raw }) => raw) };
    });
  }

  async #read(): Promise<void> {
    const { store, pool, clock } = this.#parts;
    while (!this.#end.signal.aborted) {
      try {
        await this.#lookAtKeys();
        await this.#keepGaps();
        if (this.#cursors.size === 0) {
          await sleep(clock, retryMs, this.#end.signal);
          continue;
        }
        const from = new Map([...this.#cursors].map(([keyId, { id }]) => [keyId, id]));
        const found = await store.read(pool, from, readWaitMs);
        for (const [keyId, batches] of found) for (const batch of batches) this.#take(keyId, batch);
      } catch (error) {
        if (!isHubError(error)) {
          this.#fail(error);
          return;
        }
        await sleep(clock, retryMs, this.#end.signal);
      }
    }
  }

  #fail(error: unknown): void {
    for (const subscribers of this.#subscribers.values()) for (const each of subscribers) each.stop(error);
  }

  /** Keys whose sessions may tell something, and what has no slot. */
  async #lookAtKeys(): Promise<void> {
    const { store, pool, consumer, clock } = this.#parts;
    this.#unwatch ??= await store.watch(pool, () => {
      this.#fresh = true;
    });
    if (!this.#fresh && clock.monotonic() - this.#keysLookedAt < readWaitMs) return;
    this.#fresh = false;
    this.#keysLookedAt = clock.monotonic();
    const { keys, plan } = await store.look(pool);
    const all = new Set([...keys.keys(), ...Object.values(plan.feeds).map(({ keyId }) => keyId)]);
    const unknown = [...all].filter((keyId) => !this.#cursors.has(keyId));
    if (unknown.length > 0) await this.#begin(unknown);
    this.#tellRefused(plan.refused);
    this.#tellDenied(plan.denied?.[consumer] ?? {});
    this.#tellUnserved(keys.size > 0);
  }

  /** Silence has a reason: nobody is there who could open a socket. */
  #tellUnserved(isServed: boolean): void {
    const now = this.#parts.clock.monotonic();
    if (isServed) this.#servedAt = now;
    const before = this.#isUnserved;
    this.#isUnserved = now - this.#servedAt > unservedAfterMs;
    if (before || !this.#isUnserved) return;
    for (const name of this.#subscribers.keys()) this.#put(name, this.#unserved(name));
  }

  #unserved(name: string): StatusEvent {
    return unservedEvent(this.#told(name), this.#parts.clock.now());
  }

  async #begin(keyIds: readonly string[]): Promise<void> {
    const { store, pool } = this.#parts;
    const isFirst = this.#cursors.size === 0;
    for (const { keyId, lastId, feeds, ...state } of await store.states(pool, keyIds)) {
      this.#cursors.set(keyId, { id: lastId, ...state });
      for (const [name, stored] of feeds) {
        const seen = this.#seen.get(name);
        // A key that joins later may have taken a feed over before its stream was read.
        if (stored.state === 'live' && !isFirst) this.#live(keyId, name, stored.sinceMs);
        else if (isFirst || seen === undefined || !isLive(seen)) this.#seen.set(name, { keyId, stored });
        if (stored.state === 'live') this.#put(name, this.#status(name, 'live'));
      }
    }
  }

  #tellRefused(refused: readonly string[]): void {
    for (const name of refused) {
      if (this.#refused.has(name) || !this.#subscribers.has(name)) continue;
      this.#refused.add(name);
      const seen = this.#seen.get(name);
      if (seen !== undefined) seen.refused = true;
      const why = { code: 'HUB_NO_SLOT', message: 'every key is full' };
      this.#put(name, { ...this.#status(name, 'refused'), ...why });
    }
    for (const name of this.#refused) if (!refused.includes(name)) this.#refused.delete(name);
  }

  #tellDenied(denied: Readonly<Record<string, Denial>>): void {
    for (const [name, { caller, why, remedy }] of Object.entries(denied)) {
      if (this.#denied.has(name) || !this.#subscribers.has(name)) continue;
      const { broker } = this.#parts;
      const failure = new CallerRefused({ caller, broker, endpoint: `live feed ${name}`, why }, remedy);
      this.#put(name, this.#denial(name, failure), failure);
      this.#denied.set(name, failure);
    }
    for (const name of this.#denied.keys()) if (denied[name] === undefined) this.#denied.delete(name);
  }

  #denial(name: string, { code, message }: CallerRefused): StatusEvent {
    return { ...this.#status(name, 'refused'), code, message };
  }

  #take(keyId: string, batch: ReadBatch): void {
    const cursor = this.#cursors.get(keyId);
    if (cursor === undefined) return;
    cursor.id = batch.id;
    const sameHolder = batch.generation === cursor.generation;
    // A batch that was repeated, or one of a holder that did not know yet that it was superseded.
    if (batch.generation < cursor.generation || (sameHolder && batch.seq <= cursor.seq)) return;
    if (batch.seq !== cursor.seq + 1 && cursor.generation > 0) this.#missed(keyId, cursor.throughMs, batch.throughMs);
    cursor.generation = batch.generation;
    cursor.seq = batch.seq;
    eachPair(this.#parts.broker, batch.body, (name, event) => {
      this.#event(keyId, name, event);
    });
    cursor.throughMs = batch.throughMs;
  }

  #event(keyId: string, name: string, event: RealtimeEvent): void {
    const seen = this.#seen.get(name);
    // Streams of two keys are read in any order: what the former one says of an end is over.
    if (seen !== undefined && seen.keyId !== keyId && isLive(seen) && isOfAnEnd(event)) return;
    if (event.kind === 'status' && event.state === 'live') this.#live(keyId, name, event.atMs);
    // Given back: whoever comes now has to wait for it anew, and who was there misses what comes until then.
    if (event.kind === 'status' && event.state !== 'live' && seen !== undefined && isLive(seen)) {
      if (this.#subscribers.has(name)) seen.leftMs = event.atMs;
      else this.#seen.delete(name);
    }
    if (event.kind === 'gap' && event.untilMs === null) {
      const { id, sinceMs, cause } = event;
      this.#seen.set(name, { keyId, stored: { state: 'gap', id, sinceMs, cause } });
    }
    this.#put(name, event);
  }

  /** A feed that another key carried until now, or none for want of a slot, was nobody's in between. No session knows. */
  #live(keyId: string, name: string, atMs: number): void {
    const before = this.#seen.get(name);
    this.#seen.set(name, { keyId, stored: { state: 'live', sinceMs: atMs } });
    if (before === undefined) return;
    const { stored, leftMs, refused = false } = before;
    // The same key tells its gaps itself, unless it had let go of the feed.
    if (before.keyId === keyId && !(refused && leftMs !== undefined)) return;
    const throughMs = leftMs ?? this.#cursors.get(before.keyId)?.throughMs ?? atMs;
    const gap: Pick<GapEvent, 'id' | 'sinceMs' | 'cause'> =
      stored.state === 'gap'
        ? stored
        : {
            id: `${before.keyId}-${keyId}.${String(atMs)}.${name}`,
            sinceMs: Math.min(throughMs, atMs),
            cause: 'handover',
          };
    const { id, sinceMs, cause } = gap;
    const told: GapEvent = { kind: 'gap', ...this.#told(name), id, sinceMs, untilMs: Math.max(sinceMs, atMs), cause };
    this.#put(name, told);
    if (this.#subscribers.has(name)) this.#unkept.push(told);
  }

  /** In the list of the pool, where sessions keep theirs; again and again where the server is away. */
  async #keepGaps(): Promise<void> {
    const { store, pool } = this.#parts;
    for (let [gap] = this.#unkept; gap !== undefined; [gap] = this.#unkept) {
      await store.keepGap(pool, gap);
      this.#unkept.shift();
    }
  }

  /** Batches of this key did not come: the stream had dropped them before they were read, or the server lost them. */
  #missed(keyId: string, sinceMs: number, untilMs: number): void {
    for (const name of this.#subscribers.keys()) {
      if (this.#seen.get(name)?.keyId !== keyId) continue;
      const times = { sinceMs, untilMs: Math.max(sinceMs, untilMs) };
      this.#put(name, { kind: 'gap', ...this.#told(name), id: this.#gapId(), ...times, cause: 'fan-out' });
    }
  }

  #put(name: string, event: RealtimeEvent, failure?: Error): void {
    const subscribers = this.#subscribers.get(name);
    // Somebody else may have what this process may not.
    if (subscribers === undefined || this.#denied.has(name)) return;
    for (const subscriber of subscribers) subscriber.put(name, this.#told(name), event, failure);
  }

  #status(name: string, state: StatusEvent['state']): StatusEvent {
    return { kind: 'status', ...this.#told(name), state, atMs: this.#parts.clock.now() };
  }

  #told(name: string): Told {
    const known = this.#tolds.get(name);
    if (known !== undefined) return known;
    const { kind: of, symbol, venue } = feedIn(name) ?? { kind: 'trade', symbol: name, venue: 'KRX' };
    const told = { broker: this.#parts.broker, of, symbol, venue };
    this.#tolds.set(name, told);
    return told;
  }

  #gapId(): string {
    this.#gaps += 1;
    return `${this.#parts.consumer}.${String(this.#gaps)}`;
  }
}

const isLive = ({ stored, leftMs }: Seen): boolean => stored.state === 'live' && leftMs === undefined;

/** Gaps of the cumulative volume are about trades that came, whoever carries the feed now. */
const isOfAnEnd = (event: RealtimeEvent): boolean =>
  event.kind === 'status' ? event.state !== 'live' : event.kind === 'gap' && event.cause !== 'volume';
