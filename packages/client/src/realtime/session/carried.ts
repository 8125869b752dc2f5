import type { BrokerName } from '../../broker/contract.js';
import { feedIn, feedText, type LiveMessage, type LiveProtocol, type LiveRecord } from '../../broker/live.js';
import type { FeedState, GapCause, GapEvent, RealtimeEvent, StatusEvent } from '../contract.js';
import type { Beginning, StoredFeed } from '../feed-store.js';
import { pairText } from '../wire.js';
import { FeedOnSocket, type Registration } from './feed-on-socket.js';

/** Where a session tells what it hears: the publisher, or a replay. */
export interface Teller {
  /** Events as JSON, the feed and the event in turn. `throughMs`: everything that was received until then is told. */
  add(events: readonly string[], throughMs: number): void;
  /** The state of a feed as newcomers find it. */
  feed(name: string, state: StoredFeed | null): void;
  /** To be kept for whoever fills holes. */
  gap(gap: GapEvent): void;
}

/** What a session knows of its feeds between two messages, beside the volumes. */
export interface CarriedState {
  readonly generation: string;
  /** How many gaps it has named. */
  readonly gaps: number;
  readonly throughMs: number;
  readonly feeds: readonly {
    readonly name: string;
    readonly wanted: boolean;
    readonly raw: boolean;
    readonly registration: Registration;
    readonly stored: StoredFeed | null;
  }[];
}

/** Whoever looks whether a feed is mute needs to know no better when another one traded. */
const tradeToldEveryMs = 2_000;

type Told = Pick<Extract<LiveMessage, { kind: 'records' }>, 'records' | 'raws' | 'bad'>;

/** The next message to the broker. */
export interface Step {
  readonly to: 'register' | 'release';
  readonly feeds: readonly FeedOnSocket[];
}

/** The feeds of one session, whatever socket carries them, and what is told of them. */
export class Carried {
  readonly #feeds = new Map<string, FeedOnSocket>();
  #publisher: Teller | undefined;
  #generation = '';
  #gaps = 0;
  /** When the last frame arrived, UTC epoch ms. */
  #throughMs = 0;

  constructor(
    private readonly broker: BrokerName,
    private readonly keyId: string,
  ) {}

