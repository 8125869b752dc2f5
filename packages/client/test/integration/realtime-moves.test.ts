import { openLedger } from '@hub/client/ledger';
import { expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import type { GapEvent } from '../../src/index.js';
import { freshKey } from '../support/hub.js';
import { disorder, Listener, openLiveStage, unexplained } from '../support/live.js';
import { portTo } from '../support/world.js';

const share = '005930';
const trade = { kind: 'trade', symbol: share } as const;

/** Two keys, and a way to take one of them all but one of its registrations. */
const openTwoKeys = async () => {
  const keys = [freshKey(), freshKey()];
  const stage = await openLiveStage({ keys });
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  const redis = portTo('main', redisUrls().main);
  const holders = (): string[] =>
    stage.sim
      .journal()
      .live.registrations.filter(({ key, toMs }) => key === share && toMs === null)
      .map(({ keyId }) => keyId);
  return {
    ...stage,
    hub: (registrations?: number) =>
      stage.hub({
        kis: {
          ...{ appKey: undefined, appSecret: undefined, keys },
          ...(registrations === undefined ? {} : { registrations }),
        },
      }),
    /** The key that the share is registered with now. */
    holder: (): string => holders()[0] ?? '',
    narrow: (keyId: string) => ledger.narrow(`kis:real:${keyId}`, { name: 'registration', limit: 40, windowMs: 0 }, 1),
    /** Gaps of the share as whoever fills holes finds them. */
    kept: async (): Promise<GapEvent[]> => {
      const pool = `kis:real@${new URL(stage.sim.url).host}`;
      const lua = "return redis.call('XRANGE', KEYS[1], '-', '+')";
      const entries = await redis.run({ name: 'gaps', keys: 1, lua }, [`api:realtime:{${pool}}:gaps`], []);
      return (entries as [string, string[]][])
        .map(([, fields]) => JSON.parse(fields[1] ?? '') as GapEvent)
        .filter(({ symbol }) => symbol === share);
    },
    [Symbol.asyncDispose]: async () => {
      await stage[Symbol.asyncDispose]();
      await close();
      await redis.close();
    },
  };
};

it('a feed that moves to another key has one gap, the same for all who listen and for whoever fills holes', async () => {
  await using stage = await openTwoKeys();
  const hubs = [stage.hub(), stage.hub()];
  const listeners = [new Listener(), new Listener()];
  for (const [index, hub] of hubs.entries()) {
    const subscription = await hub.realtime.subscribe([trade], listeners[index]?.hear, { priority: 'backfill' });
    await subscription.ready;
  }
  const former = stage.holder();
  // More urgent feeds, until some are on the same key: then that one is the first to go.
  const more = ['000660', '035420', '035720'].map((symbol) => ({ kind: 'trade', symbol }) as const);
  const urgent = await hubs[0]?.realtime.subscribe(more, () => undefined, { priority: 'order' });
  await urgent?.ready;
  await Promise.all(listeners.map((listener) => listener.more(share, 5)));
  await stage.narrow(former);
  await Promise.all(listeners.map((listener) => listener.until(() => listener.gaps(share).length === 1)));
  await Promise.all(listeners.map((listener) => listener.more(share, 5)));
  expect(stage.holder()).not.toBe(former);
  const [gap, ...others] = listeners.map((listener) => listener.gaps(share));
  expect(others).toEqual([gap]);
  expect(gap).toMatchObject([{ cause: 'handover', of: 'trade', symbol: share }]);
  for (const listener of listeners) {
    expect(disorder(listener.trades(share))).toBe(0);
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
    const states = listener.of('status').filter(({ symbol }) => symbol === share);
    expect(states.at(-1)?.state).toBe('live');
  }
  await expect.poll(() => stage.kept()).toEqual(gap);
});

it('a feed that lost its slot and has it again had a gap meanwhile', async () => {
  await using stage = await openTwoKeys();
  const hub = stage.hub(1);
  const listener = new Listener();
  await using patient = await hub.realtime.subscribe([trade], listener.hear, { priority: 'backfill' });
  await patient.ready;
  await listener.more(share, 3);
  const more = ['000660', '035420'].map((symbol) => ({ kind: 'trade', symbol }) as const);
  const urgent = await hub.realtime.subscribe(more, () => undefined, { priority: 'order' });
  await listener.until(() => listener.of('status').some(({ state }) => state === 'refused'));
  await urgent.close();
  await listener.until(() => listener.gaps(share).length === 1);
  await listener.more(share, 3);
  expect(unexplained(stage.sim, share, listener)).toEqual([]);
  await expect.poll(() => stage.kept()).toEqual(listener.gaps(share));
});
