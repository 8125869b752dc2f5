// A Sentinel, a worker, a writer and a collector against the simulator: what a broken feed has left out comes back by REST.
import { randomUUID } from 'node:crypto';

import { defaultSymbols, demoKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { createHub, type BrokerName, type Hub } from '@hub/client';
import type { FeedBatch, NewTick } from '@hub/store';
import { describe, expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { openFeedPublisher } from '../../src/process/feed-publisher.js';
import type { SentinelEvent } from '../../src/sentinel/event.js';
import { startSentinel } from '../../src/sentinel/sentinel.js';
import { clockOff } from '../support/clock.js';
import { openStage, type Stage } from '../support/stage.js';

const day = '2026-11-06';
const midnightMs = Date.parse(`${day}T00:00:00+09:00`);
const at = (wallClock: string): number => Date.parse(`${day}T${wallClock}+09:00`);
const share = { symbol: '005930', venue: 'KRX' } as const;

interface World {
  readonly stage: Stage;
  readonly sim: BrokerSim;
  readonly hub: Hub;
  readonly now: () => number;
  readonly events: SentinelEvent[];
  /** As a feed tells it, through the queue. */
  readonly tell: (rows: Pick<FeedBatch, 'ticks' | 'gaps'>) => Promise<unknown>;
  readonly watch: (served?: readonly BrokerName[]) => Promise<{ close(): Promise<void> }>;
  readonly ended: (count: number) => Promise<Extract<SentinelEvent, { kind: 'hole-ended' }>[]>;
  readonly truth: (from: string, to: string) => NewTick[];
}

/** At noon, with both brokers. */
const open = async (): Promise<World> => {
  const stage = await openStage();
  const clock = clockOff(at('12:00:00') - Date.now());
  const { now } = clock;
  const kisKey = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const kiwoomKey = { appKey: randomUUID(), secretKey: randomUUID() };
  const sim = await startBrokerSim({
    now,
    keys: [{ ...kisKey, environment: 'real' }],
    kiwoom: { keys: [kiwoomKey] },
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 60, idleShare: 0 })),
  });
  onTestFinished(() => sim.close());
  const hub = createHub(
    { redis: redisUrls(), kis: { ...kisKey, baseUrl: sim.url }, kiwoom: { ...kiwoomKey, baseUrl: sim.url } },
    { env: {}, clock },
  );
  onTestFinished(() => hub.close());
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ hub, store: { store, id: storeId }, feeds: false });
  const sink = await openFeedPublisher({ redisUrl, prefix, storeId });
  onTestFinished(() => sink.close());
  const events: SentinelEvent[] = [];
  return {
    ...{ stage, sim, hub, now, events },
    tell: ({ ticks, gaps }) =>
      sink.write(
        {
          batchId: randomUUID(),
          provenance: { broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: now(), normaliserVersion: 1 },
          ...{ ticks, gaps, books: [] },
        },
        AbortSignal.timeout(10_000),
      ),
    watch: async (served = ['kis', 'kiwoom']) => {
      const sentinel = await startSentinel({
        ...{ redisUrl, prefix, storeId, now, served: () => Promise.resolve(served) },
        onEvent: (event) => events.push(event),
      });
      onTestFinished(() => sentinel.close());
      return sentinel;
    },
    ended: async (count) => {
      const found = (): Extract<SentinelEvent, { kind: 'hole-ended' }>[] =>
        events.flatMap((event) => (event.kind === 'hole-ended' ? [event] : []));
      await expect.poll(() => found().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
      return found();
    },
    truth: (from, to) => {
      const { second, volume, price } = sim.market.ticks(share.symbol, share.venue, day.replaceAll('-', ''));
      return [...second].flatMap((each, index): NewTick[] => {
        const atMs = midnightMs + each * 1_000;
        if (atMs < at(from) || atMs >= at(to)) return [];
        const dayVolume = volume[index] ?? 0;
        return [
          {
            ...{ ...share, day, dayVolume, atMs, receivedMs: atMs + 150, price: price[index] ?? 0 },
            ...{ size: dayVolume - (volume[index - 1] ?? 0), dayValue: null, side: null, ask: null, bid: null },
          },
        ];
      });
    },
  };
};

const gapOf = (from: string, to: string, id: string = randomUUID()): FeedBatch['gaps'][number] => ({
  ...{ id, kind: 'trade', ...share, sinceMs: at(from), untilMs: at(to), cause: 'disconnect', missing: null },
});

const volumesOf = async (stage: Stage): Promise<number[]> => {
  const volumes: number[] = [];
  for await (const { dayVolume } of stage.store.ticks({ ...share, day })) volumes.push(dayVolume);
  return volumes;
};

