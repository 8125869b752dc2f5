import { createHub } from '@hub/client';
import { openFeedPublisher, startCollector, storeIdOf } from '@hub/worker';

import { givenOrder, tell, untilReleased } from '../harness/child.js';
import { marketClock } from '../harness/market-clock.js';
import type { Noticed, Order, Ready } from './order.js';

const order = givenOrder() as Order; // its starter is ours
const clock = marketClock(order.offsetMs);
const say = (message: Noticed | Ready): void => {
  tell(message);
};

const hub = createHub(
  {
    redis: order.redis,
    kis: { ...order.kisKey, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000, approvalCooldownMs: 1_000 },
  },
  { env: {}, clock },
);
const feeds = order.symbols.map((symbol) => ({ kind: 'trade', symbol }) as const);
const sink = await openFeedPublisher({ redisUrl: order.redis.main, storeId: storeIdOf(order.db) });
const collector = await startCollector({ hub, feeds, sink });
const ears = await hub.realtime.subscribe(feeds, (event) => {
  if (event.kind !== 'gap' || event.untilMs === null) return;
  const { id, symbol, sinceMs, untilMs } = event;
  say({ kind: 'noticed', id, symbol, sinceMs, untilMs, atMs: clock.now() });
});
await ears.ready;
say({ kind: 'ready' });
await untilReleased();
await collector.close();
await sink.close();
await hub.close();
