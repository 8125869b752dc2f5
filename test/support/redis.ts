import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { findRedisServer, type RedisBinary } from '@hub/cli/redis';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type {} from './redis-servers.js';

/** The two servers that this test project shares. Tests keep apart by key prefix. */
export const redisUrls = (): { readonly main: string; readonly gatekeeper: string } => ({
  main: inject('redisMain'),
  gatekeeper: inject('redisGatekeeper'),
});

/** Two servers of one test, which it may kill, stop and restart. Restarted servers are empty and have a new run_id. */
export interface RedisPair extends AsyncDisposable {
  readonly mainUrl: string;
  readonly gatekeeperUrl: string;
  /** Sends the signal. Resolves when the server has ended, or at once for SIGSTOP and SIGCONT. */
  killMain(signal: NodeJS.Signals): Promise<void>;
  killGatekeeper(signal: NodeJS.Signals): Promise<void>;
  /** Starts the server anew on the same URL, ending the old one if it runs. Resolves when it accepts connections. */
  restartMain(): Promise<void>;
  restartGatekeeper(): Promise<void>;
  close(): Promise<void>;
}

/** Servers of one test that know nothing of each other. */
export interface RedisServers extends AsyncDisposable {
  readonly urls: readonly string[];
  /** Sends the signal to one of them. Resolves when it has ended, or at once for SIGSTOP and SIGCONT. */
  signal(index: number, name: NodeJS.Signals): Promise<void>;
}

const openDirectory = async (): Promise<{ directory: string; binary: RedisBinary }> => {
  const binary = await findRedisServer();
  if (binary.origin === 'docker') throw new Error('tests that restart a server need redis-server on PATH');
  return { directory: await mkdtemp('/tmp/hub-test-redis-'), binary };
};

export const startRedisServers = async (count: number): Promise<RedisServers> => {
  const { directory, binary } = await openDirectory();
  const servers = Array.from({ length: count }, (_, index) =>
    restartable(binary, directory, `server-${String(index)}`),
  );
  await Promise.all(servers.map((server) => server.restart()));
  return {
    urls: servers.map(({ url }) => url),
    signal: async (index, name) => servers[index]?.kill(name),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.kill('SIGKILL')));
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/**
 * `blessed`: the hub takes the two for servers that have forgotten nothing, and does not hold its first calls until what
 * an earlier server may have granted is over.
 */
export const startRedisPair = async ({ blessed = false } = {}): Promise<RedisPair> => {
  const { directory, binary } = await openDirectory();
  const main = restartable(binary, directory, 'main');
  const gatekeeper = restartable(binary, directory, 'gatekeeper');
  const close = async (): Promise<void> => {
    await Promise.all([main.kill('SIGKILL'), gatekeeper.kill('SIGKILL')]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all([main.restart(), gatekeeper.restart()]);
    if (blessed) await Promise.all([bless(main.url), bless(gatekeeper.url)]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    mainUrl: main.url,
    gatekeeperUrl: gatekeeper.url,
    killMain: main.kill,
    killGatekeeper: gatekeeper.kill,
    restartMain: main.restart,
    restartGatekeeper: gatekeeper.restart,
    close,
    [Symbol.asyncDispose]: close,
  };
};

const bless = async (url: string): Promise<void> => {
  const client = new Redis(url);
  const runId = /^run_id:(\w+)/m.exec(await client.info('server'))?.[1] ?? '';
  await client.set('api:epoch', runId);
  client.disconnect();
};

interface Restartable {
  readonly url: string;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  readonly restart: () => Promise<void>;
}

const restartable = (binary: RedisBinary, directory: string, role: string): Restartable => {
  const path = join(directory, `${role}.sock`);
  let running: ChildProcess | undefined;
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited;
  };
  const restart = async (): Promise<void> => {
    await kill('SIGKILL');
    const settings = ['--port', '0', '--unixsocket', path, '--unixsocketperm', '700', '--dir', directory];
    const volatile = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    const child = spawn(binary.command, [...binary.args, ...settings, ...volatile], {
      env: { ...process.env, ...binary.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    await new Promise<void>((resolve, reject) => {
      const lines = createInterface({ input: child.stdout });
      // Reading goes on after the line, or a full pipe would stop the server.
      lines.on('line', (line) => {
        if (/ready to accept connections/i.test(line)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => {
        reject(new Error(`${role}: redis-server ended before it was ready`));
      });
    });
  };
  return { url: `unix://${path}`, kill, restart };
};
