import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSimOptions, type BrokerSim } from '@hub/broker-sim';
import { isHubError } from '@hub/client';

import { PortTaken, UsageInvalid } from '../error/index.js';
import { errorLine, failureOf } from '../terminal/error.js';
import { count, counted } from '../terminal/numbers.js';
import { withClosers, type Closers } from './closers.js';
import type { Context } from './context.js';
import { exportLine, exportLines, openPrivateRedis, type RedisUrls } from './redis-servers.js';
import { stopped } from './stop.js';

/** Flags of `hub sim`, as typed. */
export interface SimFlags {
  readonly port?: string;
  readonly seed?: string;
  readonly clock?: string;
  readonly network?: string;
  readonly limit?: string;
  readonly kiwoomLimit?: string;
  readonly window?: string;
  readonly environment?: string;
  readonly tokenMinuteMs?: string;
  readonly sameTokenMs?: string;
  readonly tokenLifeMs?: string;
  readonly retentionDays?: string;
  readonly deadTokenTrap?: boolean;
  /** False with `--no-redis`. */
  readonly redis?: boolean;
}

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What the simulator checks itself is passed on as it was typed. */
export const simOptions = (flags: SimFlags): BrokerSimOptions =>
  given({
    port: number(flags.port),
    seed: number(flags.seed),
    clock: flags.clock,
    network: flags.network,
    environment: flags.environment,
    limit: given({ perSecond: number(flags.limit), window: flags.window }),
    kiwoom: { limit: given({ perTr: number(flags.kiwoomLimit), window: flags.window }) },
    tokenMinuteMs: number(flags.tokenMinuteMs),
    sameTokenMs: number(flags.sameTokenMs),
    tokenLifeMs: number(flags.tokenLifeMs),
    retentionTradingDays: number(flags.retentionDays),
    deadTokenTrap: flags.deadTokenTrap,
  }) as BrokerSimOptions;

/** The hub believes no higher limit. */
const mostPerSecond = 100;

/** A second more than the broker's minute, as the client keeps it by default. */
const tokenMarginMs = 1_000;

/** What another shell has to type to use this simulator: only what differs from the hub's defaults. */
export const simExportLines = (url: string, flags: SimFlags): string[] => {
  const lines = [
    exportLine('HUB_KIS_BASE_URL', url),
    exportLine('HUB_KIS_APP_KEY', demoKeys.appKey),
    exportLine('HUB_KIS_APP_SECRET', demoKeys.appSecret),
    exportLine('HUB_KIWOOM_BASE_URL', url),
    exportLine('HUB_KIWOOM_APP_KEY', demoKiwoomKeys.appKey),
    exportLine('HUB_KIWOOM_SECRET_KEY', demoKiwoomKeys.secretKey),
  ];
  if (flags.environment === 'paper') {
    lines.push(exportLine('HUB_KIS_ENV', 'paper'), exportLine('HUB_KIWOOM_ENV', 'paper'));
  }
  if (flags.limit !== undefined) {
    lines.push(exportLine('HUB_KIS_PER_SECOND', String(Math.min(Number(flags.limit), mostPerSecond))));
  }
  if (flags.kiwoomLimit !== undefined) {
    const perSecond = String(Math.min(Number(flags.kiwoomLimit), mostPerSecond));
    lines.push(exportLine('HUB_KIWOOM_PER_SECOND', perSecond));
  }
  if (flags.tokenMinuteMs !== undefined) {
    lines.push(exportLine('HUB_KIS_TOKEN_COOLDOWN_MS', String(Number(flags.tokenMinuteMs) + tokenMarginMs)));
  }
  return lines;
};

/**
 * `hub sim`: simulated brokers until somebody stops it, with two Redis servers of its own unless the environment names
 * some. They live as long as the simulator does, so quota and token are shared by all runs against it, and nothing of
 * an earlier simulator has to be waited for.
 */
export const sim = (context: Context, flags: SimFlags): Promise<void> =>
  withClosers(async (closers) => {
    const { stop, env } = context;
    const broker = await startSim(flags);
    closers.add(() => broker.close());
    const screen = context.screen.showing(
      ...[demoKeys.appKey, demoKeys.appSecret, demoKiwoomKeys.appKey, demoKiwoomKeys.secretKey],
    );
    const redis = flags.redis === false || env.REDIS_URL ? undefined : await ownRedis(context, closers);
    screen.emit({
      event: 'ready',
      pid: process.pid,
      url: broker.url,
      ...demoKeys,
      kiwoom: demoKiwoomKeys,
      ...(redis === undefined ? {} : { redis }),
    });
    if (flags.clock !== undefined) screen.note(`Its clock began at ${flags.clock} (KST unless it says otherwise)`);
    screen.note(`What a store must hold: ${broker.url}/sim/truth?symbols=005930&from=2026-11-02&to=2026-11-06`);
    screen.note(
      `Simulated brokers, KIS (한국투자증권) and Kiwoom (키움), answer at ${broker.url}. In another shell, type:`,
    );
    const lines = [...simExportLines(broker.url, flags), ...(redis === undefined ? [] : exportLines(redis))];
    for (const line of lines) screen.say(line);
    screen.say(
      'npx hub backfill --broker auto --symbols 005930,000660 --from 2026-11-02 --to 2026-11-06 --db market.duckdb',
    );
    await stopped(stop);
    const { calls, breaches } = broker.journal();
    screen.note(`stopping: ${counted(calls, 'call')} came, ${count(breaches)} of them over the limit`);
  });

const ownRedis = async ({ screen, stop }: Context, closers: Closers): Promise<RedisUrls | undefined> => {
  try {
    return await openPrivateRedis({ isolated: true, signal: stop, onProgress: (line) => screen.note(line) }, closers);
  } catch (error) {
    if (!isHubError(error)) throw error;
    screen.note(`without Redis: ${errorLine(failureOf(error))}`);
    return undefined;
  }
};

const startSim = async (flags: SimFlags): Promise<BrokerSim> => {
  try {
    return await startBrokerSim(simOptions(flags));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new PortTaken(Number(flags.port), { cause: error });
    if (code !== 'SIM_OPTIONS' || !(error instanceof Error) || !('problems' in error)) throw error;
    const remedy = '`hub sim --help` lists the options.';
    throw new UsageInvalid(
      (error.problems as readonly string[]).map((message) => ({ code: 'HUB_USAGE', message, remedy })),
    );
  }
};
