import type { Venue } from '../broker/candle.js';
import type { BrokerName } from '../broker/contract.js';
import { feedIn, type FeedKind } from '../broker/live.js';
import type { GapCause } from './contract.js';
import { processOf } from './contender-name.js';
import {
  silentAfterMs,
  type FeedStore,
  type Pool,
  type PoolView,
  type StoredFeed,
  type StoredSession,
} from './feed-store.js';

/** One feed of a session, or one that is wanted in vain. */
export interface RealtimeFeedStatus {
  readonly of: FeedKind;
  readonly symbol: string;
  readonly venue: Venue;
  /** `gap`: it was live, and something is missing since `sinceMs`. `waiting`: it was not live yet. `refused`: no slot is left. */
  readonly state: 'live' | 'gap' | 'waiting' | 'refused';
  /** Since when it is live, or what is missing; null otherwise. UTC epoch ms of the machine that holds the socket. */
  readonly sinceMs: number | null;
  /** Of a gap. */
  readonly cause: GapCause | null;
  /** Programs that want it; 0: it keeps its slot for a while. */
  readonly subscribers: number;
}

/** One process that has a key. */
export interface RealtimeProcess {
  /** `host:pid`. */
  readonly process: string;
  /** Since it said that it is there, ms: a second as a rule. */
  readonly silentMs: number;
}

/** The session of one key. Instants are UTC epoch ms. */
export interface RealtimeKeyStatus {
  readonly keyId: string;
  /** `held`; `silent`: its holder does not let itself be heard; `free`: nobody holds it. */
  readonly state: 'held' | 'silent' | 'free';
  /** `host:pid` of whoever holds it, or did last; null: nobody ever did. */
  readonly holder: string | null;
  /** Since its holder said that it is there, ms; null: for a minute and more. */
  readonly holderSilentMs: number | null;
  /** When that one began; null where nobody did. */
  readonly sinceMs: number | null;
  /** Counts the holders. */
  readonly generation: number;
  /** When the broker's last message came, pings included; by the holder's clock. */
  readonly heardMs: number | null;
  /** `used`: what is registered now. */
  readonly registrations: { readonly used: number; readonly limit: number };
  /** Who could hold it, the holder included. */
  readonly processes: readonly RealtimeProcess[];
  readonly feeds: readonly RealtimeFeedStatus[];
  /** The last hand-over that somebody asked for. `from`: `host:pid`. */
  readonly handedOver: { readonly from: string; readonly reason: string; readonly atMs: number } | null;
}

/** The live feeds of one broker and environment. */
export interface RealtimeStatus {
  readonly broker: BrokerName;
  /** `kis:real`; with `@host:port` where it is not the broker's own address. */
  readonly pool: string;
  readonly keys: readonly RealtimeKeyStatus[];
  /** What is wanted and has no slot on any key. */
  readonly refused: readonly RealtimeFeedStatus[];
}

/** What a pool looks like now. Spends nothing, and asks no broker. Rejects with HUB_REDIS_…. */
export const statusOf = async (store: FeedStore, broker: BrokerName, pool: Pool): Promise<RealtimeStatus> => {
  const view = await store.look(pool);
  const keyIds = new Set([...view.contenders.map(({ keyId }) => keyId), ...keysIn(view)]);
  const sessions = await store.sessions(pool, [...keyIds].sort());
  const subscribers = new Map<string, Set<string>>();
  for (const { feed, consumer } of view.wants)
    subscribers.set(feed, (subscribers.get(feed) ?? new Set()).add(consumer));
  const feed = (name: string, stored: StoredFeed | undefined): RealtimeFeedStatus => {
    const { kind: of, symbol, venue } = feedIn(name) ?? { kind: 'trade', symbol: name, venue: 'KRX' };
    return {
      ...{ of, symbol, venue, state: stored?.state ?? 'waiting' },
      sinceMs: stored?.sinceMs ?? null,
      cause: stored?.state === 'gap' ? stored.cause : null,
      subscribers: subscribers.get(name)?.size ?? 0,
    };
  };
  return {
    broker,
    pool,
    keys: sessions.map((session) => ({
      ...keyStatus(session, view),
      feeds: namesOf(session, view).map((name) => feed(name, session.feeds.get(name))),
    })),
    refused: view.plan.refused.map((name) => ({ ...feed(name, undefined), state: 'refused' })),
  };
};

const keysIn = ({ plan }: PoolView): string[] => Object.values(plan.feeds).map(({ keyId }) => keyId);

const namesOf = ({ keyId, feeds }: StoredSession, { plan }: PoolView): string[] => {
  const planned = Object.entries(plan.feeds).filter(([, slot]) => slot.keyId === keyId);
  return [...new Set([...planned.map(([name]) => name), ...feeds.keys()])].sort();
};

const keyStatus = (
  { keyId, generation, holder, sinceMs, throughMs, ended, handedOver, feeds }: StoredSession,
  { contenders, keys }: PoolView,
): Omit<RealtimeKeyStatus, 'feeds'> => {
  const own = contenders.filter((each) => each.keyId === keyId);
  const holderSilentMs = own.find(({ name }) => name === holder)?.silentMs ?? null;
  const isSilent = holderSilentMs === null || holderSilentMs > silentAfterMs;
  return {
    keyId,
    state: generation === 0 || ended ? 'free' : isSilent ? 'silent' : 'held',
    holder: generation === 0 ? null : processOf(holder),
    holderSilentMs,
    sinceMs: generation === 0 ? null : sinceMs,
    generation,
    heardMs: throughMs === 0 ? null : throughMs,
    registrations: {
      used: ended ? 0 : [...feeds.values()].filter(({ state }) => state === 'live').length,
      limit: keys.get(keyId) ?? 0,
    },
    processes: own.map(({ name, silentMs }) => ({ process: processOf(name), silentMs })),
    handedOver: handedOver === undefined ? null : { ...handedOver, from: processOf(handedOver.from) },
  };
};
