import { defaultSymbols, type BrokerSimOptions } from '@hub/broker-sim';

import { systemClock } from '../../src/runtime/clock.js';
import type { HubEffects, HubOptions } from '../../src/index.js';
import { openStage, type Stage } from './hub.js';

/** 10:00 on a trading day. */
const start = Date.UTC(2026, 10, 6, 1, 0, 0);

/** A market that trades a hundred times as fast as the default one, at 10:00 on a trading day; hubs go by its time. */
export const openLiveStage = async ({ live, ...options }: BrokerSimOptions = {}): Promise<Stage> => {
  const began = performance.now();
  const now = (): number => start + performance.now() - began;
  const stage = await openStage({
    now,
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
    ...options,
    live: { pingMs: 500, releaseMs: 1_000, ...live },
  });
  const clock = { ...systemClock, now };
  return {
    ...stage,
    hub: (more: HubOptions = {}, effects: HubEffects = {}) => stage.hub(more, { clock, ...effects }),
  };
};
