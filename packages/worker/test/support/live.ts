import { randomBytes } from 'node:crypto';

import { defaultSymbols, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '@hub/broker-sim';
import { createHub, type FeedRequest, type Hub, type RealtimeEvent } from '@hub/client';
import { koreanDay, type GapRow, type Store, type TickRow } from '@hub/store';

import { redisUrls } from '../../../../test/support/redis.js';
import { openFeedPublisher, type FeedPublisher } from '../../src/process/feed-publisher.js';
import { openStage, type Stage } from './stage.js';

export const symbols = ['005930', '000660', '035720'] as const;
export const feeds: readonly FeedRequest[] = symbols.flatMap((symbol) => [
  { kind: 'trade', symbol },
  { kind: 'book', symbol },
]);

/** A day on which all of them trade, at ten o'clock, on a clock that runs a hundred times as fast as ours. */
const day = '2026-11-06';
const start = Date.parse(`${day}T10:00+09:00`);
const speed = 100;
const tokenMinuteMs = 400;

/** A market with some hundred trades a second, a hub with a key of its own, and a stage. */
export interface LiveStage extends AsyncDisposable {
  readonly stage: Stage;
  readonly sim: BrokerSim;
  readonly hub: Hub;
  readonly sink: FeedPublisher;
}

export const openLiveStage = async (
  options: BrokerSimOptions = {},
  redis: { readonly main: string; readonly gatekeeper: string } = redisUrls(),
): Promise<LiveStage> => {
  const key = { appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') };
  const began = performance.now();
  const sim = await startBrokerSim({
    ...{ keys: [key], tokenMinuteMs, now: () => start + speed * (performance.now() - began) },
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 60, idleShare: 0 })),
    ...options,
  });
  const kis = { ...key, baseUrl: sim.url, tokenCooldownMs: tokenMinuteMs + 50 };
  const hub = createHub({ redis, kis }, { env: {} });
  const stage = await openStage(redis.main);
  const { redisUrl, prefix, storeId } = stage;
  const sink = await openFeedPublisher({ redisUrl, prefix, storeId });
  return {
    ...{ stage, sim, hub, sink },
    [Symbol.asyncDispose]: async () => {
      await hub.close();
      await sink.close();
      await sim.close();
    },
  };
};

/** What a subscription of its own is told: it sees whether others are held up. */
export class Onlooker {
  #heard = 0;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly onEvent: (event: RealtimeEvent) => void = () => undefined) {}

  readonly hear = (event: RealtimeEvent): void => {
    if (event.kind === 'trade' || event.kind === 'book') this.#heard += 1;
    this.onEvent(event);
    for (const wake of this.#waiting) wake();
  };

  /** Resolves when so many more trades and books came. */
  async more(count: number): Promise<void> {
    const enough = this.#heard + count;
    await this.until(() => this.#heard >= enough);
  }

  /** Resolves when `enough` says so; looks whenever something came. */
  async until(enough: () => boolean): Promise<void> {
    while (!enough()) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }
}

/** All gaps of trades, or of one share. */
export const gapsOf = async (store: Store, symbol?: string): Promise<GapRow[]> => {
  const rows: GapRow[] = [];
  for await (const row of store.gaps({ kind: 'trade', ...(symbol === undefined ? {} : { symbols: [symbol] }) })) {
    rows.push(row);
  }
  return rows;
};

export const ticksOf = async (store: Store, symbol: string): Promise<TickRow[]> => {
  const rows: TickRow[] = [];
  // The second is where a market is that has no clock of its own.
  for (const each of new Set([day, koreanDay(Date.now())])) {
    for await (const row of store.ticks({ symbol, venue: 'KRX', day: each })) rows.push(row);
  }
  return rows;
};

/** Trades before which the cumulative volume tells that others are missing, and no gap says so. */
export const unexcused = async (store: Store): Promise<string[]> => {
  const broken: string[] = [];
  for (const symbol of symbols) {
    const gaps = await gapsOf(store, symbol);
    let before: TickRow | undefined;
    for (const tick of await ticksOf(store, symbol)) {
      const { receivedMs, dayVolume, size } = tick;
      const since = before?.receivedMs ?? receivedMs;
      const whole = before === undefined || dayVolume - size === before.dayVolume;
      const excused = gaps.some((gap) => gap.sinceMs <= receivedMs && (gap.untilMs ?? Infinity) >= since);
      if (!whole && !excused) broken.push(`${symbol} ${String(dayVolume)}`);
      before = tick;
    }
  }
  return broken;
};
