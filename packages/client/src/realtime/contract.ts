import type { BookRecord, FeedKind, NoticeRecord, TradeRecord } from '../broker/live.js';
import type { BrokerName } from '../broker/contract.js';
import type { Venue } from '../broker/candle.js';
import type { Priority } from '../ledger/contract.js';

/** What somebody wants to be told of. */
export interface FeedRequest {
  /** The first broker that is set up unless given. */
  readonly broker?: BrokerName;
  readonly kind: FeedKind;
  /** Six characters, ETN with their `Q`. Of a `notice`: the HTS id (KIS); left out at Kiwoom. */
  readonly symbol?: string;
  /** KRX unless given; without a meaning for a `notice`. */
  readonly venue?: Venue;
}

/** Where an event belongs. */
export interface Placed {
  /** Whose feed it is. */
  readonly broker: BrokerName;
}

/** When something arrived, and how it looked. */
export interface Received extends Placed {
  /** When its bytes arrived at the process that holds the socket, UTC epoch ms of that machine. */
  readonly receivedMs: number;
  /** The record as the broker sent it, decrypted; where it was asked for. */
  readonly raw?: string;
}

/** One trade. `late`: one that was passed over before, so it stands behind later ones; `dayVolume` tells where it belongs. */
export type TradeEvent = TradeRecord & Received & { readonly late?: true };
/** One state of an order book. */
export type BookEvent = BookRecord & Received;
/** What became of an own order. */
export type NoticeEvent = NoticeRecord & Received;

/** The feed that a gap or a status is about. */
export interface Told extends Placed {
  readonly of: FeedKind;
  readonly symbol: string;
  readonly venue: Venue;
}

/**
 * Why something may be missing. `disconnect`: the socket broke. `holder-lost`: so did the process that held it. `handover`: it
 * was given to another process. `silent`: the broker had acknowledged the feed and sent nothing. `volume`: the cumulative volume
 * jumped. `slow-consumer`: this consumer was too slow. `fan-out`: what was received did not reach this process.
 */
export type GapCause = 'disconnect' | 'holder-lost' | 'handover' | 'silent' | 'volume' | 'slow-consumer' | 'fan-out';

/** What happened at the broker between two instants may be missing. Told when it begins, and again with its end. */
export interface GapEvent extends Told {
  readonly kind: 'gap';
  /** The same at its beginning and at its end. */
  readonly id: string;
  /** Everything up to then was received, UTC epoch ms. */
  readonly sinceMs: number;
  /** Everything from then on is received again; null while it lasts. */
  readonly untilMs: number | null;
  readonly cause: GapCause;
  /** Shares that are missing, where the cumulative volume tells. */
  readonly missing?: number;
}

/** `waiting`: for a socket or its turn. `live`: the broker has acknowledged it. `refused`: no slot is left. */
export type FeedState = 'waiting' | 'live' | 'refused';

/** A feed went live, or lost it. */
export interface StatusEvent extends Told {
  readonly kind: 'status';
  readonly state: FeedState;
  readonly atMs: number;
  /** `HUB_…` or the broker's own; of `refused`, and of `waiting` where something is wrong. */
  readonly code?: string;
  readonly message?: string;
}

/** Everything that a subscription tells, in order per feed. */
export type RealtimeEvent = TradeEvent | BookEvent | NoticeEvent | GapEvent | StatusEvent;

/** What `hub.realtime.subscribe` takes beside the feeds. */
export interface SubscribeOptions {
  /** Who keeps its slots when there are not enough for all; `realtime` unless given, `order` for notices. */
  readonly priority?: Priority;
  /** Adds the record as the broker sent it. False unless given. */
  readonly raw?: boolean;
  /** Events that may wait for this consumer before the oldest are dropped with a `gap`; 50 000 unless given. */
  readonly buffer?: number;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** Told of each event, one after the other; a promise is waited for before the next one. */
export type RealtimeHandler = (event: RealtimeEvent) => void | Promise<void>;

/** What somebody has subscribed to: the events in order, unless a handler takes them. */
export interface Subscription extends AsyncIterable<RealtimeEvent>, AsyncDisposable {
  /** Resolves when all feeds are live. Rejects with HUB_NO_SLOT where there is none, with what ended the subscription else. */
  readonly ready: Promise<void>;
  /** Resolves when it was ended by `close`, the signal or the hub; rejects with what a handler threw. */
  readonly ended: Promise<void>;
  /** Gives the feeds back; safe twice. */
  close(): Promise<void>;
}
