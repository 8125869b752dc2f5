import type { BrokerName } from '../broker/contract.js';
import { TakeoverRefused, TakeoverUnfinished } from '../error/index.js';
import { protocol } from '../ledger/contract.js';
import { sleep, type Clock } from '../runtime/clock.js';
import { isNamed, processOf } from './contender-name.js';
import type { GapEvent } from './contract.js';
import {
  silentAfterMs,
  takeoverMs,
  type FeedStore,
  type Pool,
  type PoolView,
  type StoredSession,
} from './feed-store.js';

/** Which session is meant, and who is to have it. */
export interface TakeoverWish {
  /** Where sessions of several are held. */
  readonly broker?: BrokerName;
  /** Where sessions of several keys are held. */
  readonly keyId?: string;
  /** `host:pid` of a process with the key; whoever is ready first unless given. */
  readonly to?: string;
  /** Told to both, and kept with the session; `asked for` unless given. */
  readonly reason?: string;
  /** Withdraws the wish as long as nothing has happened. */
  readonly signal?: AbortSignal;
}

/** What has become of a wish. */
export interface TakeoverReport {
  readonly broker: BrokerName;
  readonly keyId: string;
  /** `host:pid` of who held it, and of who holds it now. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** From the wish until the new holder had all feeds, or those that it could have. */
  readonly tookMs: number;
  /** Feeds that were live before, and those of them that are again. */
  readonly feeds: { readonly before: number; readonly live: number };
  /** What is missing of those, by feed; each ends where the feed is live again. */
  readonly gaps: readonly GapEvent[];
  /** The longest of these, ms; 0 where there was none. */
  readonly longestGapMs: number;
}

export interface TakeOverParts {
  readonly store: FeedStore;
  readonly clock: Clock;
  readonly pools: readonly { readonly broker: BrokerName; readonly pool: Pool }[];
}

interface Held {
  readonly broker: BrokerName;
  readonly pool: Pool;
  readonly session: StoredSession;
  readonly view: PoolView;
}

const lookEveryMs = 50;
/** A socket, a login and forty registrations at ten a second. */
const liveWithinMs = 15_000;
const gapsLookedAt = 1_000;
/** A hold ends no later than this after its holder was heard: it is prolonged from the same process. */
const { holdLeaseMs } = protocol;

/** Asks the holder of a session to let it go to another process, and waits until that one has the feeds. */
export const takeOver = async (parts: TakeOverParts, wish: TakeoverWish): Promise<TakeoverReport> => {
  const { store, clock } = parts;
  const began = clock.monotonic();
  const held = await findHeld(parts, wish);
  checkOthers(held, wish);
  const { pool, session, broker } = held;
  const { keyId, generation, holder: from } = session;
  const { to = '', reason = 'asked for', signal } = wish;
  const id = await store.askTakeover(pool, keyId, { generation, from, to, reason });
  if (id === undefined) {
    throw new TakeoverRefused(
      `${broker} ${keyId}: its session is on its way already, or has just gone to somebody else`,
      'Look with `hub realtime status`, and ask again if it should.',
    );
  }
  await untilYielding(parts, held, { id, signal });
  const after = await untilBegun(parts, held, wish);
  const live = await untilLive(parts, held);
  const gaps = (await store.gaps(pool, gapsLookedAt)).filter(({ of, venue, symbol, untilMs }) => {
    const feed = live.get(`${of}:${venue}:${symbol}`);
    return feed !== undefined && untilMs === feed;
  });
  return {
    ...{ broker, keyId, from: processOf(from), to: processOf(after.holder), reason, gaps },
    tookMs: clock.monotonic() - began,
    feeds: { before: liveFeeds(session).size, live: live.size },
    longestGapMs: Math.max(0, ...gaps.map(({ sinceMs, untilMs }) => (untilMs ?? sinceMs) - sinceMs)),
  };
};

