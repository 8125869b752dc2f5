import { createHub, type Hub } from '@hub/client';
import { openStore } from '@hub/store';
import { openFeedPublisher, startCollector, startSentinel, startService, storeIdOf } from '@hub/worker';

import { givenOrder, tell, untilReleased } from '../harness/child.js';
import { marketClock } from '../harness/market-clock.js';
import type { Ended, Live, Order, Role } from './order.js';

const order = givenOrder() as Order; // its starter is ours
const clock = marketClock(order.offsetMs);
const redisUrl = order.redis.main;
const storeId = storeIdOf(order.db);

const say = (message: Live | Ended): void => {
  tell(message);
};

const openHub = (): Hub =>
  createHub(
    {
      redis: order.redis,
      kis: { ...order.kisKey, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000, approvalCooldownMs: 1_000 },
      kiwoom: { ...order.kiwoomKey, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000 },
    },
    { env: {}, clock },
  );

/** Each resolves when it was let go and has ended in order. */
const roles: Readonly<Record<Role, () => Promise<void>>> = {
  collector: async () => {
    await using hub = openHub();
    await using sink = await openFeedPublisher({ redisUrl, storeId });
    const feeds = order.symbols.map((symbol) => ({ kind: 'trade', symbol, broker: 'kis' }) as const);
    const collector = await startCollector({ hub, feeds, sink });
    const ears = await hub.realtime.subscribe(feeds, () => undefined);
    void ears.ready.then(
      () => {
        say({ kind: 'live', atMs: clock.now() });
      },
      () => undefined, // it is closed before
    );
    await untilReleased();
    await collector.close();
  },
  worker: async () => {
    await using hub = openHub();
    const service = await startService({ redisUrl, hub, lockMs: 3_000 });
    await untilReleased();
    await service.close();
  },
  writer: async () => {
    const store = await openStore({ path: order.db });
    const service = await startService({ redisUrl, store: { store, id: storeId }, lockMs: 3_000 });
    await untilReleased();
    await service.close();
    await store.close();
  },
  sentinel: async () => {
    const sentinel = await startSentinel({
      ...{ redisUrl, storeId, now: () => clock.now(), lookEveryMs: 3_000 },
      onEvent: (event) => {
        if (event.kind !== 'hole-ended') return;
        const { closing } = event;
        const by = closing.state === 'recovered' ? closing.by : '';
        const reason = closing.state === 'recovered' ? '' : closing.reason;
        say({ kind: 'ended', state: closing.state, by, calls: closing.calls, reason });
      },
    });
    await untilReleased();
    await sentinel.close();
  },
};

await roles[order.role]();
