import { randomBytes } from 'node:crypto';

import { startBrokerSim, type BrokerSim, type BrokerSimOptions, type KiwoomKey, type SimKey } from '@hub/broker-sim';

import { redisUrls } from '../../../../test/support/redis.js';
import { createHub, type HubEffects, type HubOptions } from '../../src/index.js';
import type { Hub } from '../../src/hub/hub.js';

/** A key pair of its own for each test, so that tests on the same two Redis servers never meet. */
export const freshKey = (): SimKey => ({
  appKey: `PS${randomBytes(17).toString('hex')}`,
  appSecret: randomBytes(90).toString('hex'),
});

/** As `freshKey`, of Kiwoom. */
export const freshKiwoomKey = (): KiwoomKey => ({
  appKey: randomBytes(22).toString('base64url'),
  secretKey: randomBytes(32).toString('base64url'),
});

/** Short enough for a test, long enough that a second token request would show. */
export const tokenMinuteMs = 400;

export interface Stage extends AsyncDisposable {
  readonly sim: BrokerSim;
  readonly key: SimKey;
  /** A hub as another process would have it; closed with the stage. */
  hub(options?: HubOptions, effects?: HubEffects): Hub;
}

/** As `openStage`, with hubs that have a key of Kiwoom alone. */
export const openKiwoomStage = async ({ kiwoom, ...options }: BrokerSimOptions = {}) => {
  const key = freshKiwoomKey();
  const stage = await openStage({ ...options, kiwoom: { keys: [key], ...kiwoom } });
  return {
    sim: stage.sim,
    key,
    hub: (more: HubOptions = {}, effects: HubEffects = {}): Hub =>
      stage.hub(
        {
          ...more,
          kis: { appKey: undefined, appSecret: undefined },
          kiwoom: { ...key, baseUrl: stage.sim.url, tokenCooldownMs: tokenMinuteMs, ...more.kiwoom },
        },
        effects,
      ),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
};

/** A simulated broker and hubs that speak to it with one key. */
export const openStage = async (options: BrokerSimOptions = {}): Promise<Stage> => {
  const key = freshKey();
  const sim = await startBrokerSim({ keys: [key], tokenMinuteMs, ...options });
  const hubs: Hub[] = [];
  return {
    sim,
    key,
    hub: (more = {}, effects = {}) => {
      const hub = createHub(
        {
          redis: redisUrls(),
          ...more,
          kis: { ...key, baseUrl: sim.url, tokenCooldownMs: tokenMinuteMs + 50, ...more.kis },
        },
        { env: {}, ...effects },
      );
      hubs.push(hub);
      return hub;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hubs.map((hub) => hub.close()));
      await sim.close();
    },
  };
};

export const priceOf = (symbol: string) => ({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: symbol });
