import type { TokenDesk } from '../../account/tokens.js';
import type { Venue } from '../../market/calendar.js';
import { kstSecond } from '../../market/kst.js';
import type { Market } from '../../market/market.js';
import { tickSize } from '../../market/tick-size.js';
import { balanceValues, orderValues } from '../../wire/kiwoom/live-account.js';
import { bookValues } from '../../wire/kiwoom/live-book.js';
import {
  loggedIn,
  loginRefused,
  ping,
  realFrame,
  registered,
  registerRefused,
  system,
  tooManyItems,
  type LiveEntry,
  type SystemCode,
} from '../../wire/kiwoom/live-messages.js';
import { tradeValues } from '../../wire/kiwoom/live-trade.js';
import { isTokenOf } from '../../wire/kiwoom/token.js';
import { parseObject, textOf } from '../house.js';
import type { Dialect } from '../live/dialect.js';
import type { TakenOrder } from '../live/order-news.js';
import type { Delivery } from '../live/pump.js';
import { feedName, type Content, type Feed, type Session } from '../live/session.js';
import type { Switchboard } from '../live/switchboard.js';
import type { SimSettings } from '../options.js';
import { Groups, type Pair } from './live-groups.js';
import { readRegistration, type Registration } from './live-request.js';
import { placeFor } from './place.js';

export interface KiwoomLiveParts {
  readonly board: Switchboard;
  readonly tokens: TokenDesk;
  readonly settings: SimSettings;
  readonly market: Market;
}

type Message = Record<string, unknown>;

const contents: Readonly<Record<string, Content>> = { '0B': 'trades', '0D': 'book', '00': 'orders', '04': 'balance' };

const exchanges: Readonly<Record<Venue, string>> = { KRX: 'KRX', NXT: 'NXT', UN: '통합' };

/** A code of NXT or of both exchanges. */
const hasSuffix = ({ item }: Pair): boolean => /_(NX|AL)$/.test(item);

/** Entries of one delivery, oldest first. */
const entriesOf = ({ feed, passage }: Delivery): LiveEntry[] => {
  const { trades, book, symbol, previousClose, previousVolume } = passage;
  const exchange = exchanges[passage.venue];
  const { tr: type, key: item } = feed;
  if (feed.content === 'book') {
    const dayVolume = trades.at(-1)?.dayVolume ?? 0;
    return [{ type, item, values: bookValues({ ...book, dayVolume, previousClose, exchange }) }];
  }
  const { listedShares } = symbol;
  return trades.map((trade) => ({
    type,
    item,
    values: tradeValues({ ...trade, previousClose, previousVolume, listedShares, exchange }),
  }));
};

/** The WebSocket of Kiwoom. One session a key: a second login ends the first. */
export class KiwoomLive implements Dialect {
  readonly broker = 'kiwoom';
  readonly #parts: KiwoomLiveParts;
  readonly #groups = new WeakMap<Session, Groups>();

  constructor(parts: KiwoomLiveParts) {
    this.#parts = parts;
  }

