import { randomBytes, randomUUID } from 'node:crypto';

import { Redis } from 'ioredis';
import { expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { createHub, type Notice } from '../../src/index.js';
import { issueCallerToken, usualClasses, type CallerClaims } from '../../src/service/caller-token.js';
import { Listener, openLiveStage } from '../support/live.js';

const share = '005930';
const trade = { broker: 'kis', kind: 'trade', symbol: share } as const;
const book = { broker: 'kis', kind: 'book', symbol: share } as const;

/** A hub with keys that asks for tokens and serves, and programs without keys. */
const open = async () => {
  const stage = await openLiveStage();
  const key = randomBytes(32);
  const callerKey = key.toString('hex');
  const group = `test:${randomUUID()}`;
  const denied: Notice[] = [];
  const guard = stage.hub(
    { callerKey },
    {
      notify: (notice) => {
        if (notice.kind === 'feed-denied') denied.push(notice);
      },
    },
  );
  guard.realtime.serve({ group });
  const hubs: AsyncDisposable[] = [];
  const claims = { name: 'collector', allow: ['*'], classes: [...usualClasses], until: 4_000_000_000 };
  return {
    stage,
    callerKey,
    guard,
    denied,
    tokenOf: (more: Partial<CallerClaims> = {}, by = key) => issueCallerToken({ ...claims, ...more }, by),
    keyless: async (caller?: string) => {
      const hub = createHub(
        { mode: 'service', redis: { main: redisUrls().main }, caller },
        { env: {}, queuePrefix: group },
      );
      hubs.push(hub);
      await expect.poll(() => hub.realtime.status()).toHaveLength(1);
      return hub;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
      await stage[Symbol.asyncDispose]();
    },
  };
};

it('a feed that a caller may not have is refused in words, before a socket is opened', async () => {
  await using scene = await open();
  const { stage, keyless, tokenOf } = scene;
  const cases: [string | undefined, RegExp][] = [
    [undefined, /live feed trade:KRX:005930 is not made for somebody: it shows no token/],
    ['a label', /not made for somebody: it shows no token/],
    [tokenOf({}, randomBytes(32)), /not made for somebody: its token was not signed with the key of this worker/],
    [tokenOf({ until: 1 }), /not made for collector: its token expired 1970/],
    [
      tokenOf({ allow: ['inquire-price', 'feed:book'] }),
      /collector: its token allows inquire-price, feed:book, and not feed:trade/,
    ],
    [
      tokenOf({ classes: ['backfill'] }),
      /collector: its token allows the classes backfill, and this feed is wanted as realtime/,
    ],
  ];
  for (const [caller, words] of cases) {
    const hub = await keyless(caller);
    const listener = new Listener();
    const subscription = await hub.realtime.subscribe([trade], listener.hear);
    const reason: unknown = await subscription.ready.catch((error: unknown) => error);
    expect(reason).toMatchObject({ code: 'HUB_CALLER_REFUSED', message: expect.stringMatching(words) as string });
    await listener.until(() => listener.of('status').length > 0);
    expect(listener.of('status')[0]).toMatchObject({ state: 'refused', code: 'HUB_CALLER_REFUSED' });
    expect(JSON.stringify([reason, listener.events])).not.toContain('hub1.');
    await subscription.close();
  }
  expect(stage.sim.journal().brokers.kis.live.connects).toBe(0);
  expect(scene.denied).toHaveLength(cases.length);
  expect(scene.denied.at(-1)).toMatchObject({ broker: 'kis', feed: 'trade:KRX:005930', caller: 'collector' });
  expect(JSON.stringify(scene.denied)).not.toContain('hub1.');
});

it('a caller has what its token lists, and nothing of what somebody else has beside it', async () => {
  await using scene = await open();
  const { stage, guard, keyless, tokenOf } = scene;
  await using everything = await guard.realtime.subscribe([trade, book]);
  await everything.ready;
  const listener = new Listener();
  const hub = await keyless(tokenOf({ allow: ['feed:book'] }));
  await using allowed = await hub.realtime.subscribe([book], listener.hear);
  await allowed.ready;
  await listener.until(() => listener.of('book').length > 3);
  const refused = new Listener();
  await using subscription = await hub.realtime.subscribe([trade], refused.hear);
  await refused.until(() => refused.of('status').some(({ state }) => state === 'refused'));
  const before = refused.of('trade').length;
  // Of somebody who is told as well, an unchecked stream would have told it by then.
  const again = await hub.realtime.subscribe([trade]);
  await expect(again.ready).rejects.toMatchObject({ code: 'HUB_CALLER_REFUSED' });
  await again.close();
  const more = listener.of('book').length + 4;
  await listener.until(() => listener.of('book').length >= more);
  expect(refused.of('trade')).toHaveLength(before);
  await subscription.close();
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 1, maxSockets: 1 });
});

it('a process with keys that asks nobody lets nobody in where others ask, and signs for itself with their key', async () => {
  await using scene = await open();
  const { stage, callerKey } = scene;
  const other = '000660';
  const [kept, listener] = [new Listener(), new Listener()];
  await using signed = await stage.hub({ callerKey }).realtime.subscribe([trade], listener.hear);
  await signed.ready;
  await using refused = await stage.hub().realtime.subscribe([{ ...trade, symbol: other }], kept.hear);
  await expect(refused.ready).rejects.toMatchObject({ code: 'HUB_CALLER_REFUSED' });
  await listener.more(share, 20);
  expect(kept.of('status').filter(({ state }) => state === 'refused')).toHaveLength(1);
  const registered = stage.sim.journal().live.registrations.map(({ key }) => key);
  expect(registered).toContain(share);
  expect(registered).not.toContain(other);
});

it('a token is told to processes with keys alone, and forgotten with its wants', async () => {
  await using scene = await open();
  const token = scene.tokenOf();
  const hub = await scene.keyless(token);
  const subscription = await hub.realtime.subscribe([trade]);
  await subscription.ready;
  const [status] = await hub.realtime.status();
  const redis = new Redis(redisUrls().main);
  const callers = `api:realtime:{${status?.pool ?? ''}}:callers`;
  expect(await redis.hvals(callers)).toContain(token);
  expect(JSON.stringify(status)).not.toContain('hub1.');
  expect(await redis.get(`api:realtime:{${status?.pool ?? ''}}:plan`)).not.toContain('hub1.');
  await subscription.close();
  await expect.poll(() => redis.hvals(callers)).not.toContain(token);
  await redis.quit();
});
