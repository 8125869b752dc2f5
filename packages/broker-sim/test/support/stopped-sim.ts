import { afterEach, beforeEach } from 'vitest';

import { startBrokerSim, type BrokerSim, type BrokerSimOptions } from '../../src/index.js';
import { kst, stoppedClock } from './kis.js';

/** 10:00 on a trading day, in milliseconds since the epoch. */
export const START = kst('2026-11-06', '10:00:00');

interface Opened {
  readonly sim: BrokerSim;
  readonly clock: ReturnType<typeof stoppedClock>;
}

/** Each test has a simulator whose clock stands at START. The function given back starts it anew with other options. */
export const stoppedSimPerTest = (take: (opened: Opened) => void): ((options?: BrokerSimOptions) => Promise<void>) => {
  let opened: Opened;
  const start = async (clock: Opened['clock'], options: BrokerSimOptions = {}): Promise<void> => {
    opened = { sim: await startBrokerSim({ now: clock.now, ...options }), clock };
    take(opened);
  };
  beforeEach(() => start(stoppedClock(START)));
  afterEach(() => opened.sim.close());
  return async (options) => {
    await opened.sim.close();
    await start(opened.clock, options);
  };
};
