import { randomBytes } from 'node:crypto';

import { priorities, type Priority } from '../../ledger/contract.js';
import type { RedisPort } from '../../runtime/redis.js';
import type { GapEvent } from '../contract.js';
import {
  ladderKeptMs,
  reconnectEveryMs,
  takeoverMs,
  wantLeaseMs,
  type Contender,
  type FeedLadder,
  type FeedStore,
  type Pool,
  type ReadBatch,
  type StoredFeed,
  type StoredSession,
  type StreamState,
  type Takeover,
  type Want,
} from '../feed-store.js';
import { noPlan, type Plan } from '../subscription/planner.js';
import { scripts } from './scripts.generated.js';

/** Everything of one pool shares a hash tag, so that one script may touch it all. */
const base = (pool: Pool): string => `api:realtime:{${pool}}`;
const keysOf = (pool: Pool) => ({
  wants: `${base(pool)}:wants`,
  callers: `${base(pool)}:callers`,
  keys: `${base(pool)}:keys`,
  plan: `${base(pool)}:plan`,
  gaps: `${base(pool)}:gaps`,
  kept: (gapId: string) => `${base(pool)}:kept:${gapId}`,
  takeovers: `${base(pool)}:takeovers`,
  ladders: `${base(pool)}:ladders`,
  reconnects: `${base(pool)}:reconnects`,
  session: (keyId: string) => `${base(pool)}:session:${keyId}`,
  stream: (keyId: string) => `${base(pool)}:stream:${keyId}`,
  feeds: (keyId: string) => `${base(pool)}:feeds:${keyId}`,
});
const servedOf = (group: string): string => `api:realtime:served:${group}`;
const channelOf = (pool: Pool): string => `${keysOf(pool).wants}:changes`;

/** How long batches stay readable: a reader that is slower has a gap. */
const readableMs = 30_000;
const mostBatches = 20_000;
/** Some weeks of them: what fills holes has taken note long before. */
const mostGaps = 100_000;
/** All that read see it within seconds; a process that was stopped meanwhile may come later. */
const gapIdKeptMs = 3_600_000;
const planKeptMs = 86_400_000;
/** Whoever asks why nobody holds a session wants to know who did. */
const namesKeptMs = 60_000;
const batchesPerRead = 200;

