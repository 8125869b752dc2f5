import { createHub } from '@hub/client';
import { openStore } from '@hub/store';
import { startService, storeIdOf } from '@hub/worker';

import { givenOrder, tell, untilReleased } from '../harness/child.js';
import { marketClock } from '../harness/market-clock.js';
import type { Closed, Order, Ready } from './order.js';

const order = givenOrder() as Order; // its starter is ours
const clock = marketClock(order.offsetMs);
const say = (message: Closed | Ready): void => {
  tell(message);
};

const hub = createHub(
  { redis: order.redis, kis: { ...order.kisKey, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000 } },
  { env: {}, clock },
);
const store = await openStore({ path: order.db });
const service = await startService({
  ...{ redisUrl: order.redis.main, hub, store: { store, id: storeIdOf(order.db) }, feeds: false },
  sentinel: { now: () => clock.now() },
  onEvent: (event) => {
    if (event.kind === 'hole-ended')
      say({ kind: 'closed', id: event.hole.gapId, closing: event.closing, atMs: clock.now() });
  },
});
say({ kind: 'ready' });
await untilReleased();
await service.close();
await hub.close();
await store.close();
