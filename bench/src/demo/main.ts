import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSim, type Truth } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { openStore } from '@hub/store';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { startHub, startProgram } from '../harness/hub-process.js';
import { bothQuotasBoundMs, minimalCalls } from '../harness/minimal.js';
import { compareWithTruth } from '../harness/truth.js';
import { demoScope } from './scope.js';

/** What simulator and client both go by: KIS by its notice of 2026-04-20, Kiwoom by the text of its refusals. */
const perSecond = { kis: 18, kiwoom: 5 } as const;

/** Four processes share the quota: few windows each, so that the first ones are done, and seen, early. */
const few = ['--concurrency', '3'] as const;

/**
 * The main job from end to end on one machine: two Redis servers, two simulated brokers behind a jittery network, one
 * `hub serve`, two more workers on the same keys, a backfill over both brokers, and the check of every stored bar against
 * the truth.
 */
const demo = async (context: CommandContext): Promise<Figures> => {
  const { say, quick, signal, onExit } = context;
  const scope = demoScope(quick);
  const folder = await mkdtemp(join(tmpdir(), 'api-hub-demo-'));
  onExit(() => rm(folder, { recursive: true, force: true }));
  const db = join(folder, 'market.duckdb');

  say('1/5 Two private Redis servers');
  const redis = await startPrivateRedis({ isolated: true, onProgress: (line) => say(`    ${line}`), signal });
  onExit(() => redis.close());

  say(`2/5 Simulated brokers: KIS ${perSecond.kis} calls a second, Kiwoom ${perSecond.kiwoom} per TR, jittery network`);
  const sim = await startBrokerSim({
    network: 'jittery',
    limit: { perSecond: perSecond.kis, window: 'sliding' },
    kiwoom: { limit: { perTr: perSecond.kiwoom, window: 'sliding' } },
  });
  onExit(() => sim.close());

  const env = {
    REDIS_URL: redis.mainUrl,
    REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
    HUB_KIS_APP_KEY: demoKeys.appKey,
    HUB_KIS_APP_SECRET: demoKeys.appSecret,
    HUB_KIS_BASE_URL: sim.url,
    HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
    HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
    HUB_KIWOOM_BASE_URL: sim.url,
  };
  say('3/5 hub serve, two more workers on the same keys, and a collector without any');
  const services = [
    startHub(['serve', '--db', db, ...few, '--json'], env, { quiet: true }),
    startHub(['serve', '--only', 'worker', ...few, '--json'], env, { quiet: true }),
    startHub(['serve', '--only', 'worker', ...few, '--json'], env, { quiet: true }),
  ];
  for (const service of services) onExit(() => service.stop());
  await Promise.all(services.map((service) => service.line((line) => line.event === 'ready')));

  const collector = startProgram(fileURLToPath(new URL('collector.js', import.meta.url)), [], {
    REDIS_URL: redis.mainUrl,
  });
  onExit(() => collector.stop());
  const { symbols, venue, interval, from, to } = scope;
  const args = ['--symbols', symbols.join(','), '--venue', venue, '--interval', interval, '--from', from, '--to', to];
  say(`4/5 hub backfill --broker auto ${args.join(' ')}`);
  const backfill = startHub(['backfill', '--broker', 'auto', ...args, '--db', db, '--json'], env);
  onExit(() => backfill.stop());
  const result = await backfill.line((line) => 'ok' in line);
  await backfill.ended;
  void collector.stop();
  const collected = await collector.line((line) => 'answered' in line);
  await Promise.all(services.map((service) => service.stop()));

  say('5/5 Every stored bar against the truth');
  const seen = collected as unknown as Collected; // what collector.ts prints
  return verdict(context, { sim, db, result, collected: seen, truth: sim.truth(scope) });
};

/** What the collector prints. */
interface Collected {
  readonly asked: { readonly kis: number; readonly kiwoom: number };
  readonly answered: number;
  readonly problems: readonly string[];
}

interface Ran {
  readonly sim: BrokerSim;
  readonly db: string;
  readonly result: Readonly<Record<string, unknown>>;
  readonly collected: Collected;
  readonly truth: Truth;
}

const verdict = async ({ say }: CommandContext, { sim, db, result, collected, truth }: Ran): Promise<Figures> => {
  const store = await openStore({ path: db });
  const comparison = await compareWithTruth(store, truth);
  const least = minimalCalls(truth, await store.coverage());
  await store.close();
  const { brokers, tokenIssues, breaches } = sim.journal();
  const calls = { kis: brokers.kis.calls, kiwoom: brokers.kiwoom.calls };
  const polls = collected.asked.kis + collected.asked.kiwoom;
  const minCalls = least.kis + least.kiwoom + polls;
  const wallMs = Number(result.lastCommitAtMs) - Number(result.firstPermitAtMs);
  const { rowsExpected, rowsStored, mismatches, examples } = comparison;
  const quotaBoundMs = bothQuotasBoundMs(truth, perSecond);
  const ok =
    result.ok === true &&
    mismatches === 0 &&
    rowsStored === rowsExpected &&
    breaches === 0 &&
    tokenIssues.kis === 1 &&
    tokenIssues.kiwoom === 1 &&
    calls.kis + calls.kiwoom <= 1.05 * minCalls &&
    polls > 0 &&
    collected.answered === polls;

  for (const example of examples) say(`    ✗ ${example}`);
  if (result.ok !== true) say(`    ✗ backfill: ${JSON.stringify(result)}`);
  const line = (name: string, value: string): void => say(`    ${name.padEnd(18)}${value}`);
  line(
    'bars',
    `${rowsStored.toLocaleString('en')} stored, ${rowsExpected.toLocaleString('en')} true, ${String(mismatches)} wrong`,
  );
  line(
    'calls',
    `${String(calls.kis)} of KIS and ${String(calls.kiwoom)} of Kiwoom, ${String(minCalls)} needed at least`,
  );
  line(
    'quota',
    `${String(breaches)} breaches; at most ${String(brokers.kis.maxInWindow)} calls in any second at KIS, ${String(brokers.kiwoom.maxInWindow)} of one TR at Kiwoom`,
  );
  line('without keys', `${String(collected.answered)} of ${String(polls)} calls of the collector answered`);
  for (const each of collected.problems) say(`    ✗ collector: ${each}`);
  line('tokens', `${String(tokenIssues.kis)} of KIS and ${String(tokenIssues.kiwoom)} of Kiwoom for all processes`);
  line(
    'time',
    `${seconds(wallMs)} from the first permit to the last commit; both quotas together need ${seconds(quotaBoundMs)}`,
  );
  say(ok ? '✓ The store equals the truth.' : '✗ The demo failed, see above.');
  return {
    ok,
    rowsExpected,
    rowsStored,
    mismatches,
    breaches,
    tokenIssues: { kis: tokenIssues.kis, kiwoom: tokenIssues.kiwoom },
    calls: calls.kis + calls.kiwoom,
    callsByBroker: calls,
    minCalls,
    callsWithoutKeys: polls,
    wallMs,
    quotaBoundMs,
  };
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

await runCommand({ full: 180_000, quick: 50_000 }, demo);