describe('a Sentinel', () => {
  test('fills a hole as soon as it is committed, and asks nobody again', async () => {
    const { stage, sim, tell, watch, ended, truth } = await open();
    await watch();
    const whole = truth('11:00:00', '11:10:00');
    const ticks = whole.filter(({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:05:30'));
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:05:30')] });
    const [closed] = await ended(1);
    expect(closed?.closing).toMatchObject({ state: 'recovered', by: 'kis', trades: expect.any(Number) });
    expect(await stage.store.holes()).toEqual([]);
    const stored = await volumesOf(stage);
    const wanted = whole.map(({ dayVolume }) => dayVolume);
    // What a page has beyond the hole is kept: all of it is true, and none of it twice.
    expect(stored.filter((each) => each >= (wanted[0] ?? 0))).toEqual(wanted);
    expect(new Set(stored).size).toBe(stored.length);
    const { calls } = sim.journal();
    const again = await watch();
    await again.close();
    expect(sim.journal().calls).toBe(calls);
  });

  test('spends no call where another feed has told the same trades', async () => {
    const { sim, tell, watch, ended, truth } = await open();
    await tell({ ticks: truth('11:00:00', '11:10:00'), gaps: [gapOf('11:04:00', '11:05:30')] });
    await watch();
    const [closed] = await ended(1);
    expect(closed?.closing).toEqual({ state: 'recovered', by: 'present', trades: 0, calls: 0 });
    expect(sim.journal().calls).toBe(0);
  });

  test('closes two holes of one share with the calls of one, where they overlap', async () => {
    const { tell, watch, ended, truth } = await open();
    const ticks = truth('11:00:00', '11:10:00').filter(
      ({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:05:30'),
    );
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:05:30'), gapOf('11:04:00', '11:05:00')] });
    await watch();
    const closings = (await ended(2)).map(({ closing }) => closing);
    expect(closings.filter(({ calls }) => calls > 0)).toHaveLength(1);
    expect(closings.every(({ state }) => state === 'recovered')).toBe(true);
  });

  test('asks Kiwoom for the session before, and gives up what is older, with the reason', async () => {
    const { stage, tell, watch, ended } = await open();
    const dayMs = 86_400_000;
    const earlier = (days: number): FeedBatch['gaps'][number] => ({
      ...gapOf('11:00:00', '11:00:30', `gap-${String(days)}`),
      ...{ sinceMs: at('11:00:00') - days * dayMs, untilMs: at('11:00:30') - days * dayMs },
    });
    await tell({ ticks: [], gaps: [earlier(1), earlier(3)] });
    await watch();
    const byGap = new Map((await ended(2)).map(({ hole, closing }) => [hole.gapId, closing]));
    expect(byGap.get('gap-1')).toMatchObject({ state: 'recovered', by: 'kiwoom' });
    expect(byGap.get('gap-3')).toMatchObject({ state: 'unavailable' });
    expect(JSON.stringify(byGap.get('gap-3'))).toMatch(/HUB_RANGE .*last two sessions/);
    expect(await stage.store.holes()).toEqual([]);
  });

  test('gives up past order books at once', async () => {
    const { sim, tell, watch, ended } = await open();
    await tell({ ticks: [], gaps: [{ ...gapOf('11:00:00', '11:01:00'), kind: 'book' }] });
    await watch();
    expect((await ended(1))[0]?.closing).toMatchObject({ state: 'unavailable', reason: /order books/ });
    expect(sim.journal().calls).toBe(0);
  });

  test('waits where no worker has the keys of the broker that might tell', async () => {
    const { stage, tell, watch, ended } = await open();
    await tell({ ticks: [], gaps: [gapOf('11:00:00', '11:01:00')] });
    await watch([]);
    expect((await ended(1))[0]?.closing).toMatchObject({ state: 'waiting', calls: 0 });
    expect(await stage.store.holes()).toHaveLength(1);
  });

  test('of which there are two fetches nothing twice', async () => {
    const { sim, tell, watch, ended, truth, stage } = await open();
    await Promise.all([watch(), watch()]);
    const whole = truth('11:00:00', '11:10:00');
    const ticks = whole.filter(({ atMs }) => (atMs ?? 0) < at('11:04:00') || (atMs ?? 0) >= at('11:04:10'));
    await tell({ ticks, gaps: [gapOf('11:04:00', '11:04:10')] });
    await ended(2);
    expect(await stage.store.holes()).toEqual([]);
    expect(sim.journal().calls).toBeLessThanOrEqual(3);
  });
});