/** Live feeds on the main Redis, by streams of bounded length. */
export const redisFeedStore = (redis: RedisPort): FeedStore => ({
  want: async (pool, consumer, given, token = '') => {
    const { wants, callers } = keysOf(pool);
    await redis.run(scripts.want, [wants, callers], [consumer, wantLeaseMs, token, ...given.map(wantText)]);
  },

  look: async (pool, own) => {
    const { wants, keys, plan, takeovers, callers, ladders } = keysOf(pool);
    const said = own === undefined ? ['', '-'] : [own.name, own.guards ? 'g' : '-', ...[...own.rooms].flat()];
    const args = [wantLeaseMs, namesKeptMs, ...said];
    const reply = listOf(await redis.run(scripts.look, [wants, keys, plan, takeovers, callers, ladders], args));
    const [now, wanted, known, planned, underWay, shown, mute] = reply;
    const tokens = pairsIn(shown);
    const contenders = listOf(known).map((each) => contenderOf(listOf(each), Number(now)));
    return {
      now: Number(now),
      wants: listOf(wanted).flatMap((each) => wantIn(String(each), tokens) ?? []),
      // Two processes may believe in different figures: the smaller one holds.
      keys: smallest(contenders.filter(({ silentMs }) => silentMs < wantLeaseMs)),
      contenders,
      takeovers: takeoversIn(underWay, Number(now)),
      ladders: laddersIn(mute, Number(now)),
      plan: planned === '' ? noPlan : (JSON.parse(String(planned)) as Plan), // only `replan` writes it
    };
  },

  replan: async (pool, plan, readVersion) => {
    const args = [readVersion, JSON.stringify(plan), planKeptMs, channelOf(pool)];
    return (await redis.run(scripts.replan, [keysOf(pool).plan], args)) === 1;
  },

  begin: async (pool, keyId, holder) => {
    const { session, feeds, takeovers } = keysOf(pool);
    const reply = await redis.run(scripts.begin, [session(keyId), feeds(keyId), takeovers], [holder, keyId]);
    if (reply === 0) return 'aside';
    const [generation, seq, through, ended, stored] = listOf(reply);
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

  askTakeover: async (pool, keyId, wish) => {
    const { session, takeovers } = keysOf(pool);
    const id = randomBytes(6).toString('hex');
    const text = JSON.stringify({ id, state: 'asked', untilMs: 0, refusals: {}, ...wish });
    const args = [keyId, text, takeoverMs.asked, channelOf(pool)];
    return (await redis.run(scripts.askTakeover, [session(keyId), takeovers], args)) === 1 ? id : undefined;
  },

  stepTakeover: async (pool, keyId, id, step) => {
    const { name = '', why = '' } = 'name' in step ? step : {};
    const lastsMs = step.do === 'yield' ? takeoverMs.yielding : takeoverMs.accepted;
    const args = [keyId, id, step.do, name, why, lastsMs, channelOf(pool)];
    return (await redis.run(scripts.stepTakeover, [keysOf(pool).takeovers], args)) === 1;
  },

  climb: async (pool, feed, version, next) => {
    const { ladders, reconnects } = keysOf(pool);
    const keyId = next?.step === 'reconnect' ? next.keyId : '';
    const text = next === null ? '' : JSON.stringify(next);
    const args = [feed, version, text, ladderKeptMs, keyId, reconnectEveryMs, channelOf(pool)];
    const reply = await redis.run(scripts.climb, [ladders, reconnects], args);
    if (reply === 0) return 'superseded';
    return reply === 2 ? 'joined' : 'taken';
  },

  sessions: async (pool, keyIds) => {
    const { session, feeds } = keysOf(pool);
    const keys = keyIds.flatMap((keyId) => [session(keyId), feeds(keyId)]);
    const reply = listOf(await redis.run(scripts.sessions, keys, []));
    return keyIds.map((keyId, index) => sessionOf(keyId, listOf(reply[index])));
  },

  gaps: async (pool, most) =>
    listOf(await redis.run(scripts.gaps, [keysOf(pool).gaps], [most])).map(
      (text) => JSON.parse(String(text)) as GapEvent, // only `publish` writes there
    ),

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

  serve: async (group, pool, name) => {
    await redis.run(scripts.serve, [servedOf(group)], [pool, name, wantLeaseMs]);
  },

  leave: async (group, pool, name) => {
    await redis.run(scripts.serve, [servedOf(group)], [pool, name, 0]);
  },

  served: async (group) => {
    const members = listOf(await redis.run(scripts.served, [servedOf(group)], [])).map(String);
    return [...new Set(members.map((member) => member.split(' ')[0] ?? ''))].sort();
  },

  watch: (pool, changed) => redis.subscribe(channelOf(pool), changed),

  close: () => redis.close(),
});

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** What HGETALL says. */
const pairsIn = (reply: unknown): Map<string, string> => {
  const flat = listOf(reply).map(String);
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.set(flat[at] ?? '', flat[at + 1] ?? '');
  return pairs;
};

const contenderOf = ([keyId, room, name, guards, until]: readonly unknown[], now: number): Contender => ({
  keyId: String(keyId),
  room: Number(room),
  name: String(name),
  guards: guards === 'g',
  silentMs: Math.max(0, now + wantLeaseMs - Number(until)),
});

const takeoversIn = (reply: unknown, now: number): Map<string, Takeover> => {
  const all = new Map<string, Takeover>();
  for (const [keyId, text] of pairsIn(reply)) {
    const takeover = JSON.parse(text) as Takeover; // only its scripts write there
    if (takeover.untilMs > now) all.set(keyId, takeover);
  }
  return all;
};

const laddersIn = (reply: unknown, now: number): Map<string, FeedLadder> => {
  const all = new Map<string, FeedLadder>();
  for (const [feed, text] of pairsIn(reply)) {
    const ladder = { heardMs: null, tried: [], ...(JSON.parse(text) as Partial<FeedLadder>) } as FeedLadder; // only `climb` writes there
    if (ladder.untilMs > now) all.set(feed, ladder);
  }
  return all;
};

const sessionOf = (keyId: string, reply: readonly unknown[]): StoredSession => {
  const [generation, holder, since, through, ended, from, reason, handed] = reply.slice(0, -1).map(String);
  return {
    keyId,
    generation: Number(generation),
    holder: holder ?? '',
    sinceMs: Number(since),
    throughMs: Number(through),
    ended: ended === '1',
    handedOver: handed === '' ? undefined : { from: from ?? '', reason: reason ?? '', atMs: Number(handed) },
    feeds: feedsIn(reply.at(-1)),
  };
};

const wantText = ({ priority, raw, feed }: Omit<Want, 'consumer'>): string =>
  `${priority} ${raw ? 'raw' : '-'} ${feed}`;

const wantIn = (member: string, tokens: ReadonlyMap<string, string>): Want | undefined => {
  const [, consumer = '', priority, raw, feed] = /^(\S+) (\S+) (raw|-) (\S+)$/.exec(member) ?? [];
  if (feed === undefined || !isPriority(priority)) return undefined;
  const token = tokens.get(consumer);
  return { consumer, feed, priority, raw: raw === 'raw', ...(token === undefined ? {} : { token }) };
};

const isPriority = (text: string | undefined): text is Priority => (priorities as readonly unknown[]).includes(text);

const smallest = (rooms: readonly Contender[]): Map<string, number> => {
  const all = new Map<string, number>();
  for (const { keyId, room } of rooms) all.set(keyId, Math.min(room, all.get(keyId) ?? Infinity));
  return all;
};

const feedsIn = (reply: unknown): Map<string, StoredFeed> => {
  const feeds = new Map<string, StoredFeed>();
  for (const [feed, text] of pairsIn(reply)) feeds.set(feed, JSON.parse(text) as StoredFeed); // only `publish` writes there
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