  /** Whether anybody wants anything. */
  get isWanted(): boolean {
    return [...this.#feeds.values()].some(({ wanted }) => wanted);
  }

  /** Nothing is wanted, and nothing has to be given back. */
  get isEmpty(): boolean {
    return this.#feeds.size === 0;
  }

  /** What is wanted and not acknowledged, in words. */
  get unready(): readonly string[] {
    return [...this.#feeds.values()]
      .filter(({ wanted, registration }) => wanted && registration !== 'live')
      .map(({ name, registration, refusal }) =>
        registration === 'refused' ? `${name} was refused: ${refusal ?? ''}` : `${name} is not acknowledged`,
      );
  }

  get live(): readonly FeedOnSocket[] {
    return [...this.#feeds.values()].filter(({ registration }) => registration === 'live');
  }

  /** The feed of a name, where it is carried. */
  find(name: string): FeedOnSocket | undefined {
    return this.#feeds.get(name);
  }

  get state(): CarriedState {
    const feeds = [...this.#feeds.values()].map(({ name, wanted, raw, registration, stored }) => ({
      ...{ name, wanted, raw, registration, stored },
    }));
    return { generation: this.#generation, gaps: this.#gaps, throughMs: this.#throughMs, feeds };
  }

  /** Goes on from a state, in the place of whoever had it. */
  resume(publisher: Teller, { generation, gaps, throughMs, feeds }: CarriedState): void {
    this.#publisher = publisher;
    this.#generation = generation;
    this.#gaps = gaps;
    this.#throughMs = throughMs;
    this.#feeds.clear();
    for (const { name, wanted, raw, registration, stored } of feeds) {
      const feed = this.#adopted(name);
      feed?.resume(stored, { wanted, raw, registration });
    }
  }

  /** Returns whether anything has changed. */
  want(feeds: ReadonlyMap<string, boolean>, now: number): boolean {
    let changed = false;
    for (const [name, raw] of feeds) {
      const known = this.#feeds.get(name);
      const feed = known === undefined ? feedIn(name) : undefined;
      if (feed !== undefined) this.#feeds.set(name, new FeedOnSocket(feed, this.broker, raw));
      changed ||= known?.wanted !== true;
      if (known === undefined) continue;
      known.wanted = true;
      known.raw = raw;
    }
    for (const feed of this.#feeds.values()) {
      if (!feed.wanted || feeds.has(feed.name)) continue;
      feed.wanted = false;
      changed = true;
      if (feed.registration === 'none' || feed.registration === 'refused') this.#drop(feed, now);
    }
    return changed;
  }

  /** This process holds the session: what its predecessor promised goes on with a gap. */
  begin(publisher: Teller, { generation, throughMs, handedOver, feeds }: Beginning, now: number): void {
    this.#publisher = publisher;
    this.#generation = String(generation);
    this.#throughMs = throughMs;
    for (const [name, stored] of feeds) {
      const feed = this.#feeds.get(name) ?? this.#adopted(name);
      if (feed === undefined) continue;
      feed.adopt(stored, throughMs, handedOver ? 'handover' : 'holder-lost', this.#gapId());
      this.#tellGap(feed, feed.gapEvent(null));
      if (!feed.wanted) this.#drop(feed, now);
    }
  }

  /** This process does not hold it any more. */
  leave(): void {
    this.#publisher = undefined;
    for (const { name, feed, wanted, raw } of [...this.#feeds.values()]) {
      if (wanted) this.#feeds.set(name, new FeedOnSocket(feed, this.broker, raw));
      else this.#feeds.delete(name);
    }
  }

  /** What to ask the broker for: releases first, they make room. */
  next(
    { mostPerMessage, groupOf }: Pick<LiveProtocol, 'mostPerMessage' | 'groupOf'>,
    monotonic: number,
  ): Step | undefined {
    const all = [...this.#feeds.values()];
    const release = all.filter(({ wanted, renew, registration }) => (!wanted || renew) && registration === 'live');
    const together = (feeds: readonly FeedOnSocket[]): FeedOnSocket[] => {
      const [first] = feeds;
      return feeds.filter(({ feed }) => first && groupOf(feed) === groupOf(first.feed)).slice(0, mostPerMessage);
    };
    if (release.length > 0) return { to: 'release', feeds: together(release) };
    const register = all.filter(
      ({ wanted, registration, notBefore }) => wanted && registration === 'none' && notBefore <= monotonic,
    );
    return register.length > 0 ? { to: 'register', feeds: together(register) } : undefined;
  }

  /** When a feed that has to wait may be asked for again (monotonic). */
  get nextAt(): number | undefined {
    const times = [...this.#feeds.values()]
      .filter(({ wanted, registration }) => wanted && registration === 'none')
      .map(({ notBefore }) => notBefore);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A frame of any kind has arrived: everything before it has, too. */
  heard(receivedMs: number): void {
    this.#throughMs = Math.max(this.#throughMs, receivedMs);
    this.#publisher?.add([], this.#throughMs);
  }

  /** What one frame told. Beside records that cannot be read, those that can prove nothing for the other feeds. */
  records({ records, raws, bad }: Told, receivedMs: number, monotonic: number): void {
    if (bad > 0) this.damaged(receivedMs);
    const events: string[] = [];
    let texts: readonly string[] | undefined;
    records.forEach((record, index) => {
      for (const feed of this.#of(record)) {
        feed.heard(monotonic);
        const verdict = feed.see(record, receivedMs);
        if (verdict.kind === 'duplicate') continue;
        const missing = feed.gapBefore(verdict, receivedMs);
        if (missing !== undefined) {
          const gap: GapEvent = { kind: 'gap', ...feed.told, id: this.#gapId(), ...missing };
          this.#publisher?.gap(gap);
          events.push(pairText(feed.name, gap));
        }
        if (record.kind === 'trade') this.#traded(feed, receivedMs, record.dayVolume);
        const raw = feed.raw ? { raw: (texts ??= raws())[index] ?? '' } : {};
        const late = verdict.kind === 'late' ? { late: true as const } : {};
        events.push(pairText(feed.name, { broker: this.broker, receivedMs, ...record, ...late, ...raw }));
      }
    });
    this.#throughMs = Math.max(this.#throughMs, receivedMs);
    this.#publisher?.add(events, this.#throughMs);
    if (bad > 0) this.damaged(receivedMs);
  }

  /** A frame cannot be read, and may have told a trade of any feed: until its next trade nothing is proven for it. */
  damaged(receivedMs: number): void {
    for (const feed of this.#feeds.values()) {
      if (feed.feed.kind !== 'trade' || (feed.registration !== 'live' && feed.registration !== 'releasing')) continue;
      feed.damagedMs = receivedMs;
      if (feed.quietSinceMs === undefined) this.#unproven(feed, receivedMs);
    }
  }

  /** The broker has acknowledged it. */
  registered(feed: FeedOnSocket, atMs: number, monotonic: number): void {
    const closed = feed.live(atMs, monotonic);
    this.#tellGap(feed, closed);
    this.#tellStatus(feed, 'live', atMs);
  }

  /** The broker has taken it away, as it was asked to. */
  released(feed: FeedOnSocket, atMs: number): void {
    if (!feed.wanted) {
      this.#drop(feed, atMs);
      return;
    }
    if (feed.renew && feed.feed.kind === 'trade') {
      feed.registration = 'none';
      feed.renew = false;
      return;
    }
    // It was silent, or somebody came back meanwhile.
    this.#tellGap(feed, feed.interrupt(atMs, 'handover', this.#gapId()));
    this.#tellStatus(feed, 'waiting', atMs);
  }

  /** It would be refused for ever. */
  refused(feed: FeedOnSocket, atMs: number, why: { readonly code: string; readonly message: string }): void {
    feed.registration = 'refused';
    feed.refusal = `${why.code} ${why.message}`;
    this.#tellStatus(feed, 'refused', atMs, why);
  }

  /** The socket is no more. */
  interrupted(cause: GapCause, atMs: number): void {
    for (const feed of this.#feeds.values()) {
      const wasLive = feed.registration === 'live' || feed.registration === 'releasing';
      this.#tellGap(feed, feed.interrupt(this.#throughMs, cause, this.#gapId()));
      if (!feed.wanted) this.#drop(feed, atMs);
      else if (wasLive) this.#tellStatus(feed, 'waiting', atMs);
    }
  }

  /**
   * It was acknowledged and tells nothing: to be registered anew. `sinceMs`: when it was heard last. Of trades the cumulative volume
   * will tell whether anything is missing; most of them were just not traded. Where nothing was heard since an interruption, or
   * the next one comes first, it cannot: then the silence is in the gap.
   */
  silent(feed: FeedOnSocket, sinceMs: number, atMs: number): void {
    if (feed.feed.kind === 'trade') feed.quietSinceMs ??= feed.provenMs;
    else this.#tellGap(feed, feed.interrupt(sinceMs, 'silent', this.#gapId()));
    this.#tellStatus(feed, 'waiting', atMs);
    // The broker holds it for registered: asking again would be answered with "already".
    feed.registration = 'live';
    feed.renew = true;
  }

  /**
   * A feed of trades tells less than it used to. Most likely nobody trades; but if the socket breaks, or this process ends, before
   * the next trade has come, the gap begins with the last one.
   */
  quiet(feed: FeedOnSocket, atMs: number): void {
    this.#unproven(feed, atMs);
  }

  #unproven(feed: FeedOnSocket, atMs: number): void {
    feed.quietSinceMs ??= Math.min(feed.provenMs, atMs);
    this.#publisher?.feed(feed.name, feed.stored);
  }

  #traded(feed: FeedOnSocket, receivedMs: number, dayVolume: number): void {
    feed.lastTradeMs = receivedMs;
    feed.lastVolume = dayVolume;
    feed.damagedMs = undefined;
    const toldMs = feed.toldTradeMs ?? -Infinity;
    const isNews = toldMs < feed.sinceMs || receivedMs - toldMs >= tradeToldEveryMs;
    if (feed.quietSinceMs === undefined && !isNews) return;
    feed.toldTradeMs = receivedMs;
    feed.quietSinceMs = undefined;
    this.#publisher?.feed(feed.name, feed.stored);
  }

  #adopted(name: string): FeedOnSocket | undefined {
    const feed = feedIn(name);
    if (feed === undefined) return undefined;
    const adopted = new FeedOnSocket(feed, this.broker, false);
    adopted.wanted = false;
    this.#feeds.set(name, adopted);
    return adopted;
  }

  #of(record: LiveRecord): readonly FeedOnSocket[] {
    if (record.kind === 'notice') return [...this.#feeds.values()].filter(({ feed }) => feed.kind === 'notice');
    // Kiwoom leaves the Q of an ETN out.
    const feed =
      this.#feeds.get(feedText(record)) ?? this.#feeds.get(feedText({ ...record, symbol: `Q${record.symbol}` }));
    return feed === undefined ? [] : [feed];
  }

  #drop(feed: FeedOnSocket, atMs: number): void {
    // It may go to another key: nobody there knows that it was quiet here.
    if (feed.quietSinceMs !== undefined) feed.interrupt(atMs, 'silent', this.#gapId());
    this.#tellGap(feed, feed.close(atMs));
    if (feed.stored !== null) this.#tellStatus(feed, 'waiting', atMs);
    this.#feeds.delete(feed.name);
    this.#publisher?.feed(feed.name, null);
  }

  #tellGap(feed: FeedOnSocket, gap: GapEvent | undefined): void {
    if (gap === undefined) return;
    this.#publisher?.gap(gap);
    this.#tell(feed, gap);
  }

  #tellStatus(
    feed: FeedOnSocket,
    state: FeedState,
    atMs: number,
    why: { readonly code?: string; readonly message?: string } = {},
  ): void {
    const status: StatusEvent = { kind: 'status', ...feed.told, state, atMs, ...why };
    this.#tell(feed, status);
  }

  #tell(feed: FeedOnSocket, event: RealtimeEvent): void {
    this.#publisher?.feed(feed.name, feed.stored);
    this.#publisher?.add([pairText(feed.name, event)], this.#throughMs);
  }

  #gapId(): string {
    this.#gaps += 1;
    return `${this.keyId}.${this.#generation}.${String(this.#gaps)}`;
  }
}
