import { randomUUID } from 'node:crypto';

import { defaultSymbols, demoKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '@hub/broker-sim';
import { createHub, type BrokerName, type Hub } from '@hub/client';
import type { FeedBatch, NewTick } from '@hub/store';
import { expect, onTestFinished } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { openFeedPublisher } from '../../src/process/feed-publisher.js';
import type { SentinelEvent } from '../../src/sentinel/event.js';
import { startSentinel } from '../../src/sentinel/sentinel.js';
import { clockOff } from './clock.js';
import { openStage, type Stage } from './stage.js';

export const day = '2026-11-06';
const midnightMs = Date.parse(`${day}T00:00:00+09:00`);
export const at = (wallClock: string): number => Date.parse(`${day}T${wallClock}+09:00`);
const share = { symbol: '005930', venue: 'KRX' } as const;

/** A worker, a writer and both brokers, with a feed that tells what a test wants. */
export interface World {
  readonly stage: Stage;
  readonly sim: BrokerSim;
  readonly hub: Hub;
  readonly now: () => number;
  readonly events: SentinelEvent[];
  /** As a feed tells it, through the queue. */
  readonly tell: (rows: Pick<FeedBatch, 'ticks' | 'gaps'>, run?: FeedBatch['run']) => Promise<unknown>;
  readonly watch: (served?: readonly BrokerName[]) => Promise<{ close(): Promise<void> }>;
  readonly ended: (count: number) => Promise<Extract<SentinelEvent, { kind: 'hole-ended' }>[]>;
  readonly truth: (from: string, to: string) => NewTick[];
}

/** At noon unless given (or at any instant), with both brokers. */
export const openWorld = async (
  wallClock: string | number = '12:00:00',
  market: Pick<BrokerSimOptions, 'symbols' | 'haltedSymbolDays'> = {},
): Promise<World> => {
  const stage = await openStage();
  const clock = clockOff((typeof wallClock === 'string' ? at(wallClock) : wallClock) - Date.now());
  const { now } = clock;
  const kisKey = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const kiwoomKey = { appKey: randomUUID(), secretKey: randomUUID() };
  const sim = await startBrokerSim({
    now,
    keys: [{ ...kisKey, environment: 'real' }],
    kiwoom: { keys: [kiwoomKey] },
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 6, idleShare: 0 })),
    ...market,
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
    tell: ({ ticks, gaps }, run) =>
      sink.write(
        {
          batchId: randomUUID(),
          provenance: { broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: now(), normaliserVersion: 1 },
          ...{ ticks, gaps, books: [] },
          ...(run === undefined ? {} : { run }),
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

export const gapOf = (from: string, to: string, id: string = randomUUID()): FeedBatch['gaps'][number] => ({
  ...{ id, kind: 'trade', ...share, sinceMs: at(from), untilMs: at(to), cause: 'disconnect', missing: null },
});

export const volumesOf = async (stage: Stage): Promise<number[]> => {
  const volumes: number[] = [];
  for await (const { dayVolume } of stage.store.ticks({ ...share, day })) volumes.push(dayVolume);
  return volumes;
};