  /** Nobody may stay without a login. */
  opened(session: Session): void {
    setTimeout(() => {
      if (session.open && !this.#groups.has(session)) this.#endStranger(session);
    }, this.#parts.board.settings.loginMs).unref();
  }

  hear(session: Session, text: string): void {
    const message = parseObject(text) ?? {};
    const trnm = textOf(message, 'trnm');
    const { board } = this.#parts;
    if (trnm === 'LOGIN') {
      this.#login(session, message);
    } else if (!this.#groups.has(session)) {
      this.#endStranger(session);
    } else if (trnm === 'PING') {
      session.unanswered = 0;
    } else if (trnm === 'REG' || trnm === 'REMOVE') {
      if (board.control(session, session.keyId)) this.#serve(session, trnm, message);
    } else {
      session.say(registerRefused(trnm, '1517', '입력 값 형식이 올바르지 않습니다. 파라미터=trnm'));
    }
  }

  ping(session: Session): string | undefined {
    return this.#groups.has(session) ? ping() : undefined;
  }

  lost(session: Session): void {
    this.#end(session, 'R10002');
  }

  deliver(session: Session, deliveries: readonly Delivery[]): void {
    const { board } = this.#parts;
    const { recordsPerFrame } = board.settings;
    const entries: LiveEntry[] = [];
    const carried: Feed[] = [];
    for (const delivery of deliveries) {
      for (const entry of entriesOf(delivery)) {
        entries.push(entry);
        carried.push(delivery.feed);
      }
    }
    for (let from = 0; from < entries.length; from += recordsPerFrame) {
      const to = from + recordsPerFrame;
      board.send(session, realFrame(entries.slice(from, to)), carried.slice(from, to));
    }
  }

  tellOrder(session: Session, order: TakenOrder): void {
    const quote = this.#parts.market.quote(order.code, 'KRX', order.at);
    const price = quote?.price ?? 0;
    const input = {
      ...order,
      name: quote?.symbol.name ?? '',
      second: kstSecond(order.at),
      currentPrice: price,
      previousClose: quote?.previousClose ?? 0,
      ask: price + tickSize(price),
      bid: price,
    };
    for (const feed of session.feeds.values()) {
      if (feed.record.silentFromMs !== null) continue;
      if (feed.content !== 'orders' && feed.content !== 'balance') continue;
      const values = feed.content === 'orders' ? orderValues(input) : balanceValues(input);
      this.#parts.board.send(session, realFrame([{ type: feed.tr, item: order.code, values }]), [feed]);
    }
  }

  #login(session: Session, message: Message): void {
    const { board, tokens, settings } = this.#parts;
    const token = textOf(message, 'token');
    const keyId = tokens.ownerOf(token);
    if (!board.control(session, keyId)) return;
    if (keyId === undefined || tokens.state(token, keyId, board.now()) !== 'valid') {
      const other = settings.environment === 'real' ? 'paper' : 'real';
      board.refused(session);
      session.say(loginRefused(isTokenOf(token, other) ? 8031 : 8005));
      session.end('close', 1000);
      return;
    }
    if (!board.name(session, keyId)) return;
    const holder = board.slots.kiwoom.holder(keyId);
    if (holder !== undefined && holder !== session) this.#end(holder, 'R10001');
    board.slots.kiwoom.seize(keyId, session);
    if (!this.#groups.has(session)) this.#groups.set(session, new Groups());
    session.say(loggedIn(settings.environment === 'real'));
  }

  #serve(session: Session, trnm: string, message: Message): void {
    const read = readRegistration(message);
    if ('code' in read) session.say(registerRefused(trnm, read.code, read.text));
    else if (trnm === 'REG') session.say(this.#register(session, read));
    else session.say(this.#release(session, read));
  }

  #register(session: Session, { group, keep, pairs }: Registration): string {
    const { board, settings } = this.#parts;
    const groups = this.#groups.get(session) ?? new Groups();
    const { items, groupItems } = board.settings;
    if (settings.environment === 'paper' && pairs.some(hasSuffix)) {
      return registerRefused('REG', '1517', '모의투자는 KRX만 지원가능합니다');
    }
    const held = (keep ? groups : new Groups()).itemsWith(group, pairs);
    if (held.all > items || held.ofGroup > groupItems) return tooManyItems('REG');
    if (!keep) this.#drop(session, groups, pairs);
    for (const pair of pairs) {
      groups.add(group, pair);
      if (!session.feeds.has(feedName(pair.type, pair.item))) this.#open(session, pair);
    }
    return registered('REG');
  }

  /** Drops what is held and not asked for again. */
  #drop(session: Session, groups: Groups, kept: readonly Pair[]): void {
    groups.clear();
    const names = new Set(kept.map(({ type, item }) => feedName(type, item)));
    for (const [name, { tr, key }] of session.feeds) {
      if (!names.has(name)) this.#parts.board.release(session, tr, key);
    }
  }

  #open(session: Session, { type, item }: Pair): void {
    const { board, market } = this.#parts;
    const content = contents[type] ?? 'nothing';
    const place = content === 'trades' || content === 'book' ? placeFor({ market }, item) : undefined;
    const source = place === undefined ? undefined : { code: place.symbol.code, venue: place.venue };
    board.register(session, { tr: type, key: item, content, source });
  }

  #release(session: Session, { group, pairs }: Registration): string {
    const groups = this.#groups.get(session);
    for (const pair of pairs) {
      if (groups?.remove(group, pair) === true) this.#parts.board.release(session, pair.type, pair.item);
    }
    return registered('REMOVE');
  }

  /** One that has not logged in. */
  #endStranger(session: Session): void {
    this.#parts.board.refused(session);
    this.#end(session, 'R10004');
  }

  #end(session: Session, code: SystemCode): void {
    const { board } = this.#parts;
    board.finish(session, 'kick');
    session.say(system(code));
    session.end('close', 1000);
  }
}
