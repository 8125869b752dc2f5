import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { demoKeys, startBrokerSim, type BrokerSim, type SimSymbol } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { openStore, tradingDays } from '@hub/store';
import { openPlans, storeIdOf, type Plans, type PlanStatus } from '@hub/worker';
import { Redis } from 'ioredis';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { startHub, type HubProcess } from '../harness/hub-process.js';
import { compareWithTruth } from '../harness/truth.js';
import { repeatsOf } from './repeats.js';

interface Scale {
  readonly symbols: number;
  readonly days: number;
  /** Calls a second that simulator and client both go by: faster than a broker, so that a year takes minutes. */
  readonly perSecond: number;
  readonly workers: number;
  readonly kills: number;
  /** The last kill comes when this part of the windows is done: a death is noticed after 15 s at most, and those are to fit. */
  readonly killsUntil: number;
}

const scales = {
  quick: { symbols: 6, days: 12, perSecond: 18, workers: 3, kills: 1, killsUntil: 0.15 },
  // 200,000 calls: at the 18 a second of one key that is three hours, here some quarter of one.
  full: { symbols: 200, days: 250, perSecond: 360, workers: 4, kills: 10, killsUntil: 0.85 },
} as const satisfies Record<string, Scale>;

const extras = {
  symbols: { type: 'string' },
  days: { type: 'string' },
  rate: { type: 'string' },
  kills: { type: 'string' },
} as const;
type Given = { readonly [Name in keyof typeof extras]?: string };

/** Another size, for a look at one effect. */
const scaleOf = (scale: Scale, { symbols, days, rate, kills }: Given): Scale => ({
  ...scale,
  symbols: Number(symbols ?? scale.symbols),
  days: Number(days ?? scale.days),
  perSecond: Number(rate ?? scale.perSecond),
  kills: Number(kills ?? scale.kills),
});

const lastDay = '2026-11-20';
/** A full day of KRX at 120 rows a call. */
const pagesPerDay = 4;
const minuteTr = 'FHKST03010230';
/** Looking at a plan reads all its windows: seldom enough to be no load. */
const lookEveryMs = 500;
/** Of a killed worker's calls, those that had left or been answered so shortly before its end cannot have been kept. */
const underWayMs = 500;

const bars = { callsOff: 0.02, etaOff: 0.05, callsOverMinimum: 1.02, wallOverBound: 1.05 } as const;

const codeOf = (index: number): string => String(100_000 + index * 10);

const symbolsOf = (count: number): SimSymbol[] =>
  Array.from({ length: count }, (_each, index) => ({
    ...{ code: codeOf(index), name: `Plan ${String(index)}`, basePrice: 10_000 + 100 * index },
    ...{ tradesPerMinute: 3, idleShare: 0, meanSize: 20, listedShares: 1_000_000 },
  }));

/** The last `count` trading days up to `lastDay`. */
const daysOf = (count: number): { readonly from: string; readonly to: string } => {
  const days = tradingDays('KRX', '2025-11-01', lastDay).slice(-count);
  return { from: days[0] ?? lastDay, to: lastDay };
};

const envOf = (
  redis: { readonly mainUrl: string; readonly gatekeeperUrl: string },
  sim: BrokerSim,
  perSecond: number,
) => ({
  REDIS_URL: redis.mainUrl,
  REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
  HUB_KIS_APP_KEY: demoKeys.appKey,
  HUB_KIS_APP_SECRET: demoKeys.appSecret,
  HUB_KIS_BASE_URL: sim.url,
  HUB_KIS_PER_SECOND: String(perSecond),
});

/** Workers that are killed one after the other while the plan runs, each followed by a new one. */
const killWorkers = async (
  { kills, killsUntil }: Scale,
  {
    plans,
    id,
    workers,
    start,
  }: {
    readonly plans: Plans;
    readonly id: string;
    readonly workers: HubProcess[];
    readonly start: () => Promise<HubProcess>;
  },
): Promise<number[]> => {
  const killedAt: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    let status = await plans.status(id);
    while (status.state === 'running' && status.windows.done < (status.windows.total * killsUntil * kill) / kills) {
      await sleep(lookEveryMs);
      status = await plans.status(id);
    }
    if (status.state !== 'running') return killedAt;
    const victim = workers.shift();
    await victim?.stop('SIGKILL');
    killedAt.push(Date.now());
    workers.push(await start());
  }
  return killedAt;
};

