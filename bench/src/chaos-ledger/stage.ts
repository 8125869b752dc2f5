import { setTimeout as sleep } from 'node:timers/promises';

import type { Journal } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';

import { startChild, type Child } from '../harness/child.js';
import { epochMs } from '../harness/numbers.js';
import type { ChaosOrder } from './caller.js';
import { startGatekeeper, type Gatekeeper } from './gatekeeper.js';

export const perSecond = 20;
export const windowMs = 1_000;

/** What the line to the simulator takes on average, there and back (ms): network `jittery`. */
const roundTripMs = 40;

/** Arrivals a second when nothing is wrong, at best. */
export const fullSpeed = (perSecond * windowMs) / (windowMs + roundTripMs);

/** A gatekeeper of its own, a strict broker in a process of its own, and callers that come and go. */
/** How long processes may take to start: that is not what is judged, and a machine may have other work. */
export const startWithinMs = 60_000;

export interface Stage {
  readonly gatekeeper: Gatekeeper;
  /** The main Redis, which has no trouble here. */
  readonly mainUrl: string;
  readonly signal: AbortSignal;
  /** A process that calls without a pause. */
  call(order?: Partial<ChaosOrder>): Child;
  /** Resolves when so many calls a second arrive, measured over a second; with the time that it took. */
  untilSpeed(share: number, withinMs: number): Promise<number>;
  /** Arrivals a second between two instants. */
  rate(fromMs: number, toMs: number): Promise<number>;
  journal(): Promise<Journal>;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const pollMs = 250;

export const openStage = async (signal: AbortSignal): Promise<Stage> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  const gatekeeper = await startGatekeeper();
  await gatekeeper.bless();
  const limit = { perSecond, window: 'sliding' };
  const broker = startChild(new URL('../quota/simulator.js', import.meta.url), { network: 'jittery', limit });
  const { url } = await broker.next<{ kind: 'open'; url: string }>('open');
  const callers: Child[] = [];

  const journal = async (): Promise<Journal> => (await (await fetch(`${url}/sim/journal`)).json()) as Journal;
  const arrivals = async (fromMs: number, toMs: number): Promise<number> =>
    (await journal()).entries.filter(({ counted, at }) => counted && at >= fromMs && at < toMs).length;
  const pass = async (ms: number): Promise<void> => sleep(ms, undefined, { signal });

  return {
    gatekeeper,
    mainUrl: redis.mainUrl,
    signal,
    journal,
    pass,
    rate: async (fromMs, toMs) => ((await arrivals(fromMs, toMs)) * 1_000) / (toMs - fromMs),
    call: (order = {}) => {
      const urls = { main: redis.mainUrl, gatekeeper: gatekeeper.url };
      const file = new URL('caller.js', import.meta.url);
      const child = startChild(file, { redis: urls, brokerUrl: url, perSecond, inFlight: 8, ...order });
      callers.push(child);
      return child;
    },
    untilSpeed: async (share, withinMs) => {
      const start = epochMs();
      for (;;) {
        const now = epochMs();
        // What arrived before the question says nothing.
        const seen = now - windowMs < start ? 0 : await arrivals(now - windowMs, now);
        if (seen >= share * fullSpeed) return now - windowMs - start;
        if (now - start > withinMs)
          throw new Error(`not at speed after ${String(withinMs)} ms: ${String(seen)} a second`);
        await pass(pollMs);
      }
    },
    close: async () => {
      for (const caller of callers) await caller.signal('SIGCONT');
      gatekeeper.signal('SIGCONT');
      await Promise.all(callers.map((caller) => caller.stop()));
      await broker.stop();
      await gatekeeper.close();
      await redis.close();
    },
  };
};
