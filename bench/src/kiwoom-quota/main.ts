import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { demoKiwoomKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';

const processes = 8;
const perTr = 5;
const full = ['ka10001', 'ka10095'] as const;
const second = 'ka10003';
const windowMs = 1_000;

/** Runs eight processes that call these ids without a pause; calls per second of `second` once all are at work. */
const throughput = async (
  { signal }: CommandContext,
  sim: BrokerSim,
  env: Readonly<Record<string, string>>,
  ids: readonly string[],
  measuredMs: number,
): Promise<number> => {
  const caller = fileURLToPath(new URL('caller.js', import.meta.url));
  const before = sim.journal().calls;
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, [caller, ids.join(','), '2'], { env: { ...env }, stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  try {
    // All are up and in the queue after some seconds' worth of calls.
    while (sim.journal().calls - before < 2 * perTr * ids.length + processes) await sleep(100, undefined, { signal });
    const start = performance.timeOrigin + performance.now();
    await sleep(measuredMs, undefined, { signal });
    const end = performance.timeOrigin + performance.now();
    const passed = sim.journal().entries.filter(({ tr, at }) => tr === second && at >= start && at < end);
    return (passed.length * 1_000) / (end - start);
  } finally {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close');
      }),
    );
  }
};

/** A full TR must not slow another: the second one alone, and beside two others that are full. */
const kiwoomQuota = async (context: CommandContext): Promise<Figures> => {
  const { quick, say, signal, onExit } = context;
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const sim = await startBrokerSim({ network: 'calm', kiwoom: { limit: { perTr, window: 'sliding' } } });
  onExit(() => sim.close());
  const env = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.mainUrl,
    REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
    HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
    HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
    HUB_KIWOOM_BASE_URL: sim.url,
  };
  const measuredMs = quick ? 6 * windowMs : 30 * windowMs;
  say(`${second} alone, from ${processes} processes`);
  const alone = await throughput(context, sim, env, [second], measuredMs);
  say(`${second} beside ${full.join(' and ')}, all of them full`);
  const beside = await throughput(context, sim, env, [second, ...full], measuredMs);
  const { calls, breaches, maxInWindow } = sim.journal().brokers.kiwoom;
  const ratio = beside / alone;
  say(`    alone             ${alone.toFixed(2)} calls a second (limit ${perTr})`);
  say(`    beside full ones  ${beside.toFixed(2)}, ${(100 * ratio).toFixed(1)} % of that`);
  say(`    quota             ${breaches} breaches in ${calls} calls, at most ${maxInWindow} of one id in any second`);
  const ok = breaches === 0 && (quick || ratio >= 0.95);
  return { ok, processes, alonePerSecond: alone, besidePerSecond: beside, ratio, calls, breaches, maxInWindow };
};

await runCommand({ full: 120_000, quick: 50_000 }, kiwoomQuota);