const findHeld = async ({ store, pools }: TakeOverParts, { broker, keyId }: TakeoverWish): Promise<Held> => {
  const all: Held[] = [];
  for (const each of pools.filter((pool) => broker === undefined || pool.broker === broker)) {
    const view = await store.look(each.pool);
    const keyIds = new Set([
      ...view.contenders.map((contender) => contender.keyId),
      ...Object.values(view.plan.feeds).map((slot) => slot.keyId),
    ]);
    const sessions = await store.sessions(
      each.pool,
      [...keyIds].filter((id) => keyId === undefined || id === keyId),
    );
    for (const session of sessions) if (session.generation > 0 && !session.ended) all.push({ ...each, session, view });
  }
  const [held, another] = all;
  const which = [broker, keyId].filter((word) => word !== undefined).join(' ');
  if (held === undefined) {
    throw new TakeoverRefused(
      `Nobody holds a live feed${which === '' ? '' : ` of ${which}`}`,
      'A session begins with the first subscription; `hub realtime status` shows what there is.',
    );
  }
  if (another === undefined) return held;
  const names = all.map((each) => `${each.broker} ${each.session.keyId}`).join(', ');
  throw new TakeoverRefused(`Several sessions are held: ${names}`, 'Name one of them, with --broker and --key.');
};

const checkOthers = ({ broker, session, view }: Held, { to }: TakeoverWish): void => {
  const { keyId, holder } = session;
  const own = view.contenders.filter((each) => each.keyId === keyId);
  const holderSilentMs = own.find(({ name }) => name === holder)?.silentMs;
  if (to !== undefined && isNamed(holder, to) && own.filter(({ name }) => isNamed(name, to)).length < 2) {
    throw new TakeoverRefused(`${to} holds the session of ${broker} ${keyId} already`, 'Nothing is to be done.');
  }
  if (holderSilentMs === undefined || holderSilentMs > silentAfterMs) throw silentHolder(session, view, holderSilentMs);
  const others = own.filter(({ name, silentMs }) => name !== holder && silentMs <= silentAfterMs);
  const fitting = others.filter(({ name }) => to === undefined || isNamed(name, to));
  if (fitting.length > 0) return;
  const known = others.map(({ name }) => processOf(name)).join(', ');
  const nobody = `no other process with the key of ${broker} ${keyId} is there`;
  throw new TakeoverRefused(
    `${processOf(holder)} goes on: ${to === undefined ? nobody : `${to} is not there, or has not this key`}`,
    known === ''
      ? 'Start another one first: `hub serve` with the same key and the same REDIS_URL.'
      : `Name one that is: ${known}.`,
  );
};

/** It stands still, or has died: only its lease tells when another one may begin without a second socket. */
const silentHolder = (
  { keyId, holder }: StoredSession,
  { now, contenders }: PoolView,
  silentMs: number | undefined,
): TakeoverRefused => {
  const [host = '', pid = ''] = processOf(holder).split(/:(?=\d+$)/);
  const others = contenders.filter(
    (each) => each.keyId === keyId && each.name !== holder && each.silentMs <= silentAfterMs,
  );
  const next =
    others.length === 0
      ? `then whoever has the key may begin: start \`hub serve\` with it`
      : `then ${others.map(({ name }) => processOf(name)).join(' or ')} begins by itself`;
  const leftMs = Math.max(0, holdLeaseMs - (silentMs ?? holdLeaseMs));
  const end = new Date(now + leftMs + 9 * 3_600_000).toISOString().slice(11, 19);
  const when =
    leftMs === 0
      ? `its lease has ended, ${next.replace(/^then /, '')}`
      : `its lease ends at ${end} KST, in ${String(Math.ceil(leftMs / 1_000))} s at most; ${next}`;
  const silent = silentMs === undefined ? 'for a minute and more' : `for ${String(Math.round(silentMs / 1_000))} s`;
  return new TakeoverRefused(
    `${processOf(holder)} holds the session and has said nothing ${silent}: ${when}`,
    `Look at it on ${host}: \`ps -o stat= -p ${pid}\` (T: it was stopped, \`kill -CONT ${pid}\` lets it go on); \`kill -9 ${pid}\` makes sure that it does not come back.`,
    leftMs,
  );
};

