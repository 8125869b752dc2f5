import { randomUUID } from 'node:crypto';

import { expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { createHub, type HubEffects, type HubOptions } from '../../src/index.js';
import { disorder, Listener, openLiveKiwoomStage, openLiveStage, unexplained } from '../support/live.js';

const share = '005930';
const trade = { kind: 'trade', symbol: share } as const;

/** Programs without keys, and who serves them, in a group of their own. */
const openGroup = () => {
  const group = `test:${randomUUID()}`;
  const hubs: AsyncDisposable[] = [];
  return {
    group,
    keyless: (options: HubOptions = {}, effects: HubEffects = {}) => {
      const hub = createHub(
        { mode: 'service', redis: { main: redisUrls().main }, ...options },
        { env: {}, queuePrefix: group, ...effects },
      );
      hubs.push(hub);
      return hub;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
    },
  };
};

it('a program without keys has its feeds from a process that has some and wants nothing itself', async () => {
  await using stage = await openLiveStage();
  await using programs = openGroup();
  stage.hub().realtime.serve({ group: programs.group });
  const listener = new Listener();
  const keyless = programs.keyless();
  await using subscription = await keyless.realtime.subscribe([trade], listener.hear);
  await subscription.ready;
  await listener.more(share, 20);
  expect(disorder(listener.trades(share))).toBe(0);
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
  const [status] = await keyless.realtime.status();
  expect(status).toMatchObject({
    broker: 'kis',
    keys: [{ state: 'held', feeds: [{ state: 'live', subscribers: 1 }] }],
  });
});

it('no socket is opened before anybody wants something, and none is left when nobody does any more', async () => {
  await using stage = await openLiveStage();
  await using programs = openGroup();
  stage.hub({ realtimeGraceMs: 100 }).realtime.serve({ group: programs.group });
  const keyless = programs.keyless();
  await expect.poll(() => keyless.realtime.status()).toMatchObject([{ keys: [{ state: 'free', holder: null }] }]);
  expect(stage.sim.journal().brokers.kis.live.connects).toBe(0);
  const subscription = await keyless.realtime.subscribe([trade]);
  await subscription.ready;
  await subscription.close();
  await expect.poll(() => stage.sim.live.sessions(), { timeout: 20_000 }).toEqual([]);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 1, maxSockets: 1 });
});

it('where nobody is there that is told in words, and the feed begins once somebody is', async () => {
  await using stage = await openLiveStage();
  await using programs = openGroup();
  const listener = new Listener();
  await using subscription = await programs.keyless().realtime.subscribe([{ ...trade, broker: 'kis' }], listener.hear);
  await expect(subscription.ready).rejects.toMatchObject({
    code: 'HUB_FEED_UNSERVED',
    broker: 'kis',
    remedy: expect.stringContaining('hub serve') as string,
  });
  expect(listener.of('status')).toMatchObject([{ state: 'waiting', code: 'HUB_FEED_UNSERVED', symbol: share }]);
  stage.hub().realtime.serve({ group: programs.group });
  await listener.more(share, 5);
  expect(listener.of('status').at(-1)).toMatchObject({ state: 'live' });
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
});

it('serves those alone who belong to it, and by the broker that is there', async () => {
  await using stage = await openLiveKiwoomStage();
  await using programs = openGroup();
  await using others = openGroup();
  stage.hub().realtime.serve({ group: programs.group });
  const [own, foreign] = [new Listener(), new Listener()];
  const keyless = programs.keyless();
  await expect.poll(() => keyless.realtime.status()).toHaveLength(1);
  await using subscription = await keyless.realtime.subscribe([trade], own.hear);
  await using apart = await others.keyless().realtime.subscribe([trade], foreign.hear);
  await subscription.ready;
  await own.more(share, 3);
  expect(own.trades(share)[0]).toMatchObject({ broker: 'kiwoom' });
  await expect(apart.ready).rejects.toMatchObject({ code: 'HUB_FEED_UNSERVED' });
  expect(foreign.trades(share)).toEqual([]);
});

it('goes on with another process when the one that holds the socket ends, with a gap in between', async () => {
  await using stage = await openLiveStage();
  await using programs = openGroup();
  const first = stage.hub();
  const serving = first.realtime.serve({ group: programs.group });
  const listener = new Listener();
  await using subscription = await programs.keyless().realtime.subscribe([trade], listener.hear);
  await subscription.ready;
  stage.hub().realtime.serve({ group: programs.group });
  await listener.more(share, 5);
  await serving.close();
  await serving.close();
  await listener.until(() => listener.gaps(share).length === 1);
  await listener.more(share, 5);
  expect(listener.gaps(share)[0]?.cause).toBe('handover');
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 2, maxSockets: 1 });
});

it('is told when all that served it are gone, and no more than once', async () => {
  await using stage = await openLiveStage();
  await using programs = openGroup();
  const hub = stage.hub();
  hub.realtime.serve({ group: programs.group });
  const listener = new Listener();
  await using subscription = await programs.keyless().realtime.subscribe([trade], listener.hear);
  await subscription.ready;
  await hub.close();
  const told = () => listener.of('status').filter(({ code }) => code === 'HUB_FEED_UNSERVED');
  await listener.until(() => told().length > 0);
  stage.hub().realtime.serve({ group: programs.group });
  await listener.more(share, 5);
  expect(told()).toHaveLength(1);
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
});

it('what no broker offers is told before anything is stored; a hub without keys serves nobody', async () => {
  await using programs = openGroup();
  const keyless = programs.keyless();
  const wrong = keyless.realtime.subscribe([{ kind: 'trade', symbol: 'samsung' }]);
  await expect(wrong).rejects.toMatchObject({ code: 'HUB_FEED_INVALID' });
  expect(() => keyless.realtime.serve({ group: programs.group })).toThrow(
    expect.objectContaining({ code: 'HUB_CONFIG' }),
  );
});
