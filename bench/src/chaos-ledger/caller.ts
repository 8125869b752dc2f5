import { setTimeout as sleep } from 'node:timers/promises';

import { demoKeys } from '@hub/broker-sim';
import { createHub, type HubEffects } from '@hub/client';

import { givenOrder, tell, untilReleased } from '../harness/child.js';

export interface ChaosOrder {
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly perSecond: number;
  /** Calls at a time, without a pause. */
  readonly inFlight: number;
  /** How far this process's wall clock is off, and how far it jumps to and fro every second (ms). */
  readonly clock?: { readonly offMs: number; readonly jumpMs: number };
  /** Every so many calls the process says so with its permit in hand, and waits until it is stopped or a second is over. */
  readonly stopEvery?: number;
}

/** The process has a permit in hand and has not sent yet. */
export interface InHand {
  readonly kind: 'in-hand';
}

const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

/** Half a second of grace for the signal, below the second for which the leave to send holds. */
const standStillMs = 500;

/** The wall clock of a machine that is set wrong, and set again and again. Only timers and the monotonic clock are right. */
const wrongClock = ({ offMs, jumpMs }: NonNullable<ChaosOrder['clock']>): NonNullable<HubEffects['clock']> => ({
  now: () => Date.now() + offMs + (Math.floor(Date.now() / 1_000) % 2 === 0 ? jumpMs : -jumpMs),
  monotonic: () => performance.now(),
  after: (ms, fire) => {
    const timer = setTimeout(fire, Math.max(1, ms));
    return () => {
      clearTimeout(timer);
    };
  },
});

const order = givenOrder() as ChaosOrder;
const end = new AbortController();
const { signal } = end;
const hub = createHub(
  { timeoutMs: 2_000 },
  {
    env: {
      REDIS_URL: order.redis.main,
      REDIS_URL_GATEKEEPER: order.redis.gatekeeper,
      HUB_KIS_APP_KEY: demoKeys.appKey,
      HUB_KIS_APP_SECRET: demoKeys.appSecret,
      HUB_KIS_BASE_URL: order.brokerUrl,
      HUB_KIS_PER_SECOND: String(order.perSecond),
    },
    ...(order.clock === undefined ? {} : { clock: wrongClock(order.clock) }),
  },
);

let calls = 0;
const beforeSend = async (): Promise<void> => {
  calls += 1;
  if (order.stopEvery === undefined || calls % order.stopEvery !== 0) return;
  tell({ kind: 'in-hand' } satisfies InHand);
  await sleep(standStillMs);
};

const loop = async (): Promise<void> => {
  while (!signal.aborted) {
    try {
      await hub.kis.call('inquire-price', price, { priority: 'backfill', signal, beforeSend });
    } catch {
      // What the trouble does to single calls is not the question here; the journal of the broker is.
      await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  }
};

const loops = Array.from({ length: order.inFlight }, loop);
await untilReleased();
end.abort();
await Promise.all(loops);
await hub.close();
process.exit();
