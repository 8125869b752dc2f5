import { expect, it } from 'vitest';

import { Redis } from 'ioredis';

import { redisUrls } from '../../../../test/support/redis.js';
import type { Hub } from '../../src/hub/hub.js';
import { redisFeedStore } from '../../src/realtime/redis/feed-store.js';
import { disorder, Listener, openLiveStage, unexplained } from '../support/live.js';
import { portTo } from '../support/world.js';

const share = '005930';
const trade = { kind: 'trade', symbol: share } as const;
const book = { kind: 'book', symbol: share } as const;

type Stage = Awaited<ReturnType<typeof openLiveStage>>;

/** A hub that holds the session, and so many others that could; told by the last of them. */
const held = async (stage: Stage, others: number) => {
  const listener = new Listener();
  const holder = stage.hub();
  const first = await holder.realtime.subscribe([trade, book]);
  await first.ready;
  const hubs: Hub[] = [];
  for (let count = 0; count < others; count += 1) {
    const hub = stage.hub();
    const last = count === others - 1;
    const subscription = await hub.realtime.subscribe([trade], last ? listener.hear : () => undefined);
    await subscription.ready;
    hubs.push(hub);
  }
  return { holder, hubs, listener };
};

const keyOf = async (hub: Hub) => {
  const [status] = await hub.realtime.status();
  const [key] = status?.keys ?? [];
  if (key === undefined) throw new Error('no key');
  return { ...key, pool: status?.pool ?? '' };
};

it('the status of a key names its holder, its feeds and who wants them', async () => {
  await using stage = await openLiveStage();
  const { holder } = await held(stage, 1);
  await expect.poll(async () => (await keyOf(holder)).processes).toHaveLength(2);
  const key = await keyOf(holder);
  expect(key).toMatchObject({ state: 'held', generation: 1, registrations: { used: 2, limit: 40 }, handedOver: null });
  expect(key.holder).toMatch(new RegExp(`:${String(process.pid)}$`));
  expect(key.feeds).toMatchObject([
    { of: 'book', symbol: share, venue: 'KRX', state: 'live', subscribers: 1 },
    { of: 'trade', symbol: share, venue: 'KRX', state: 'live', subscribers: 2 },
  ]);
  expect(key.heardMs).toBeGreaterThan(key.feeds[0]?.sinceMs ?? Infinity);
});

it('the status of a pool that nobody uses has no key, and opens no socket', async () => {
  await using stage = await openLiveStage();
  expect(await stage.hub().realtime.status()).toMatchObject([{ broker: 'kis', keys: [], refused: [] }]);
  expect(stage.sim.journal().brokers.kis.live.connects).toBe(0);
});

it('a session goes to another process with one gap per feed, and never two sockets', async () => {
  await using stage = await openLiveStage();
  const { holder, hubs, listener } = await held(stage, 1);
  await listener.more(share, 5);
  const report = await holder.realtime.takeOver({ reason: 'a test' });
  expect(report).toMatchObject({ broker: 'kis', reason: 'a test', feeds: { before: 2, live: 2 } });
  expect(report.gaps.map(({ cause }) => cause)).toEqual(['handover', 'handover']);
  await listener.until(() => listener.gaps(share).length === 1);
  const [gap] = listener.gaps(share);
  expect(report.gaps.map(({ id }) => id)).toContain(gap?.id);
  expect(report.longestGapMs).toBeGreaterThanOrEqual((gap?.untilMs ?? 0) - (gap?.sinceMs ?? 0));
  await listener.more(share, 5);
  expect(disorder(listener.trades(share))).toBe(0);
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 2, maxSockets: 1, bans: 0 });
  const key = await keyOf(holder);
  expect(key).toMatchObject({ state: 'held', generation: 2, handedOver: { reason: 'a test' } });
  // Whoever has let go waits for its turn again.
  await hubs[0]?.close();
  await expect.poll(async () => (await keyOf(holder)).generation, { timeout: 10_000 }).toBe(3);
});

