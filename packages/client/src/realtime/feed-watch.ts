import type { Venue } from '../broker/candle.js';
import { brokerNames, type BrokerName } from '../broker/contract.js';
import { feedIn, type Feed } from '../broker/live.js';
import type { FeedLadder, FeedStore, NextLadder, Pool, PoolView, StoredFeed } from './feed-store.js';

/** One feed of trades as a Sentinel sees it. Instants are UTC epoch ms, by the clock of whoever holds its socket. */
export interface WatchedFeed {
  readonly pool: Pool;
  /** As the plan names it. */
  readonly name: string;
  readonly broker: BrokerName;
  readonly symbol: string;
  readonly venue: Venue;
  /** Key that is to carry it. */
  readonly keyId: string;
  /** What its session says of it; undefined: nothing yet. */
  readonly stored: StoredFeed | undefined;
  /** Another key has a free slot. */
  readonly hasOtherKey: boolean;
  /** The newest trade of the share on that venue that another feed has told. */
  readonly elsewhere: { readonly tradeMs: number; readonly by: string } | undefined;
  readonly ladder: FeedLadder | undefined;
}

/** What Sentinels see of live feeds, and how they ask for help. Every promise rejects with HUB_REDIS_…. */
export interface FeedWatch {
  /** Feeds of trades that somebody wants, and ladders of those that nobody wants any more, in all pools that are served. */
  look(): Promise<{ readonly feeds: readonly WatchedFeed[]; readonly left: readonly LeftLadder[] }>;
  /** See `FeedStore.climb`. */
  climb(feed: Pick<WatchedFeed, 'pool' | 'name' | 'ladder'>, next: NextLadder | null): ReturnType<FeedStore['climb']>;
  /** Gives its connections back. */
  close(): Promise<void>;
}

/** A ladder without a feed. */
export type LeftLadder = Pick<WatchedFeed, 'pool' | 'name'> & { readonly ladder: FeedLadder };

interface Planned extends Feed, Pick<WatchedFeed, 'pool' | 'name' | 'broker' | 'keyId' | 'stored'> {
  readonly view: PoolView;
}

/** `group`: whom the pools are served to, the prefix of their queues. */
export const feedWatch = (store: FeedStore, group: string): FeedWatch => ({
  look: async () => {
    const pools = await store.served(group);
    const seen = await Promise.all(pools.map((pool) => lookAt(store, pool)));
    const all = seen.flatMap(({ planned }) => planned);
    const feeds = all.map((each): WatchedFeed => {
      const { pool, name, broker, symbol, venue, keyId, stored, view } = each;
      const ladder = view.ladders.get(name);
      return {
        ...{ pool, name, broker, symbol, venue, keyId, stored, ladder },
        ...{ hasOtherKey: otherKey(view, keyId), elsewhere: elsewhere(each, all) },
      };
    });
    return { feeds, left: seen.flatMap(({ left }) => left) };
  },
  climb: (feed, next) => store.climb(feed.pool, feed.name, feed.ladder?.version ?? 0, next),
  close: () => store.close(),
});

const lookAt = async (
  store: FeedStore,
  pool: Pool,
): Promise<{ readonly planned: readonly Planned[]; readonly left: readonly LeftLadder[] }> => {
  const view = await store.look(pool);
  const keyIds = [...new Set(Object.values(view.plan.feeds).map(({ keyId }) => keyId))];
  const sessions = new Map((await store.sessions(pool, keyIds)).map((session) => [session.keyId, session.feeds]));
  const broker = brokerNames.find((name) => pool.startsWith(`${name}:`));
  const planned = Object.entries(view.plan.feeds).flatMap(([name, { keyId, idleSince }]) => {
    const feed = feedIn(name);
    if (feed?.kind !== 'trade' || broker === undefined || idleSince !== undefined) return [];
    return [{ ...feed, pool, name, broker, keyId, view, stored: sessions.get(keyId)?.get(name) }];
  });
  const names = new Set(planned.map(({ name }) => name));
  const left = [...view.ladders].filter(([name]) => !names.has(name));
  return { planned, left: left.map(([name, ladder]) => ({ pool, name, ladder })) };
};

const otherKey = ({ keys, plan }: PoolView, keyId: string): boolean => {
  const used = (key: string): number => Object.values(plan.feeds).filter((slot) => slot.keyId === key).length;
  return [...keys].some(([key, room]) => key !== keyId && used(key) < room);
};

/** What KRX or NXT tells, both of them together tell as well. */
const elsewhere = (feed: Planned, all: readonly Planned[]): WatchedFeed['elsewhere'] => {
  let newest: WatchedFeed['elsewhere'];
  for (const { pool, symbol, venue, broker, stored, name } of all) {
    if ((pool === feed.pool && name === feed.name) || symbol !== feed.symbol) continue;
    if (venue !== feed.venue && feed.venue !== 'UN') continue;
    const tradeMs = stored?.state === 'live' ? stored.tradeMs : undefined;
    if (tradeMs !== undefined && tradeMs > (newest?.tradeMs ?? 0)) newest = { tradeMs, by: `${broker} ${venue}` };
  }
  return newest;
};