const untilDone = async (plans: Plans, id: string): Promise<PlanStatus> => {
  for (;;) {
    const status = await plans.status(id);
    if (status.state === 'done') return status;
    await sleep(lookEveryMs);
  }
};

/**
 * A plan of minute bars at KIS, fetched by real worker processes that are killed: is what it has predicted true, is any page
 * fetched twice, any row stored twice, and is the quota in use from the first call to the last?
 */
const checkPlan = async (context: CommandContext, given: Given): Promise<Figures> => {
  const { say, quick, signal, onExit } = context;
  const scale = scaleOf(quick ? scales.quick : scales.full, given);
  const folder = await mkdtemp(join(tmpdir(), 'api-hub-plan-'));
  onExit(() => rm(folder, { recursive: true, force: true }));
  const db = join(folder, 'market.duckdb');
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const symbols = symbolsOf(scale.symbols);
  const minimum = scale.symbols * scale.days * pagesPerDay;
  const sim = await startBrokerSim({
    ...{ network: 'jittery', symbols, retentionTradingDays: 300, journalEntries: minimum + 10_000 },
    limit: { perSecond: scale.perSecond, window: 'sliding' },
  });
  onExit(() => sim.close());
  const env = envOf(redis, sim, scale.perSecond);
  const hub = async (...args: string[]): Promise<HubProcess> => {
    const child = startHub([...args, '--json'], env, { quiet: true });
    onExit(() => child.stop('SIGKILL'));
    await child.line((line) => line.event === 'ready');
    return child;
  };
  // Together they keep twice the quota busy; what one of them has in hand waits for its lock when it is killed.
  const atOnce = Math.max(4, Math.ceil(scale.perSecond / (5 * scale.workers)));
  const start = (): Promise<HubProcess> => hub('serve', '--only', 'worker', '--concurrency', String(atOnce));
  say(
    `1/3 ${String(scale.symbols)} symbols × ${String(scale.days)} days at ${String(scale.perSecond)} calls a second; a writer, ${String(scale.workers)} workers`,
  );
  const writer = await hub('serve', '--only', 'writer', '--db', db);
  const workers = await Promise.all(Array.from({ length: scale.workers }, start));

  const { from, to } = daysOf(scale.days);
  const made = startHub(
    [
      'backfill',
      'plan',
      '--broker',
      'kis',
      '--symbols',
      symbols.map(({ code }) => code).join(','),
      '--from',
      from,
      '--to',
      to,
      '--db',
      db,
      '--json',
    ],
    env,
  );
  const planned = await made.line((line) => 'ok' in line);
  const planCalls = sim.journal().calls;
  const id = String(planned.id);
  say(
    `2/3 plan ${id}: ${JSON.stringify(planned.calls)}, ETA ${seconds(Number(planned.etaMs))}; ${String(scale.kills)} × kill -9`,
  );
  const opened = await openPlans({ redisUrl: redis.mainUrl, storeId: storeIdOf(db) });
  onExit(() => opened.close());
  const { plans } = opened;
  const startedAt = Date.now();
  await plans.start(id);
  const killedAt = await killWorkers(scale, { plans, id, workers, start });
  const status = await untilDone(plans, id);
  await Promise.all([writer, ...workers].map((each) => each.stop()));
  const planBytes = await bytesOfPlan(redis.mainUrl, `api:queue:backfill:plan:${storeIdOf(db)}:${id}`);

  say('3/3 The journal of the broker, and every stored bar against the truth');
  return verdict(context, {
    scale,
    sim,
    db,
    status,
    minimum,
    planCalls,
    killedAt,
    planBytes,
    startedAt,
    range: { from, to },
  });
};

interface Ran {
  readonly scale: Scale;
  readonly sim: BrokerSim;
  readonly db: string;
  readonly status: PlanStatus;
  readonly minimum: number;
  /** Calls that making the plan took. */
  readonly planCalls: number;
  readonly killedAt: readonly number[];
  /** Of the main Redis. */
  readonly planBytes: number;
  /** When the windows were put into the queue. */
  readonly startedAt: number;
  readonly range: { readonly from: string; readonly to: string };
}

