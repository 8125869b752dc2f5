import { demoKeys } from '@hub/broker-sim';
import { createHub } from '@hub/client';

import { price, type Calling, type CallerOrder } from './call.js';
import { perSecond } from './cell.js';

/** The product: what it tells of the grant is `beforeSend`, which runs with the permit in hand. */
export const hubCalling = ({ redis, brokerUrl, priority }: CallerOrder, signal: AbortSignal): Calling => {
  const hub = createHub(
    {},
    {
      env: {
        REDIS_URL: redis.main,
        REDIS_URL_GATEKEEPER: redis.gatekeeper,
        HUB_KIS_APP_KEY: demoKeys.appKey,
        HUB_KIS_APP_SECRET: demoKeys.appSecret,
        HUB_KIS_BASE_URL: brokerUrl,
        HUB_KIS_PER_SECOND: String(perSecond),
      },
    },
  );
  return {
    call: async (granted) => {
      const beforeSend = (): Promise<void> => {
        granted();
        return Promise.resolve();
      };
      await hub.kis.call(price.endpoint, price.params, { priority, signal, beforeSend });
    },
    close: () => hub.close(),
  };
};
