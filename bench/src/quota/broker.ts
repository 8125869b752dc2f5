import type { Journal, JournalEntry } from '@hub/broker-sim';

import { startChild } from '../harness/child.js';
import { epochMs, quantile } from '../harness/numbers.js';
import { perSecond, type Cell } from './cell.js';
import type { Opened } from './simulator.js';

/** The simulator in its child process, as the bench sees it. */
export interface Broker {
  readonly url: string;
  /** All calls that were counted against the quota so far, in order of their arrival. */
  arrivals(): Promise<readonly JournalEntry[]>;
  /** What HTTP over loopback adds to the ways of the simulated network, ms. */
  readonly loopbackMs: number;
  stop(): Promise<void>;
}

const healthChecks = 60;

/** `/sim/health` is answered at once and counts nowhere. The first ones open the connection. */
const loopback = async (url: string): Promise<number> => {
  const taken: number[] = [];
  for (let round = 0; round < healthChecks; round += 1) {
    const start = epochMs();
    await (await fetch(`${url}/sim/health`)).text();
    if (round >= healthChecks / 3) taken.push(epochMs() - start);
  }
  return quantile(taken, 0.5);
};

export const startBroker = async ({ window, network }: Pick<Cell, 'window' | 'network'>): Promise<Broker> => {
  const child = startChild(new URL('simulator.js', import.meta.url), { network, limit: { perSecond, window } });
  const { url } = await child.next<Opened>('open');
  return {
    url,
    arrivals: async () => {
      const response = await fetch(`${url}/sim/journal`);
      const { entries } = (await response.json()) as Journal;
      return entries.filter(({ counted }) => counted);
    },
    loopbackMs: await loopback(url),
    stop: () => child.stop(),
  };
};
