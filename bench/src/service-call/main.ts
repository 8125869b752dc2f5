import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { createHub, type Hub } from '@hub/client';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { startHub } from '../harness/hub-process.js';

/** Far above what one call after the other spends, so that nobody waits for a turn. */
const perSecond = 100;
const warmUp = 50;
/** Between two calls: a second of calls must not fill the quota. */
const pauseMs = 20;
const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } as const;

/** What the way through the queue may cost at the median, ms. */
const barMs = 8;

/** A call in service mode against the same call in direct mode, in turns: what the queue and the way back cost. */
const serviceCall = async ({ say, quick, signal, onExit }: CommandContext): Promise<Figures> => {
  const redis = await startPrivateRedis({ isolated: true, onProgress: (line) => say(`    ${line}`), signal });
  onExit(() => redis.close());
  const sim = await startBrokerSim({ network: 'none', limit: { perSecond } });
  onExit(() => sim.close());
  const worker = startHub(
    ['serve', '--only', 'worker', '--json'],
    {
      REDIS_URL: redis.mainUrl,
      REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
      HUB_KIS_APP_KEY: demoKeys.appKey,
      HUB_KIS_APP_SECRET: demoKeys.appSecret,
      HUB_KIS_BASE_URL: sim.url,
      HUB_KIS_PER_SECOND: String(perSecond),
    },
    { quiet: true },
  );
  onExit(() => worker.stop());
  await worker.line(({ event }) => event === 'ready');

  const urls = { main: redis.mainUrl, gatekeeper: redis.gatekeeperUrl };
  const hubs = {
    direct: createHub({ redis: urls, kis: { ...demoKeys, baseUrl: sim.url, perSecond } }, { env: {} }),
    service: createHub({ mode: 'service', redis: { main: redis.mainUrl } }, { env: {} }),
  };
  for (const hub of Object.values(hubs)) onExit(() => hub.close());

  const rounds = quick ? 300 : 1_500;
  const taken = { direct: [] as number[], service: [] as number[] };
  for (let round = -warmUp; round < rounds && !signal.aborted; round += 1) {
    // Whoever goes first has the colder caches, so they take turns at that too.
    for (const way of round % 2 === 0 ? (['direct', 'service'] as const) : (['service', 'direct'] as const)) {
      const ms = await timed(hubs[way]);
      if (round >= 0) taken[way].push(ms);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  const direct = spread(taken.direct);
  const service = spread(taken.service);
  const differenceMs = rounded(service.p50 - direct.p50);
  const { breaches } = sim.journal();
  const ok = differenceMs <= barMs && breaches === 0;
  say(`direct   p50 ${String(direct.p50)} ms, p99 ${String(direct.p99)} ms`);
  say(`service  p50 ${String(service.p50)} ms, p99 ${String(service.p99)} ms`);
  say(`${ok ? '✓' : '✗'} the queue costs ${String(differenceMs)} ms at the median (at most ${String(barMs)})`);
  return { ok, rounds, direct, service, differenceMs, ratio: rounded(service.p50 / direct.p50), barMs, breaches };
};

const timed = async (hub: Hub): Promise<number> => {
  const startedAt = performance.now();
  await hub.kis.call('inquire-price', price);
  return performance.now() - startedAt;
};

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

const spread = (values: readonly number[]): { readonly p50: number; readonly p90: number; readonly p99: number } => {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => rounded(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
};

await runCommand({ full: 150_000, quick: 50_000 }, serviceCall);