it('goes to the one that was named, though others wait for it longer', async () => {
  await using stage = await openLiveStage();
  const { holder, hubs } = await held(stage, 3);
  const redis = portTo('main', redisUrls().main);
  const store = redisFeedStore(redis);
  const { pool, keyId } = await keyOf(holder);
  const [session] = await store.sessions(pool, [keyId]);
  const others = async () => (await store.look(pool)).contenders.filter(({ name }) => name !== session?.holder);
  await expect.poll(others).toHaveLength(3);
  for (const { name } of [...(await others())].sort((left, right) => (left.name < right.name ? 1 : -1))) {
    await holder.realtime.takeOver({ to: name });
    const [now] = await store.sessions(pool, [keyId]);
    expect(now?.holder).toBe(name);
  }
  expect(hubs).toHaveLength(3);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 4, maxSockets: 1 });
  await redis.close();
});

it('is refused in words where nobody else is there, and nothing changes', async () => {
  await using stage = await openLiveStage();
  const { holder } = await held(stage, 0);
  await expect(holder.realtime.takeOver()).rejects.toMatchObject({
    code: 'HUB_TAKEOVER_REFUSED',
    message: expect.stringMatching(/goes on: no other process with the key .* nothing was changed/) as string,
  });
  await expect(holder.realtime.takeOver({ to: 'elsewhere:1' })).rejects.toMatchObject({
    message: expect.stringContaining('elsewhere:1 is not there') as string,
  });
  expect(await keyOf(holder)).toMatchObject({ state: 'held', generation: 1 });
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 1 });
});

it('is refused where nothing is held', async () => {
  await using stage = await openLiveStage();
  await expect(stage.hub().realtime.takeOver({ broker: 'kis' })).rejects.toMatchObject({
    code: 'HUB_TAKEOVER_REFUSED',
    message: expect.stringContaining('Nobody holds a live feed of kis') as string,
  });
});

it('is carried out when whoever asked is gone, and leaves nothing behind', async () => {
  await using stage = await openLiveStage();
  const { holder, listener } = await held(stage, 1);
  const redis = portTo('main', redisUrls().main);
  const store = redisFeedStore(redis);
  const { pool, keyId } = await keyOf(holder);
  const [session] = await store.sessions(pool, [keyId]);
  const wish = { generation: 1, from: session?.holder ?? '', to: '', reason: 'killed' };
  expect(await store.askTakeover(pool, keyId, wish)).toBeDefined();
  expect(await store.askTakeover(pool, keyId, wish)).toBeUndefined();
  await redis.close();
  await listener.until(() => listener.gaps(share).length === 1);
  await listener.more(share, 5);
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
  expect((await keyOf(holder)).generation).toBe(2);
  const raw = new Redis(redisUrls().main);
  expect(await raw.hgetall(`api:realtime:{${pool}}:takeovers`)).toEqual({});
  await raw.quit();
});

it('can be withdrawn until the holder lets go, and not afterwards', async () => {
  await using stage = await openLiveStage();
  const { holder } = await held(stage, 0);
  const redis = portTo('main', redisUrls().main);
  const store = redisFeedStore(redis);
  const { pool, keyId } = await keyOf(holder);
  const [session] = await store.sessions(pool, [keyId]);
  const wish = { generation: 1, from: session?.holder ?? '', to: '', reason: 'x' };
  const id = (await store.askTakeover(pool, keyId, wish)) ?? '';
  const step = (how: 'accept' | 'yield' | 'withdraw') =>
    store.stepTakeover(pool, keyId, id, how === 'accept' ? { do: how, name: 'other:2#0' } : { do: how });
  expect(await step('yield')).toBe(false);
  expect(await step('withdraw')).toBe(true);
  expect(await step('accept')).toBe(false);
  // Nobody but the one that accepted may begin while the holder lets go.
  const again = (await store.askTakeover(pool, keyId, { ...wish, from: session?.holder ?? '' })) ?? '';
  await store.stepTakeover(pool, keyId, again, { do: 'accept', name: 'other:2#0' });
  await expect
    .poll(async () => (await store.look(pool)).takeovers.get(keyId)?.state, { timeout: 5_000 })
    .toBe('yielding');
  expect(await store.stepTakeover(pool, keyId, again, { do: 'withdraw' })).toBe(false);
  expect(await store.begin(pool, keyId, 'third:3#0')).toBe('aside');
  // It never comes: the others go on when its time is over.
  await expect.poll(async () => (await keyOf(holder)).generation, { timeout: 20_000 }).toBe(2);
  await redis.close();
});
