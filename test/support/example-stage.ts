import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '@hub/broker-sim';

import { startRedisPair } from './redis.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves when a line of stdout holds this text; rejects when the process ends first. */
  line(text: string): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Two Redis servers, a simulator, and an empty folder in which programs run as a user would start them. */
export interface ExampleStage extends AsyncDisposable {
  readonly sim: BrokerSim;
  readonly folder: string;
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  /** What `hub sim` prints. */
  readonly env: Readonly<Record<string, string>>;
  /** `node <path from the root> …args`; `env` is all that it gets beside PATH. */
  node(path: string, args: readonly string[], env?: Readonly<Record<string, string>>): Running;
}

export const openExampleStage = async (options: BrokerSimOptions = {}): Promise<ExampleStage> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-example-'));
  const pair = await startRedisPair({ blessed: true });
  const sim = await startBrokerSim({ tokenMinuteMs: 500, ...options });
  const env = {
    REDIS_URL: pair.mainUrl,
    REDIS_URL_GATEKEEPER: pair.gatekeeperUrl,
    HUB_KIS_BASE_URL: sim.url,
    HUB_KIS_APP_KEY: demoKeys.appKey,
    HUB_KIS_APP_SECRET: demoKeys.appSecret,
    HUB_KIS_TOKEN_COOLDOWN_MS: '600',
    HUB_KIWOOM_BASE_URL: sim.url,
    HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
    HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
  };
  const stops: (() => Promise<unknown>)[] = [];
  return {
    ...{ sim, folder, env },
    redis: { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl },
    node: (path, args, own = env) => {
      const running = run(join(root, path), args, folder, own);
      stops.push(() => running.stop('SIGKILL'));
      return running;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await sim.close();
      await pair.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const run = (path: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Running => {
  const child = spawn(process.execPath, [path, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  return {
    ended,
    line: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        look();
        void ended.then(() => {
          reject(new Error(`${path} ended before it said ${text}: ${stderr}`));
        });
      }),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
};
