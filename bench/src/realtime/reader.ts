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
/** Enough for two minutes; it must not grow in the midst of them. */
const latencies = new Float64Array(3_000_000);
/** The first two seconds are those of a compiler. */
const warmUp = 40_000;
let records = 0;
let gaps = 0;
const subscription = await hub.realtime.subscribe(
  order.symbols.map((symbol) => ({ kind: 'trade', symbol }) as const),
  (event) => {
    if (event.kind === 'gap') gaps += 1;
    if (event.kind !== 'trade') return;
    latencies[records] = performance.timeOrigin + performance.now() - Number(event.extra?.at(-1));
    records += 1;
  },
);
await subscription.ready;
tell({ kind: 'ready' });
const cpu = process.cpuUsage();
onMessage('tell', () => {
  const sorted = latencies.slice(warmUp, records).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const { user, system } = process.cpuUsage(cpu);
  const seen: Seen = {
    ...{ kind: 'seen', records, gaps, p50: at(0.5), p99: at(0.99), longest: at(1) },
    cpuMs: (user + system) / 1_000,
  };
  tell(seen);
});
await untilReleased();
await hub.close();
