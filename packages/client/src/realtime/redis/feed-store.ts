import { priorities, type Priority } from '../../ledger/contract.js';
import type { RedisPort } from '../../runtime/redis.js';
import {
  wantLeaseMs,
  type FeedStore,
  type Pool,
  type ReadBatch,
  type StoredFeed,
  type StreamState,
  type Want,
} from '../feed-store.js';
import { noPlan, type Plan } from '../subscription/planner.js';
import { scripts } from './scripts.generated.js';

/** Everything of one pool shares a hash tag, so that one script may touch it all. */
const base = (pool: Pool): string => `api:realtime:{${pool}}`;
const keysOf = (pool: Pool) => ({
  wants: `${base(pool)}:wants`,
  keys: `${base(pool)}:keys`,
  plan: `${base(pool)}:plan`,
  gaps: `${base(pool)}:gaps`,
  kept: (gapId: string) => `${base(pool)}:kept:${gapId}`,
  session: (keyId: string) => `${base(pool)}:session:${keyId}`,
  stream: (keyId: string) => `${base(pool)}:stream:${keyId}`,
  feeds: (keyId: string) => `${base(pool)}:feeds:${keyId}`,
});
const channelOf = (pool: Pool): string => `${keysOf(pool).wants}:changes`;

/** How long batches stay readable: a reader that is slower has a gap. */
const readableMs = 30_000;
const mostBatches = 20_000;
/** Some weeks of them: what fills holes has taken note long before. */
const mostGaps = 100_000;
/** All that read see it within seconds; a process that was stopped meanwhile may come later. */
const gapIdKeptMs = 3_600_000;
const planKeptMs = 86_400_000;
const batchesPerRead = 200;

/** Live feeds on the main Redis, by streams of bounded length. */
export const redisFeedStore = (redis: RedisPort): FeedStore => ({
  want: async (pool, consumer, wants) => {
    await redis.run(scripts.want, [keysOf(pool).wants], [consumer, wantLeaseMs, ...wants.map(wantText)]);
  },

  look: async (pool, given) => {
    const { wants, keys, plan } = keysOf(pool);
    const rooms = [...given].flat();
    const reply = listOf(await redis.run(scripts.look, [wants, keys, plan], [wantLeaseMs, ...rooms]));
    const [now, wanted, known, planned] = reply;
    return {
      now: Number(now),
      wants: listOf(wanted).flatMap((each) => wantIn(String(each)) ?? []),
      // Two processes may believe in different figures: the smaller one holds.
      keys: smallest(
        listOf(known)
          .map((each) => listOf(each))
          .map(([keyId, room]) => [String(keyId), Number(room)]),
      ),
      plan: planned === '' ? noPlan : (JSON.parse(String(planned)) as Plan), // only `replan` writes it
    };
  },

  replan: async (pool, plan, readVersion) => {
    const args = [readVersion, JSON.stringify(plan), planKeptMs, channelOf(pool)];
    return (await redis.run(scripts.replan, [keysOf(pool).plan], args)) === 1;
  },

  begin: async (pool, keyId, holder) => {
    const { session, feeds } = keysOf(pool);
    const [generation, seq, through, ended, stored] = listOf(
      await redis.run(scripts.begin, [session(keyId), feeds(keyId)], [holder]),
    );
    return {
      generation: Number(generation),
      seq: Number(seq),
      throughMs: Number(through),
      handedOver: ended === 1,
      feeds: feedsIn(stored),
    };
  },

  publish: async (pool, keyId, { generation, seq, throughMs, body, feeds, gaps }, force = false) => {
    const { session, stream, feeds: stored, gaps: kept } = keysOf(pool);
    const changes = Object.fromEntries(
      Object.entries(feeds).map(([feed, state]) => [feed, state === null ? '' : JSON.stringify(state)]),
    );
    const reply = await redis.run(
      scripts.publish,
      [session(keyId), stream(keyId), stored(keyId), kept],
      [
        ...[generation, seq, throughMs, body, readableMs, mostBatches, mostGaps],
        ...[JSON.stringify(changes), force ? '1' : '', ...gaps.map((gap) => JSON.stringify(gap))],
      ],
    );
    if (reply === -1) return 'forgotten';
    return reply === 1 ? 'stored' : 'superseded';
  },

  keepGap: async (pool, gap) => {
    const { gaps, kept } = keysOf(pool);
    // Its end makes another entry of a gap that a session has begun.
    await redis.run(scripts.keepGap, [gaps, kept(gap.id)], [JSON.stringify(gap), mostGaps, gapIdKeptMs]);
  },

  end: async (pool, keyId, generation) => {
    await redis.run(scripts.end, [keysOf(pool).session(keyId)], [generation]);
  },

  states: async (pool, keyIds) => {
    const { session, stream, feeds } = keysOf(pool);
    const reply = listOf(
      await redis.run(
        scripts.states,
        keyIds.flatMap((keyId) => [session(keyId), stream(keyId), feeds(keyId)]),
        [],
      ),
    );
    return keyIds.map((keyId, index): StreamState => {
      const [lastId, generation, seq, through, stored] = listOf(reply[index]);
      return {
        keyId,
        lastId: String(lastId),
        generation: Number(generation),
        seq: Number(seq),
        throughMs: Number(through),
        feeds: feedsIn(stored),
      };
    });
  },

  read: async (pool, from, waitMs) => {
    const { stream } = keysOf(pool);
    const names = new Map([...from.keys()].map((keyId) => [stream(keyId), keyId]));
    const ids = new Map([...from].map(([keyId, id]) => [stream(keyId), id]));
    const found = await redis.readStreams(ids, { count: batchesPerRead, waitMs });
    return new Map(found.map(({ stream: name, entries }) => [names.get(name) ?? '', entries.map(batchOf)]));
  },

  watch: (pool, changed) => redis.subscribe(channelOf(pool), changed),

  close: () => redis.close(),
});

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const wantText = ({ priority, raw, feed }: Want): string => `${priority} ${raw ? 'raw' : '-'} ${feed}`;

const wantIn = (member: string): Want | undefined => {
  const [, priority, raw, feed] = /^\S+ (\S+) (raw|-) (\S+)$/.exec(member) ?? [];
  if (feed === undefined || !isPriority(priority)) return undefined;
  return { feed, priority, raw: raw === 'raw' };
};

const isPriority = (text: string | undefined): text is Priority => (priorities as readonly unknown[]).includes(text);

const smallest = (rooms: readonly (readonly [string, number])[]): Map<string, number> => {
  const all = new Map<string, number>();
  for (const [keyId, room] of rooms) all.set(keyId, Math.min(room, all.get(keyId) ?? Infinity));
  return all;
};

const feedsIn = (reply: unknown): Map<string, StoredFeed> => {
  const flat = listOf(reply).map(String);
  const feeds = new Map<string, StoredFeed>();
  // Only `publish` writes there.
  for (let at = 0; at + 1 < flat.length; at += 2)
    feeds.set(flat[at] ?? '', JSON.parse(flat[at + 1] ?? '') as StoredFeed);
  return feeds;
};

const batchOf = ({ id, fields }: { readonly id: string; readonly fields: readonly string[] }): ReadBatch => {
  const named = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) named.set(fields[at] ?? '', fields[at + 1] ?? '');
  return {
    id,
    generation: Number(named.get('g')),
    seq: Number(named.get('s')),
    throughMs: Number(named.get('t')),
    body: named.get('b') ?? '[]',
  };
};
