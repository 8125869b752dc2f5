import { createHub } from '@hub/client';

import { givenOrder, onMessage, tell, untilReleased } from '../harness/child.js';

/** What one consumer is told. */
export interface ReaderOrder {
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly key: { readonly appKey: string; readonly appSecret: string };
  readonly symbols: readonly string[];
}

/** What it has seen. Times in ms. */
export interface Seen {
  readonly kind: 'seen';
  readonly records: number;
  readonly gaps: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  readonly cpuMs: number;
}

const order = givenOrder() as ReaderOrder; // its starter is ours
const hub = createHub(
  { redis: order.redis, kis: { ...order.key, baseUrl: order.brokerUrl, approvalCooldownMs: 1 } },
  { env: {} },
);
const latencies: number[] = [];
let gaps = 0;
const subscription = await hub.realtime.subscribe(
  order.symbols.map((symbol) => ({ kind: 'trade', symbol }) as const),
  (event) => {
    if (event.kind === 'gap') gaps += 1;
    if (event.kind !== 'trade') return;
    latencies.push(performance.timeOrigin + performance.now() - Number(event.extra?.at(-1)));
  },
);
await subscription.ready;
tell({ kind: 'ready' });
const cpu = process.cpuUsage();
onMessage('tell', () => {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const { user, system } = process.cpuUsage(cpu);
  const seen: Seen = {
    ...{ kind: 'seen', records: sorted.length, gaps, p50: at(0.5), p99: at(0.99), longest: at(1) },
    cpuMs: (user + system) / 1_000,
  };
  tell(seen);
});
await untilReleased();
await hub.close();
