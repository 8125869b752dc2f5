import { randomBytes } from 'node:crypto';
import type { ApprovalDesk } from '../../account/approvals.js';
import { kstSecond } from '../../market/kst.js';
import type { Market } from '../../market/market.js';
import { bookRecord } from '../../wire/kis/live-book.js';
import { dataFrame, liveAnswer, pingPong, secretFrame, subscribed, type Cipher } from '../../wire/kis/live-messages.js';
import { orderNotice } from '../../wire/kis/live-notice.js';
import { tradeRecord } from '../../wire/kis/live-trade.js';
import { kstText } from '../../wire/kis/text.js';
import type { Dialect } from '../live/dialect.js';
import type { TakenOrder } from '../live/order-news.js';
import type { Delivery } from '../live/pump.js';
import { feedName, type Feed, type Session } from '../live/session.js';
import type { Switchboard } from '../live/switchboard.js';
import type { SimSettings } from '../options.js';
import { isEcho, readMessage, type Wish } from './live-request.js';
import { BRANCH } from './trading.js';

export interface KisLiveParts {
  readonly board: Switchboard;
  readonly approvals: ApprovalDesk;
  readonly settings: SimSettings;
  readonly market: Market;
}

/** How long an ack waits for data with `dataBeforeAck`. */
const LATEST_ACK_MS = 1_000;

/** Any account is this one's when the key has none. */
const NO_ACCOUNT = '0000000001';

const total = (levels: readonly { size: number }[]): number => levels.reduce((sum, { size }) => sum + size, 0);

/** Records of one delivery, oldest first. */
const recordsOf = ({ feed, passage }: Delivery, extraFields: number): string[] => {
  const { symbol, book, trades, previousClose, previousVolume, venue } = passage;
  const { code, listedShares } = symbol;
  if (feed.content === 'book') {
    const dayVolume = trades.at(-1)?.dayVolume ?? 0;
    return [bookRecord({ ...book, code, dayVolume, previousClose }, { midpoint: venue !== 'KRX', extraFields })];
  }
  const waiting = {
    ask: book.asks[0]?.size ?? 0,
    bid: book.bids[0]?.size ?? 0,
    asks: total(book.asks),
    bids: total(book.bids),
  };
  return trades.map((trade) =>
    tradeRecord({ ...trade, code, listedShares, previousClose, previousVolume, waiting }, extraFields),
  );
};

const newCipher = (): Cipher => ({ key: randomBytes(16).toString('hex'), iv: randomBytes(8).toString('hex') });

/** The WebSocket of KIS. One session a key: a second one is refused, message by message. */
export class KisLive implements Dialect {
  readonly broker = 'kis';
  readonly #parts: KisLiveParts;
  readonly #ciphers = new WeakMap<Feed, Cipher>();
  /** Acks that wait for data. */
  readonly #held = new WeakMap<Feed, string>();

  constructor(parts: KisLiveParts) {
    this.#parts = parts;
  }

  hear(session: Session, text: string): void {
    if (isEcho(text)) {
      session.unanswered = 0;
      return;
    }
    const { board, approvals, settings } = this.#parts;
    const { names, approval, wish } = readMessage(text, settings);
    const keyId = approvals.ownerOf(approval, board.now());
    if (!board.control(session, keyId)) return;
    if (typeof wish === 'string') session.say(liveAnswer(names, wish));
    else if (keyId === undefined) session.say(liveAnswer(names, 'OPSP0011'));
    else if (board.name(session, keyId)) this.#serve(session, keyId, wish);
  }

  ping(_session: Session, at: number): string {
    return pingPong(kstText(at).replaceAll(/\D/g, ''));
  }

  lost(session: Session): void {
    this.#parts.board.drop(session, 'kick');
  }

  deliver(session: Session, deliveries: readonly Delivery[]): void {
    const { board } = this.#parts;
    const { recordsPerFrame, extraFields } = board.settings;
    for (const delivery of deliveries) {
      const { feed } = delivery;
      const records = recordsOf(delivery, extraFields);
      for (let from = 0; from < records.length; from += recordsPerFrame) {
        const some = records.slice(from, from + recordsPerFrame);
        board.send(
          session,
          dataFrame(feed.tr, some),
          Array.from(some, () => feed),
        );
      }
      this.#acknowledge(session, feed);
    }
  }

  tellOrder(session: Session, order: TakenOrder): void {
    for (const feed of session.feeds.values()) {
      const cipher = this.#ciphers.get(feed);
      if (feed.content !== 'orders' || cipher === undefined || feed.record.silentFromMs !== null) continue;
      const notice = orderNotice({
        ...order,
        customer: feed.key,
        account: order.account || NO_ACCOUNT,
        kind: order.type,
        name: this.#parts.market.symbols.get(order.code)?.name ?? '',
        second: kstSecond(order.at),
        branch: BRANCH,
      });
      this.#parts.board.send(session, secretFrame(feed.tr, notice, cipher), [feed]);
    }
  }

  #serve(session: Session, keyId: string, wish: Wish): void {
    const { board } = this.#parts;
    const { tr, key } = wish;
    if (session.keyId !== keyId) {
      session.say(liveAnswer(wish, 'OPSP9994'));
    } else if (!board.slots.kis.take(keyId, session, board.now())) {
      board.refused(session);
      session.say(liveAnswer(wish, 'OPSP8996'));
    } else if (!wish.on) {
      session.say(liveAnswer(wish, board.release(session, tr, key) ? 'OPSP0001' : 'OPSP0003'));
    } else if (session.feeds.has(feedName(tr, key))) {
      session.say(liveAnswer(wish, 'OPSP0002'));
    } else if (session.feeds.size >= board.settings.registrations) {
      session.say(liveAnswer(wish, 'OPSP0008'));
    } else if (wish.content === 'orders' && key !== board.settings.htsId) {
      board.drop(session, 'kick');
    } else {
      this.#register(session, wish);
    }
  }

  #register(session: Session, wish: Wish): void {
    const { board, market } = this.#parts;
    const { tr, key, content, venue } = wish;
    const orders = content === 'orders';
    // An unknown code is no error: it is registered, and nothing ever comes.
    const source = !orders && market.symbols.has(key) ? { code: key, venue } : undefined;
    const feed = board.register(session, { tr, key, content, source, ...(orders ? { publicKey: '*' } : {}) });
    const cipher = newCipher();
    if (orders) this.#ciphers.set(feed, cipher);
    this.#held.set(feed, subscribed(wish, cipher, orders));
    if (!board.settings.dataBeforeAck || source === undefined) this.#acknowledge(session, feed);
    else setTimeout(() => this.#acknowledge(session, feed), LATEST_ACK_MS).unref();
  }

  #acknowledge(session: Session, feed: Feed): void {
    const ack = this.#held.get(feed);
    this.#held.delete(feed);
    if (ack !== undefined) session.say(ack);
  }
}
