import type { Market } from '../../market/market.js';
import { placeAt } from '../../market/tape-reader.js';
import type { BrokerName } from '../house.js';
import { Bans } from './bans.js';
import type { LiveBook, OutageCause } from './journal.js';
import type { LiveSettings } from './options.js';
import { Pump, type Deliver } from './pump.js';
import { feedName, type Feed, type Session } from './session.js';
import { Slots } from './slots.js';
import { Trouble } from './trouble.js';

export interface SwitchboardParts {
  readonly settings: LiveSettings;
  readonly market: Market;
  readonly book: LiveBook;
  readonly now: () => number;
}

/** Why the broker ended a session, as the journal counts it. */
type Ending = Exclude<OutageCause, 'client'>;

/** Policy violation, RFC 6455. */
const ABUSE = 1008;

const abuser = (broker: BrokerName, who: string): string => `${broker}|${who}`;

/** Who is connected, which key is whose, what is registered. It knows no broker's words. */
export class Switchboard {
  readonly settings: LiveSettings;
  readonly now: () => number;
  readonly sessions = new Set<Session>();
  readonly slots: Readonly<Record<BrokerName, Slots>>;
  readonly trouble = new Trouble();
  readonly #market: Market;
  readonly #book: LiveBook;
  readonly #bans: Bans;
  readonly #pump: Pump;
  #deliver: Deliver = () => undefined;
  /** Names of keys by the address that they were named from. */
  readonly #namedFrom = new Map<string, Set<string>>();

  constructor({ settings, market, book, now }: SwitchboardParts) {
    this.settings = settings;
    this.now = now;
    this.slots = { kis: new Slots(settings.releaseMs), kiwoom: new Slots(settings.releaseMs) };
    this.#market = market;
    this.#book = book;
    this.#bans = new Bans(settings);
    this.#pump = new Pump(market);
  }

  /** True for an address that is banned itself, or that only banned keys were named from. */
  refuses(broker: BrokerName, address: string): boolean {
    const at = this.now();
    const names = [...(this.#namedFrom.get(abuser(broker, address)) ?? [])];
    const banned = (name: string): boolean => this.#bans.banned(name, at);
    const refused = banned(abuser(broker, `@${address}`)) || (names.length > 0 && names.every(banned));
    if (refused) this.#book.count(broker, 'refusedConnects');
    return refused;
  }

  connected(session: Session): void {
    this.#book.count(session.broker, 'connects');
    this.sessions.add(session);
  }

  /** The socket is gone; `clean` = with a close frame. */
  gone(session: Session, clean: boolean): void {
    const at = this.now();
    const { broker, keyId } = session;
    this.#unregisterAll(session, 'client', this.#pump.deliveredUntil(at));
    this.sessions.delete(session);
    if (keyId !== undefined) {
      this.slots[broker].leave(keyId, session, { at, clean });
    } else if (this.#bans.connect(abuser(broker, `@${session.address}`), at)) {
      this.#book.count(broker, 'bans');
    }
  }

  /** The client names its key. False when the key is banned: then the session was ended. */
  name(session: Session, keyId: string): boolean {
    const { broker } = session;
    const at = this.now();
    const key = abuser(broker, keyId);
    if (session.keyId === undefined) {
      session.keyId = keyId;
      const address = abuser(broker, session.address);
      this.#namedFrom.set(address, (this.#namedFrom.get(address) ?? new Set()).add(key));
      this.#book.named(broker, keyId, at, [...this.#of(broker, keyId)].length);
      if (this.#bans.connect(key, at)) this.#ban(broker, keyId);
    }
    if (!this.#bans.banned(key, at)) return true;
    this.refused(session);
    this.end(session, 'ban', ABUSE);
    return false;
  }

  /** A message that registers, releases or logs in came. False when it was one too many: then the session was ended. */
  control(session: Session, keyId: string | undefined): boolean {
    const { broker } = session;
    this.#book.count(broker, 'controls');
    if (keyId === undefined) return true;
    const at = this.now();
    this.#book.combined(broker, keyId, at);
    if (!this.#bans.control(abuser(broker, keyId), at)) return true;
    this.#ban(broker, keyId);
    return false;
  }

  /** The session was let in and given nothing. */
  refused(session: Session): void {
    if (!session.refused) this.#book.count(session.broker, 'refusedConnects');
    session.refused = true;
  }

  register(session: Session, wish: Pick<Feed, 'tr' | 'key' | 'content' | 'source'> & { publicKey?: string }): Feed {
    // So that the trades of this second belong to the time before.
    this.flush();
    const at = this.now();
    const { publicKey, ...feed } = wish;
    if (feed.source !== undefined) this.#pump.open(feed.source, at);
    const keyId = session.keyId ?? '';
    const names = { keyId, tr: feed.tr, key: publicKey ?? feed.key };
    const record = this.#book.registered(session.broker, names, at, session.feeds.size + 1);
    if (this.trouble.mutes(record, session)) record.silentFromMs = at;
    const { code, venue } = feed.source ?? { code: '', venue: 'KRX' };
    const registered: Feed = { ...feed, start: placeAt(this.#market, code, venue, at), record };
    session.feeds.set(feedName(feed.tr, feed.key), registered);
    return registered;
  }

  /** False when there was no such feed. What the clock has passed goes out before. */
  release(session: Session, tr: string, key: string): boolean {
    const name = feedName(tr, key);
    const feed = session.feeds.get(name);
    if (feed === undefined) return false;
    this.flush();
    session.feeds.delete(name);
    feed.record.toMs = this.now();
    return true;
  }

  /** Data of feeds, one element of `carried` for every record in it. */
  send(session: Session, text: string, carried: readonly Feed[]): void {
    const damaged = this.trouble.damages();
    for (const { record } of carried) {
      record.sent += 1;
      if (damaged) record.garbled += 1;
    }
    session.say(damaged ? this.trouble.damage(text) : text);
  }

  /** The broker ends a session in order. What the clock has passed goes out before. */
  end(session: Session, cause: Ending, code?: number): void {
    this.finish(session, cause);
    session.end('close', code);
  }

  /** The same, without a close frame. */
  drop(session: Session, cause: Ending): void {
    this.finish(session, cause);
    session.drop();
  }

  /** Ends the feeds of a session that is about to be ended. */
  finish(session: Session, cause: Ending): void {
    if (cause === 'kick') this.#book.count(session.broker, 'kicks');
    this.flush();
    this.#unregisterAll(session, cause, this.now());
  }

  /** Who puts trades into the words of a broker. */
  deliverBy(deliver: Deliver): void {
    this.#deliver = deliver;
  }

  /** Sends what the clock has passed. */
  flush(): void {
    this.#pump.pass(this.sessions, this.now(), this.#deliver);
  }

  *#of(broker: BrokerName, keyId: string): Generator<Session> {
    for (const session of this.sessions) if (session.broker === broker && session.keyId === keyId) yield session;
  }

  #ban(broker: BrokerName, keyId: string): void {
    this.#book.count(broker, 'bans');
    for (const session of [...this.#of(broker, keyId)]) this.end(session, 'ban', ABUSE);
  }

  #unregisterAll(session: Session, cause: OutageCause, at: number): void {
    const records = [...session.feeds.values()].map(({ record }) => record);
    session.feeds.clear();
    for (const record of records) record.toMs = at;
    this.#book.lost(records, cause, at);
  }
}
