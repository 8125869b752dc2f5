import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { findRedisServer } from '@hub/cli/redis';
import { Redis } from 'ioredis';

/** A gatekeeper of one's own on a TCP port, which may be stopped, killed, and started again with or without its memory. */
export interface Gatekeeper {
  readonly url: string;
  readonly port: number;
  /** Declares that nothing was granted before: calls start at once. */
  bless(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** kill -9. Resolves when the server is gone. */
  kill(): Promise<void>;
  /** On the same port, with nothing in it or with the snapshot. */
  start(memory: 'empty' | 'snapshot'): Promise<void>;
  /** Writes down what the server knows now. */
  snapshot(): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

export const startGatekeeper = async (): Promise<Gatekeeper> => {
  const directory = await mkdtemp(join(tmpdir(), 'hub-chaos-'));
  const binary = await findRedisServer();
  const port = await freePort();
  const url = `redis://127.0.0.1:${String(port)}`;
  let running: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  const start = async (memory: 'empty' | 'snapshot'): Promise<void> => {
    await kill();
    if (memory === 'empty') await rm(join(directory, 'dump.rdb'), { force: true });
    else await copyFile(join(directory, 'old.rdb'), join(directory, 'dump.rdb'));
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
    const settings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    const child = spawn(binary.command, [...binary.args, ...place, ...settings], {
      env: { ...process.env, ...binary.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (/ready to accept connections/i.test(line)) resolve();
      });
      child.once('exit', () => {
        reject(new Error('redis-server ended before it was ready'));
      });
    });
  };

  /** One command over a connection of its own. */
  const run = async <T>(command: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url);
    try {
      return await command(client);
    } finally {
      client.disconnect();
    }
  };

  await start('empty');
  return {
    url,
    port,
    bless: () =>
      run(async (client) => {
        const runId = /^run_id:(\w+)/m.exec(await client.info('server'))?.[1] ?? '';
        await client.set('api:epoch', runId);
      }),
    signal: (name) => void running?.kill(name),
    kill,
    start,
    snapshot: () =>
      run(async (client) => {
        await client.save();
        await copyFile(join(directory, 'dump.rdb'), join(directory, 'old.rdb'));
      }),
    flush: async () => {
      await run((client) => client.flushall());
    },
    close: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