const verdict = async ({ say }: CommandContext, ran: Ran): Promise<Figures> => {
  const { scale, sim, db, status, minimum, planCalls, killedAt, planBytes, startedAt, range } = ran;
  const { breaches, entries } = sim.journal();
  const asked = entries.filter(({ tr, counted }) => tr === minuteTr && counted);
  const repeats = repeatsOf(asked, killedAt, underWayMs);
  const store = await openStore({ path: db });
  const codes = symbolsOf(scale.symbols).map(({ code }) => code);
  // The truth of a year of 200 symbols fills the memory: the first ones stand for all, the count of rows for the rest.
  const truth = sim.truth({ symbols: codes.slice(0, 10), venue: 'KRX', interval: '1m', ...range });
  const stored = scale.symbols <= 10 ? await compareWithTruth(store, truth) : undefined;
  const rows = await countRows(store, codes);
  await store.close();
  const calls = asked.length;
  const { plan } = status;
  // A ledger that has just been started lets nobody call for a while (docs/guide/quota.md); the time counts from the first call.
  const beforeFirstCallMs = Math.round((asked[0]?.sentAt ?? startedAt) - startedAt);
  const wallMs = status.ranMs - beforeFirstCallMs;
  const boundMs = (Math.ceil(minimum / scale.perSecond) - 1) * 1_000;
  const predicted = status.calls.predicted;
  const figures = {
    ...{ symbols: scale.symbols, days: scale.days, perSecond: scale.perSecond, kills: killedAt.length },
    ...{ predictedCalls: predicted, calls, minimalCalls: minimum, planCalls, breaches },
    callsOff: Math.abs(calls - predicted) / predicted,
    callsOverMinimum: calls / minimum,
    ...{ beforeFirstCallMs, etaMs: Math.round(plan.etaMs), wallMs, quotaBoundMs: boundMs },
    etaOff: Math.abs(wallMs - plan.etaMs) / wallMs,
    wallOverBound: wallMs / boundMs,
    ...{ pagesFetchedTwice: repeats.kept, pagesUnderWayAtKills: repeats.underWay },
    ...{
      rows: rows.total,
      duplicateRows: rows.total - rows.distinct,
      rowsExpected: minimum === 0 ? 0 : scale.symbols * scale.days * 381,
    },
    mismatches: stored?.mismatches ?? 0,
    duckDbBytesPerRow: (await stat(db)).size / rows.total,
    redisBytesPerWindow: planBytes / status.windows.total,
    failedWindows: status.windows.failed,
  };
  const met = {
    callsWithin2Percent: figures.callsOff <= bars.callsOff,
    etaWithin5Percent: figures.etaOff <= bars.etaOff,
    noDuplicateRows: figures.duplicateRows === 0 && rows.total === figures.rowsExpected && figures.mismatches === 0,
    noPageTwice: figures.pagesFetchedTwice === 0,
    callsWithin2PercentOfMinimum: figures.callsOverMinimum <= bars.callsOverMinimum,
    wallWithin5PercentOfBound: figures.wallOverBound <= bars.wallOverBound,
    planIsFree: planCalls === 0,
    noBreach: breaches === 0 && status.windows.failed === 0,
  };
  for (const [name, value] of Object.entries(figures)) {
    say(`    ${name.padEnd(22)}${Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(4)}`);
  }
  for (const [name, isMet] of Object.entries(met)) say(`    ${isMet ? '✓' : '✗'} ${name}`);
  return { ok: Object.values(met).every(Boolean), ...figures, met };
};

/** Of its windows and of how they ended. */
const bytesOfPlan = async (url: string, key: string): Promise<number> => {
  const redis = new Redis(url);
  const bytes = await Promise.all(
    [key, `${key}:windows`, `${key}:ended`].map((each) => redis.memory('USAGE', each, 'SAMPLES', 0)),
  );
  redis.disconnect();
  return bytes.reduce<number>((sum, each) => sum + Number(each), 0);
};

const countRows = async (
  store: Awaited<ReturnType<typeof openStore>>,
  symbols: readonly string[],
): Promise<{ readonly total: number; readonly distinct: number }> => {
  let [total, distinct] = [0, 0];
  for (const symbol of symbols) {
    const starts = new Set<number>();
    for await (const { startMs } of store.candles({ interval: '1m', symbols: [symbol] })) {
      total += 1;
      starts.add(startMs);
    }
    distinct += starts.size;
  }
  return { total, distinct };
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

await runCommand({ full: 20 * 60_000, quick: 58_000 }, checkPlan, extras);