interface Asked {
  readonly id: string;
  readonly signal: AbortSignal | undefined;
}

/** Returns when the holder lets go. Nothing is changed where it does not come to that. */
const untilYielding = async ({ store, clock }: TakeOverParts, held: Held, { id, signal }: Asked): Promise<void> => {
  const { pool, session, broker } = held;
  const { keyId, generation, holder } = session;
  const giveUpAt = clock.monotonic() + takeoverMs.asked + takeoverMs.accepted;
  let refusals: Readonly<Record<string, string>> = {};
  let accepted = '';
  for (;;) {
    const view = await store.look(pool);
    const takeover = view.takeovers.get(keyId);
    const mine = takeover?.id === id ? takeover : undefined;
    if (mine?.state === 'yielding') return;
    if (mine?.state === 'accepted') accepted = mine.to;
    refusals = mine?.refusals ?? refusals;
    const over = mine === undefined || signal?.aborted === true || clock.monotonic() > giveUpAt;
    if (over) {
      const [now] = await store.sessions(pool, [keyId]);
      // Whoever has it now has taken the wish away.
      if (mine === undefined && now !== undefined && now.generation > generation) return;
      if (mine !== undefined && !(await store.stepTakeover(pool, keyId, id, { do: 'withdraw' }))) continue;
      signal?.throwIfAborted();
      if (accepted !== '') {
        throw silentHolder(session, view, view.contenders.find(({ name }) => name === holder)?.silentMs ?? 0);
      }
      const reasons = Object.entries(refusals).map(([name, why]) => `${processOf(name)}: ${why}`);
      throw new TakeoverRefused(
        `${processOf(holder)} goes on: nobody else said in time that it can hold the session of ${broker} ${keyId}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`,
        'Look at the others with `hub realtime status`, then ask again.',
      );
    }
    await sleep(clock, lookEveryMs);
  }
};

const untilBegun = async (
  { store, clock }: TakeOverParts,
  { pool, session, view }: Held,
  { to }: TakeoverWish,
): Promise<StoredSession> => {
  const giveUpAt = clock.monotonic() + takeoverMs.yielding;
  let next = to;
  for (;;) {
    const { takeovers } = await store.look(pool);
    next = takeovers.get(session.keyId)?.to ?? next;
    const [now] = await store.sessions(pool, [session.keyId]);
    if (now !== undefined && now.generation > session.generation) return now;
    if (clock.monotonic() > giveUpAt) {
      const other = next ?? view.contenders.find(({ name }) => name !== session.holder)?.name ?? 'another process';
      throw new TakeoverUnfinished(processOf(session.holder), processOf(other));
    }
    await sleep(clock, lookEveryMs);
  }
};

const liveFeeds = ({ feeds }: StoredSession): Map<string, number> =>
  new Map([...feeds].flatMap(([name, feed]) => (feed.state === 'live' ? [[name, feed.sinceMs]] : [])));

/** Feeds that were live before and are again, with the instant. */
const untilLive = async ({ store, clock }: TakeOverParts, { pool, session }: Held): Promise<Map<string, number>> => {
  const giveUpAt = clock.monotonic() + liveWithinMs;
  const before = liveFeeds(session);
  for (;;) {
    const [now] = await store.sessions(pool, [session.keyId]);
    const feeds = now?.feeds ?? new Map<string, never>();
    const live = new Map(
      [...liveFeeds({ ...session, feeds })].filter(([name, since]) => since !== (before.get(name) ?? since)),
    );
    // What nobody wants any more is not asked for again.
    const missing = [...before.keys()].filter((name) => feeds.has(name) && !live.has(name));
    if (missing.length === 0 || clock.monotonic() > giveUpAt) return live;
    await sleep(clock, lookEveryMs);
  }
};
