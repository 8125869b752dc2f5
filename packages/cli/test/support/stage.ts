import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBrokerSim, type BrokerSim, type BrokerSimOptions, type TruthQuery, type TruthRow } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { openStore } from '@hub/store';

export const bin = fileURLToPath(new URL('../../bin/hub.js', import.meta.url));

/** Keys that must never be seen in any output. */
export const canary = {
  appKey: 'PScanaryCanaryCanaryCanaryCanary0001',
  appSecret: 'canary-secret/'.repeat(12),
};

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, parsed. */
  readonly json: Record<string, unknown>;
}

/** One `hub …` that runs. */
export interface RunningHub {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout or stderr has said so; rejects when the process ends before. */
  said(pattern: RegExp): Promise<void>;
  /** What came on stdout so far. */
  stdout(): string;
}

export const startHub = (
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; before?: string },
): RunningHub => {
  const command = `${options.before ?? ''} exec "$0" "$@"`;
  const child = spawn('sh', ['-c', command, process.execPath, bin, ...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  const looks = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (more: string) => {
      text[name] += more;
      for (const look of looks) look();
    });
  }
  const ended = once(child, 'close').then(([exitCode, signal]: unknown[]): Ended => ({
    exitCode: exitCode as number | null,
    signal: signal as NodeJS.Signals | null,
    ...text,
    json: lastJson(text.stdout),
  }));
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(text.stdout) || pattern.test(text.stderr)) {
          looks.delete(look);
          resolve();
        }
      };
      looks.add(look);
      look();
      void ended.then(({ exitCode }) => {
        reject(
          new Error(`ended with ${String(exitCode)} before it said ${String(pattern)}: ${text.stdout}${text.stderr}`),
        );
      });
    });
  return { child, ended, said, stdout: () => text.stdout };
};

const lastJson = (stdout: string): Record<string, unknown> => {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** A simulator, two Redis servers and a folder for one test; all of it is gone afterwards. */
export interface Stage extends AsyncDisposable {
  readonly sim: BrokerSim;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly db: string;
  start(args: readonly string[], options?: StartOptions): RunningHub;
  run(args: readonly string[], options?: StartOptions): Promise<Ended>;
  /** Every bar that the store holds, in the form of the simulator's truth, by start and symbol. */
  stored(interval: '1m' | '1d'): Promise<TruthRow[]>;
  truth(query: Pick<TruthQuery, 'symbols' | 'from' | 'to'> & { interval?: '1m' | '1d' }): TruthRow[];
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Shell words before the start, such as `ulimit -f 1000;` */
  readonly before?: string;
}

/** High enough that no test waits for the quota; what the hub believes is the most it accepts. */
const plenty = { perSecond: 1_000 } as const;

export const openStage = async (simOptions: BrokerSimOptions = {}): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-cli-'));
  const redis = await startPrivateRedis({ isolated: true });
  const sim = await startBrokerSim({ limit: plenty, keys: [canary], ...simOptions });
  const { PATH, HOME, HUB_CACHE_DIR } = process.env;
  const env: NodeJS.ProcessEnv = {
    PATH,
    HOME,
    ...(HUB_CACHE_DIR === undefined ? {} : { HUB_CACHE_DIR }),
    // Room for 50 bytes of socket path, and nobody else's pair in it.
    HUB_RUNTIME_DIR: join(folder, 'run'),
    REDIS_URL: redis.mainUrl,
    REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
    HUB_KIS_BASE_URL: sim.url,
    HUB_KIS_APP_KEY: canary.appKey,
    HUB_KIS_APP_SECRET: canary.appSecret,
    HUB_KIS_PER_SECOND: '100',
  };
  const db = join(folder, 'market.duckdb');
  const running = new Set<RunningHub>();
  const start = (args: readonly string[], options: StartOptions = {}): RunningHub => {
    const hub = startHub(args, { cwd: folder, ...options, env: { ...env, ...options.env } });
    running.add(hub);
    void hub.ended.then(() => running.delete(hub));
    return hub;
  };
  return {
    sim,
    env,
    folder,
    db,
    start,
    run: (args, options) => start(args, options).ended,
    stored: async (interval) => {
      const store = await openStore({ path: db });
      try {
        const rows: TruthRow[] = [];
        for await (const row of store.candles({ interval })) {
          const { symbol, venue, startMs, open, high, low, close, volume, value } = row;
          rows.push({ symbol, venue, interval, startMs, open, high, low, close, volume, value: value ?? -1 });
        }
        return rows.sort(byStart);
      } finally {
        await store.close();
      }
    },
    truth: ({ interval = '1m', ...query }) => [...sim.truth({ venue: 'KRX', interval, ...query }).rows].sort(byStart),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        [...running].map((hub) => {
          hub.child.kill('SIGKILL');
          return hub.ended;
        }),
      );
      await sim.close();
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const byStart = (a: TruthRow, b: TruthRow): number => a.startMs - b.startMs || a.symbol.localeCompare(b.symbol);

/** The words of a backfill of these symbols and days. */
export const backfillArgs = (
  request: { readonly symbols: readonly string[]; readonly from: string; readonly to: string },
  ...more: readonly string[]
): string[] => [
  ...['backfill', '--broker', 'kis', '--venue', 'KRX', '--db', 'market.duckdb'],
  ...['--symbols', request.symbols.join(','), '--from', request.from, '--to', request.to],
  ...more,
];
