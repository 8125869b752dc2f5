import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { planBackfill, runBackfill, storeIdOf, type BackfillResult } from '@hub/worker';

import { startChild, type Child } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { startServers } from '../harness/servers.js';
import { quantile, rounded } from '../harness/numbers.js';
import type { Closed, Noticed, Order, Ready } from './order.js';

/** Noon on a trading day, KST: hours of trades lie behind, as they do when somebody asks for a page. */
const marketStart = Date.UTC(2026, 10, 6, 3);
const day = '2026-11-06';
const perSecond = 18;
const bars = { detectionMs: 1_000, p95Ms: 2_000, p99Ms: 4_000, saturated: 0.9 };
const plans = { full: { losses: 120, everyMs: 3_000 }, quick: { losses: 9, everyMs: 2_500 } };
const settleMs = 6_000;
const shares = 20;
/** Shares whose history is fetched meanwhile. */
const backfilled = 200;

interface Stage {
  readonly sim: BrokerSim;
  readonly order: Order;
  readonly service: Child;
  readonly collector: Child;
}

const codeOf = (index: number): string => String(100_000 + 10 * index);

const openStage = async ({ onExit, signal }: CommandContext): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-bench-recovery-'));
  onExit(() => rm(folder, { recursive: true, force: true }));
  const { main, gatekeeper } = await startServers({ onExit });
  const offsetMs = marketStart - Date.now();
  const kisKey = { appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') };
  const sim = await startBrokerSim({
    ...{ keys: [kisKey], tokenMinuteMs: 900, limit: { perSecond, window: 'sliding' }, network: 'calm' },
    now: () => performance.timeOrigin + performance.now() + offsetMs,
    symbols: Array.from({ length: backfilled }, (_each, index) => ({
      ...{ code: codeOf(index), name: `share ${String(index)}`, basePrice: 50_000, meanSize: 100 },
      ...{ tradesPerMinute: index < shares ? 60 : 1, idleShare: 0, listedShares: 1_000_000_000 },
    })),
    haltedSymbolDays: [],
  });
  onExit(() => sim.close());
  const order: Order = {
    redis: { main: main.url, gatekeeper: gatekeeper.url },
    ...{ brokerUrl: sim.url, kisKey, offsetMs, db: join(folder, 'market.duckdb') },
    symbols: Array.from({ length: shares }, (_each, index) => codeOf(index)),
  };
  const service = startChild(new URL('service.js', import.meta.url), order);
  onExit(() => service.stop());
  await service.next<Ready>('ready');
  const collector = startChild(new URL('collector.js', import.meta.url), order);
  onExit(() => collector.stop());
  await collector.next<Ready>('ready');
  signal.throwIfAborted();
  return { sim, order, service, collector };
};

/** Keeps the quota busy until the signal. */
const backfill = async ({ order }: Stage, signal: AbortSignal): Promise<BackfillResult> => {
  const storeId = storeIdOf(order.db);
  const redisUrl = order.redis.main;
  const symbols = Array.from({ length: backfilled }, (_each, index) => codeOf(index));
  const request = {
    broker: 'kis',
    symbols,
    venue: 'KRX',
    interval: '1m',
    from: '2026-10-01',
    to: '2026-11-05',
  } as const;
  return runBackfill({ redisUrl, plan: await planBackfill({ redisUrl, storeId, request }), signal });
};

const collect = <Message extends { readonly kind: string }>(child: Child, kind: Message['kind']): Message[] => {
  const all: Message[] = [];
  const follow = async (): Promise<void> => {
    for (;;) all.push(await child.next<Message>(kind));
  };
  void follow().catch(() => undefined); // it has ended
  return all;
};

/** Trades between the first and the last one stored that the store has not, over all shares. */
const lackingIn = async ({ sim, order }: Stage): Promise<number> => {
  await using store = await openStore({ path: order.db });
  let lacking = 0;
  for (const symbol of order.symbols) {
    const stored = new Set<number>();
    for await (const { dayVolume } of store.ticks({ symbol, venue: 'KRX', day })) stored.add(dayVolume);
    const [first, last] = [Math.min(...stored), Math.max(...stored)];
    const { volume } = sim.market.ticks(symbol, 'KRX', day.replaceAll('-', ''));
    lacking += [...volume].filter((each) => each > first && each < last && !stored.has(each)).length;
  }
  return lacking;
};

const bench = async (context: CommandContext): Promise<Figures> => {
  const plan = context.quick ? plans.quick : plans.full;
  const stage = await openStage(context);
  const { sim, service, collector } = stage;
  const noticed = collect<Noticed>(collector, 'noticed');
  const closed = collect<Closed>(service, 'closed');
  const enough = new AbortController();
  const filling = backfill(stage, enough.signal);
  await sleep(3_000, undefined, { signal: context.signal }); // until the quota is busy
  const before = { calls: sim.journal().calls, at: performance.now() };
  for (let loss = 0; loss < plan.losses; loss += 1) {
    sim.live.garble({ times: 1 });
    await sleep(plan.everyMs, undefined, { signal: context.signal });
  }
  const perSecondSeen = (1_000 * (sim.journal().calls - before.calls)) / (performance.now() - before.at);
  await sleep(settleMs, undefined, { signal: context.signal });
  enough.abort();
  await filling;
  await collector.stop();
  await service.stop();
  const endOf = new Map(closed.map((each) => [each.id, each]));
  const found = noticed.filter(({ id }) => endOf.has(id));
  const detection = noticed.map(({ atMs, untilMs }) => atMs - untilMs);
  const stored = found.map(({ id, untilMs }) => (endOf.get(id)?.atMs ?? Infinity) - untilMs);
  const calls = found.reduce(
    (sum, { id }) => sum + (endOf.get(id)?.closing.state === 'recovered' ? (endOf.get(id)?.closing.calls ?? 0) : 0),
    0,
  );
  const lacking = await lackingIn(stage);
  const { breaches } = sim.journal().brokers.kis;
  const damaged = sim.journal().live.registrations.reduce((sum, each) => sum + each.garbled, 0);
  const figures = {
    ...{
      losses: plan.losses,
      damaged,
      holes: noticed.length,
      closed: found.length,
      lacking,
      breaches,
      callsPerHole: rounded(calls / found.length),
    },
    detection: { p95: rounded(quantile(detection, 0.95), 0), p99: rounded(quantile(detection, 0.99), 0) },
    stored: {
      p50: rounded(quantile(stored, 0.5), 0),
      p95: rounded(quantile(stored, 0.95), 0),
      p99: rounded(quantile(stored, 0.99), 0),
    },
    quotaUsed: rounded(perSecondSeen / perSecond),
  };
  const met = {
    allClosed: found.length === noticed.length && noticed.length > 0,
    nothingLacking: lacking === 0,
    noBreach: breaches === 0,
    detection: figures.detection.p99 <= bars.detectionMs,
    stored: figures.stored.p95 <= bars.p95Ms && figures.stored.p99 <= bars.p99Ms,
    saturated: figures.quotaUsed >= bars.saturated,
  };
  context.say(`    ${JSON.stringify(figures)}`);
  for (const [name, isMet] of Object.entries(met)) context.say(`${isMet ? '✓' : '✗'} ${name}`);
  return { ok: Object.values(met).every(Boolean), bars, ...figures, met };
};

await runCommand({ full: 900_000, quick: 58_000 }, bench);
