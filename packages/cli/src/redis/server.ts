import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Redis } from 'ioredis';

import type { RedisBinary } from './search.js';
import { RedisStartFailed } from './errors.js';
import { bareEnvironment } from './places.js';
import { identify } from '@hub/client/process';

export type Role = 'main' | 'gatekeeper';

/** One running server. It ends when `stop` is called, or by itself when this process is gone in whatever way. */
export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** INFO server, `run_id`. */
  readonly runId: string;
  /** Settles when the server cannot serve any more, asked or not. */
  readonly gone: Promise<void>;
  set(key: string, value: string): Promise<void>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

// The keeper outlives us for a moment: the end of its standard input is our end, however we ended. It then stops the
// server by pid and removes its files, and the folder with the last of them. KILL, because nothing is to be saved and a
// stopped process (SIGSTOP) hears nothing else.
const keeper = `
directory=$1 role=$2 container=$3; shift 3
"$@" <"$directory/$role.conf" >"$directory/$role.log" 2>&1 &
server=$!
echo $server
read -r _
[ -z "$container" ] || "$1" rm -f "$container" >/dev/null 2>&1
kill -KILL $server 2>/dev/null
wait $server 2>/dev/null
rm -f "$directory/$role".* "$directory/control.sock"
rmdir "$directory" 2>/dev/null
exit 0
`;

/** Starts one server in `directory` and waits until it answers. Rejects with RedisStartFailed. */
export const startServer = async (binary: RedisBinary, directory: string, role: Role): Promise<RedisServer> => {
  const access = binary.origin === 'docker' ? await containerAccess(role) : socketAccess(directory, role);
  const config = [
    ...access.config,
    'save ""',
    'appendonly no',
    'maxmemory-policy noeviction',
    'daemonize no',
    'logfile ""',
    '',
  ].join('\n');
  writeFileSync(join(directory, `${role}.conf`), config, { mode: 0o600 });
  const args = ['-c', keeper, 'sh', directory, role, access.container, binary.command, ...access.args(binary), '-'];
  const child = spawn('sh', args, {
    env: { ...bareEnvironment(process.env), ...binary.env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit').then(() => undefined);
  const pid = Number(await firstLine(child));
  writeFileSync(join(directory, `${role}.owner`), `${String(pid)} ${identify(pid)?.startedAt ?? 'gone'}`);
  const redis = new Redis(access.url, { retryStrategy: () => 25, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    redis.disconnect();
    child.stdin.end();
    await exited;
  };
  try {
    const runId = await readyRunId(redis, pid, binary.origin === 'docker' ? 60_000 : 10_000);
    const lost = once(redis, 'close').then(() => undefined);
    return {
      url: access.url,
      pid,
      runId,
      gone: Promise.race([exited, lost]),
      set: async (key, value) => {
        await redis.set(key, value);
      },
      stop,
    };
  } catch (cause) {
    const said = readFileSync(join(directory, `${role}.log`), 'utf8')
      .trim()
      .split('\n')
      .slice(-3)
      .join(' / ');
    await stop();
    throw new RedisStartFailed(`${role} (${binary.command}) is not ready; it said: ${said}`, undefined, { cause });
  }
};

interface Access {
  readonly url: string;
  readonly config: readonly string[];
  /** Name of the container, '' without one. */
  readonly container: string;
  args(binary: RedisBinary): readonly string[];
}

const socketAccess = (directory: string, role: Role): Access => {
  const path = join(directory, `${role}.sock`);
  return {
    url: `unix://${path}`,
    config: ['port 0', `unixsocket "${path}"`, 'unixsocketperm 700', `dir "${directory}"`],
    container: '',
    args: (binary) => binary.args,
  };
};

/** Unix sockets do not cross from a container to macOS, so a port on loopback and, since others reach it, a password. */
const containerAccess = async (role: Role): Promise<Access> => {
  const port = String(await freePort());
  const password = randomBytes(24).toString('hex');
  const container = `api-hub-${role}-${randomBytes(6).toString('hex')}`;
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    config: ['port 6379', 'bind 0.0.0.0', `requirepass ${password}`],
    container,
    args: ({ args }) => {
      const image = args.at(-1) ?? '';
      const placing = ['--name', container, '-p', `127.0.0.1:${port}:6379`];
      return [...args.slice(0, -1), ...placing, image, 'redis-server'];
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) return '';
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new RedisStartFailed('sh ended before it started the server');
};

/** Waits for the first answer. The keeper does not tell when its server ends early, so the pid is watched. */
const readyRunId = async (redis: Redis, pid: number, timeoutMs: number): Promise<string> => {
  const deadline = performance.now() + timeoutMs;
  let watch: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    watch = setInterval(() => {
      if (identify(pid) === undefined) reject(new Error('the server ended'));
      else if (performance.now() > deadline) reject(new Error(`no answer in ${String(timeoutMs)} ms`));
    }, 50);
  });
  try {
    const info = await Promise.race([redis.info('server'), failure]);
    const runId = /^run_id:(\w+)/m.exec(info)?.[1];
    if (runId === undefined) throw new Error('INFO server names no run_id');
    return runId;
  } finally {
    clearInterval(watch);
  }
};
