import { defaultSymbols, type BrokerSim, type BrokerSimOptions } from '@hub/broker-sim';

import type { GapEvent, RealtimeEvent, TradeEvent } from '../../src/realtime/contract.js';
import { systemClock } from '../../src/runtime/clock.js';
import type { HubEffects, HubOptions } from '../../src/index.js';
import { openKiwoomStage, openStage } from './hub.js';

/** 10:00 on a trading day, KST, and that day. */
const start = Date.UTC(2026, 10, 6, 1, 0, 0);
const today = '20261106';

const lively = (options: BrokerSimOptions): { options: BrokerSimOptions; effects: HubEffects } => {
  const began = performance.now();
  const now = (): number => start + performance.now() - began;
  return {
    options: {
      now,
      symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
      ...options,
      live: { pingMs: 500, releaseMs: 1_000, ...options.live },
    },
    effects: { clock: { ...systemClock, now } },
  };
};

/** A market that trades a hundred times as often as the default one, at 10:00 on a trading day; hubs go by its time. */
export const openLiveStage = async (options: BrokerSimOptions = {}) => {
  const { options: all, effects } = lively(options);
  const stage = await openStage(all);
  return {
    ...stage,
    hub: (more: HubOptions = {}, others: HubEffects = {}) => stage.hub(more, { ...effects, ...others }),
  };
};

/** As `openLiveStage`, with a key of Kiwoom alone. */
export const openLiveKiwoomStage = async (options: BrokerSimOptions = {}) => {
  const { options: all, effects } = lively(options);
  const stage = await openKiwoomStage(all);
  return {
    ...stage,
    hub: (more: HubOptions = {}, others: HubEffects = {}) => stage.hub(more, { ...effects, ...others }),
  };
};

/** Everything that a subscription tells, and a way to wait for some of it. */
export class Listener {
  readonly events: RealtimeEvent[] = [];
  readonly #waiting = new Set<() => void>();

  readonly hear = (event: RealtimeEvent): void => {
    this.events.push(event);
    for (const wake of this.#waiting) wake();
  };

  of<Kind extends RealtimeEvent['kind']>(kind: Kind): Extract<RealtimeEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<RealtimeEvent, { kind: Kind }> => event.kind === kind);
  }

  /** Resolves when `enough` says so. */
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

  trades(symbol: string): TradeEvent[] {
    return this.of('trade').filter((event) => event.symbol === symbol);
  }

  /** Gaps of a symbol that have ended. */
  gaps(symbol: string): GapEvent[] {
    return this.of('gap').filter((event) => event.symbol === symbol && event.untilMs !== null);
  }

  /** Waits for so many more trades of a symbol. */
  async more(symbol: string, count: number): Promise<void> {
    const enough = this.trades(symbol).length + count;
    await this.until(() => this.trades(symbol).length >= enough);
  }
}

/**
 * Trades of KRX between the first and the last one that came, which neither came nor happened within a gap that was told. Times of
 * the exchange are whole seconds.
 */
export const unexplained = (sim: BrokerSim, symbol: string, listener: Listener): number[] => {
  const came = listener.trades(symbol);
  const volumes = new Set(came.map(({ dayVolume }) => dayVolume));
  const [first, last] = [came[0]?.dayVolume ?? 0, came.at(-1)?.dayVolume ?? 0];
  const gaps = listener.gaps(symbol);
  const midnight = start - 10 * 3_600_000;
  const { count, second, volume } = sim.market.ticks(symbol, 'KRX', today);
  return Array.from({ length: count }, (_each, index) => index)
    .filter((index) => {
      const dayVolume = volume[index] ?? 0;
      if (dayVolume <= first || dayVolume >= last || volumes.has(dayVolume)) return false;
      const atMs = midnight + (second[index] ?? 0) * 1_000;
      return !gaps.some(({ sinceMs, untilMs }) => atMs > sinceMs - 1_000 && atMs <= (untilMs ?? Infinity));
    })
    .map((index) => volume[index] ?? 0);
};

/** How often a trade came twice, or before an earlier one. */
export const disorder = (trades: readonly TradeEvent[]): number =>
  trades.filter(({ dayVolume }, index) => dayVolume <= (trades[index - 1]?.dayVolume ?? -1)).length;
