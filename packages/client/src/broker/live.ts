import type { Venue } from './candle.js';
import type { Origin } from './contract.js';
import type { BookLevel } from './quote.js';
import type { Environment } from '../request/contract.js';

/** What a live feed can tell: each trade, each change of the order book, what becomes of the account's own orders. */
export type FeedKind = 'trade' | 'book' | 'notice';
export const feedKinds: readonly FeedKind[] = ['trade', 'book', 'notice'];

/** One live feed of a broker: one registration of its WebSocket. */
export interface Feed {
  readonly kind: FeedKind;
  /** Six characters, ETN with their `Q`. Of a `notice`: the HTS id (KIS), '' (Kiwoom: the account behind the token). */
  readonly symbol: string;
  /** Of a `notice`: UN. */
  readonly venue: Venue;
}

/** Names a feed among all of its broker: `trade:KRX:005930`. */
export const feedText = ({ kind, venue, symbol }: Feed): string => `${kind}:${venue}:${symbol}`;

/** The feed of a name; undefined for anything else. */
export const feedIn = (text: string): Feed | undefined => {
  const [, kind, venue, symbol] = /^(trade|book|notice):(KRX|NXT|UN):([\w.@-]*)$/.exec(text) ?? [];
  // The pattern knows no other words.
  return symbol === undefined ? undefined : { kind: kind as FeedKind, venue: venue as Venue, symbol };
};

/** What every record of a feed has. Prices in KRW, sizes in shares. */
export interface Recorded {
  readonly symbol: string;
  readonly venue: Venue;
  /** Time of the exchange, UTC epoch ms: the brokers tell whole seconds in KST. null where it cannot be read. */
  readonly atMs: number | null;
  /** Fields behind those that are on record, as the broker sent them; absent where there are none. */
  readonly extra?: readonly string[];
}

/** One trade as pushed. Symbol, venue, KST day and `dayVolume` are its identity. */
export interface TradeRecord extends Recorded {
  readonly kind: 'trade';
  readonly price: number;
  readonly size: number;
  /** Shares that were traded on the day so far, this trade included. */
  readonly dayVolume: number;
  /** KRW that were traded on the day so far; Kiwoom tells whole millions. null where it cannot be read. */
  readonly dayValue: number | null;
  /** Who moved: `buy` took the offer, `sell` hit the bid. null in auctions and where it is not told. */
  readonly side: 'buy' | 'sell' | null;
  /** Best offer and best bid at the trade; null where that side was empty. */
  readonly ask: number | null;
  readonly bid: number | null;
}

/** The order book as pushed. Levels without a price are left out. */
export interface BookRecord extends Recorded {
  readonly kind: 'book';
  /** The lowest first, ten at most. */
  readonly asks: readonly BookLevel[];
  /** The highest first, ten at most. */
  readonly bids: readonly BookLevel[];
  readonly totalAskSize: number;
  readonly totalBidSize: number;
  /** What an auction would print now; null outside of one. */
  readonly expected: { readonly price: number; readonly size: number } | null;
}

/**
 * What became of an own order, or (Kiwoom) what is held now: the broker's own fields by its own names, as it sent them (KIS:
 * names of its samples; Kiwoom: numbers of its workbook). `symbol` and `venue` are those of the stock, UN where no venue is
 * told: of which registration it is, `kind` tells.
 */
export interface NoticeRecord extends Recorded {
  readonly kind: 'notice';
  /** `order`: taken, changed, cancelled or refused. `fill`: it traded. `balance`: what is held now (Kiwoom). */
  readonly what: 'order' | 'fill' | 'balance';
  readonly fields: Readonly<Record<string, string>>;
}

export type LiveRecord = TradeRecord | BookRecord | NoticeRecord;

/** What a broker has said in one message. */
export type LiveMessage =
  /**
   * `bad`: how many records of the message could not be read; 0 as a rule. `raws`: the text of each record that could, in the
   * order of `records`, as it came, decrypted; made only when asked for.
   */
  | {
      readonly kind: 'records';
      readonly records: readonly LiveRecord[];
      readonly bad: number;
      readonly raws: () => readonly string[];
    }
  /** The answer to a login, a registration or a release. `feed`: where the answer names it (KIS). */
  | {
      readonly kind: 'ack';
      readonly to: 'login' | 'register' | 'release' | null;
      readonly feed: Feed | null;
      readonly code: string;
      /** In the broker's own words. */
      readonly message: string;
      readonly outcome: AckOutcome;
    }
  /** To be sent back at once. */
  | { readonly kind: 'ping'; readonly reply: string }
  /** The session ends, or a notice. */
  | { readonly kind: 'system'; readonly code: string; readonly message: string; readonly outcome: AckOutcome }
  /** Nothing in it can be read. Never thrown: one bad message must not end a feed. `reason` quotes nothing of it. */
  | { readonly kind: 'bad'; readonly reason: string };

/**
 * What an answer means. `done`: it holds, also where it held before. `in-use`: another socket has the key. `full`: no more
 * registrations. `stale-key`: a new approval key or token is needed. `again`: later. `wrong`: it would be refused for ever.
 * `closed`: the broker ends this session. `info`: nothing is to be done.
 */
export type AckOutcome = 'done' | 'in-use' | 'full' | 'stale-key' | 'again' | 'wrong' | 'closed' | 'info';

/** One socket's reader: keys of encrypted notices belong to it. */
export interface LiveReader {
  /** Never throws. `receivedAt`: UTC epoch ms; where a record has no day of its own, its day is the KST day of that. */
  read(text: string, receivedAt: number): LiveMessage;
}

/** How a broker's WebSocket speaks: pure. The addresses and codes are in its own folder. */
export interface LiveProtocol {
  /** `ws://…` or `wss://…` with path. */
  readonly addresses: Readonly<Record<Environment, string>>;
  /** Whether this environment offers it; else the reason, in words. */
  offers(feed: Feed, environment: Environment): true | string;
  /** What is sent first; null: nothing (KIS shows its approval key with every registration). */
  login(secret: string): string | null;
  /** `secret`: the approval key (KIS) or the token (Kiwoom). */
  register(feeds: readonly Feed[], secret: string, environment: Environment): string;
  release(feeds: readonly Feed[], secret: string, environment: Environment): string;
  /** Feeds that one message may name, and those that may stand in one: they have the same group. */
  readonly mostPerMessage: number;
  groupOf(feed: Feed): string;
  /** A reader for one new socket. */
  reader(environment: Environment): LiveReader;
  /** A message as it may be kept in a file: without keys and account numbers. */
  withoutSecrets(text: string): string;
  /** Whether answers name their feed; else they come in the order of the questions. */
  readonly namesFeeds: boolean;
  /** The answer of the hub to a ping also as a control frame: as the broker's own samples do. */
  readonly pongsControl: boolean;
  /** Where the facts above come from. */
  readonly origin: Origin;
}
