// Live feeds that stay mute though they are traded, on sockets of the simulator: each step of the ladder is the one that helps once.
import { randomBytes } from 'node:crypto';

import { defaultSymbols, startBrokerSim, type LiveControl } from '@hub/broker-sim';
import { createHub, type RealtimeEvent } from '@hub/client';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { alertChannel, type Alert } from '../../src/sentinel/alerts.js';
import type { SentinelEvent } from '../../src/sentinel/event.js';
import { startSentinel } from '../../src/sentinel/sentinel.js';
import { clockOff } from '../support/clock.js';
import { openStage } from '../support/stage.js';

const symbol = '005930';
const start = Date.parse('2026-11-06T10:00:00+09:00');
/** Long beside what a busy machine takes for a step, so that no step comes too many. */
const mutePatience = { muteMs: 3_000, marginMs: 200, effectMs: 4_500, askAgainMs: 500 };
const pair = () => ({ appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') });

/** Two keys of KIS, a service that holds sockets and takes calls, somebody who wants a feed, and a Sentinel. */
const openMute = async (keyCount: number) => {
  const clock = clockOff(start - Date.now());
  const keys = Array.from({ length: keyCount }, pair);
  const sim = await startBrokerSim({
    ...{ now: clock.now, keys, tokenMinuteMs: 400, live: { pingMs: 500, releaseMs: 200 } },
    symbols: defaultSymbols.map((each) => ({ ...each, tradesPerMinute: 600, idleShare: 0 })),
  });
  onTestFinished(() => sim.close());
  const hub = createHub(
    { redis: redisUrls(), kis: { keys, baseUrl: sim.url, tokenCooldownMs: 450 } },
    { env: {}, clock },
  );
  onTestFinished(() => hub.close());
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ hub, store: { store, id: storeId } });
  const alerts: Alert[] = [];
  const listener = new Redis(redisUrl);
  onTestFinished(() => listener.disconnect());
  listener.on('message', (_channel, message) => {
    const alert = JSON.parse(message) as Alert;
    if (alert.storeId === storeId) alerts.push(alert);
  });
  await listener.subscribe(alertChannel);
  const heard: RealtimeEvent[] = [];
  const subscription = await hub.realtime.subscribe([{ kind: 'trade', symbol }], (event) => {
    heard.push(event);
  });
  onTestFinished(() => subscription.close());
  await subscription.ready;
  const trades = (): number => heard.filter(({ kind }) => kind === 'trade').length;
  await expect.poll(trades, { timeout: 5_000 }).toBeGreaterThan(3);
  const events: SentinelEvent[] = [];
  const watch = async () => {
    const sentinel = await startSentinel({
      ...{ redisUrl, prefix, storeId, now: clock.now, lookEveryMs: 200, mutePatience },
      onEvent: (event) => events.push(event),
    });
    onTestFinished(() => sentinel.close());
    return sentinel;
  };
  const steps = (): string[] =>
    events.flatMap((event) =>
      event.kind === 'feed-escalated' ? [event.step] : event.kind === 'feed-unmuted' ? ['heard'] : [],
    );
  const silence = (until: 'registration' | 'socket' | 'key', keyId?: string): void => {
    const target: Parameters<LiveControl['silence']>[0] = { tr: 'H0STCNT0', key: symbol, until };
    expect(sim.live.silence(keyId === undefined ? target : { ...target, keyId })).toBe(1);
  };
  const carrier = (): string | undefined =>
    sim.live.sessions().find(({ registrations }) => registrations.length > 0)?.keyId;
  return { sim, alerts, events, trades, watch, steps, silence, carrier };
};

const soon = { timeout: 30_000, interval: 50 };

test('a new registration ends the first silence, a new socket the second', async () => {
  const { sim, trades, watch, steps, silence } = await openMute(1);
  await watch();
  await watch();
  silence('registration');
  await expect.poll(steps, soon).toEqual(['resubscribe', 'heard']);
  const before = trades();
  await expect.poll(trades, soon).toBeGreaterThan(before);
  expect(sim.journal().brokers.kis.live).toMatchObject({ connects: 1 });
  silence('socket');
  await expect.poll(steps, soon).toEqual(['resubscribe', 'heard', 'resubscribe', 'reconnect', 'heard']);
  expect(sim.journal().brokers.kis.live).toMatchObject({ connects: 2, maxSockets: 1 });
});

test('another key ends a silence that belongs to a key', async () => {
  const { trades, watch, steps, silence, carrier } = await openMute(2);
  const mute = carrier();
  await watch();
  silence('key', mute);
  await expect.poll(steps, soon).toEqual(['resubscribe', 'reconnect', 'switch-key', 'heard']);
  const before = trades();
  await expect.poll(trades, soon).toBeGreaterThan(before);
  expect(carrier()).not.toBe(mute);
});

test('people are told of a silence that nothing ends, also where the first Sentinel has died meanwhile', async () => {
  const { alerts, watch, steps, silence, events } = await openMute(1);
  const first = await watch();
  silence('key');
  await expect.poll(steps, soon).toEqual(['resubscribe']);
  await first.close();
  const second = await watch();
  await expect.poll(steps, soon).toEqual(['resubscribe', 'reconnect', 'alert']);
  await second.close();
  expect(events.at(-1)).toMatchObject({
    kind: 'feed-escalated',
    tried: expect.arrayContaining(['no other key has a free slot']),
  });
  await expect
    .poll(() => alerts, soon)
    .toMatchObject([
      {
        kind: 'mute',
        text: /^the live feed of trade 005930 KRX at kis \w+ is mute since 2026-11-06 10:\d\d:\d\d KST, though the cumulative volume .* in vain: resubscribe, reconnect, no other key/,
      },
    ]);
});
