import { spawn } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findRedisServer } from './binary.js';
import { RedisStartFailed } from './errors.js';
import { bareEnvironment, openRuntimePlace, runtimePlace } from './places.js';
import { sharedControl, type PairGreeting, type SupervisorOrder, type SupervisorReport } from './protocol.js';
import { acquireStartLock } from './start-lock.js';

/** What `startPrivateRedis` takes. */
export interface PrivateRedisOptions {
  /** One pair for all processes of this user: the first starts it, the last stops it. Default: a pair of one's own. */
  readonly shared?: boolean;
  /** The caller has its own simulator, so no earlier process can have spent anything: always fresh. */
  readonly isolated?: boolean;
  /** Where a fetched server stays. Default: `HUB_CACHE_DIR`, `$XDG_CACHE_HOME/api-hub`, `~/.cache/api-hub`. */
  readonly cacheDir?: string;
  /** Where sockets live, at most 50 bytes. Default: `HUB_RUNTIME_DIR`, `/tmp/api-hub-<uid>`. */
  readonly runtimeDir?: string;
  /** Told, line by line, of what takes its time. */
  readonly onProgress?: (line: string) => void;
  /** Ends the start, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Two running servers, held by this process until `close()` or its end, in whatever way it ends. */
export interface PrivateRedis extends AsyncDisposable {
  /** For `new Redis(url)` of ioredis: `unix:///…/main.sock`, or with Docker `redis://:password@127.0.0.1:port`. */
  readonly mainUrl: string;
  /** Likewise. */
  readonly gatekeeperUrl: string;
  /** Of the server, or of the Docker command that holds it. */
  readonly mainPid: number;
  readonly gatekeeperPid: number;
  /** Both servers carry `api:epoch` = their run_id: nothing that was spent before can still count. */
  readonly fresh: boolean;
  /** Leaves the pair. If nobody else holds it, resolves when both servers are gone. Safe twice. */
  close(): Promise<void>;
}

/**
 * Starts (or, when shared, joins) a main and a gatekeeper Redis without persistence, on sockets only this user can open.
 * Rejects with RedisNotFound (`HUB_REDIS_NOT_FOUND`), RedisStartFailed (`HUB_REDIS_START_FAILED`) or the abort reason.
 */
export const startPrivateRedis = async (options: PrivateRedisOptions = {}): Promise<PrivateRedis> => {
  const { signal, shared = false, isolated = false } = options;
  signal?.throwIfAborted();
  if (process.getuid === undefined) throw new RedisStartFailed('this system has no unix sockets');
  if (shared && isolated) throw new RedisStartFailed('shared and isolated exclude each other', 'Pass one of them.');
  const runtimeDir = options.runtimeDir ?? runtimePlace(process.env);
  openRuntimePlace(runtimeDir);
  if (shared) {
    const joined = await joinPair(join(runtimeDir, sharedControl));
    if (joined !== undefined) return joined;
  }
  const { cacheDir, onProgress } = options;
  const binary = await findRedisServer({ cacheDir, onProgress, signal });
  const release = isolated ? () => undefined : await acquireStartLock(runtimeDir, signal);
  try {
    if (shared) {
      const joined = await joinPair(join(runtimeDir, sharedControl));
      if (joined !== undefined) return joined;
    }
    onProgress?.(`Redis: starting two private servers (${binary.version}, ${binary.origin})…`);
    const control = await startSupervisor({ binary, runtimeDir, shared, isolated, graceMs: shared ? 500 : 0 }, signal);
    const pair = await joinPair(control);
    if (pair === undefined) throw new RedisStartFailed('it stopped before it could be joined');
    return pair;
  } finally {
    release();
  }
};

const startSupervisor = async (order: SupervisorOrder, signal: AbortSignal | undefined): Promise<string> => {
  const file = fileURLToPath(new URL('./supervisor.js', import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify(order)], {
    detached: true,
    cwd: order.runtimeDir,
    env: bareEnvironment(process.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // An abort cuts the IPC channel; the supervisor then takes down what it has started.
  const abort = (): void => {
    if (child.connected) child.disconnect();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const report = await new Promise<SupervisorReport>((resolve, reject) => {
      child.once('message', (message) => {
        resolve(message as SupervisorReport);
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        resolve({ failed: `the supervisor ended with ${String(code)}` });
      });
      child.once('disconnect', () => {
        resolve({ failed: 'the supervisor went away' });
      });
    });
    signal?.throwIfAborted();
    if ('failed' in report) throw new RedisStartFailed(report.failed);
    return report.ready;
  } finally {
    signal?.removeEventListener('abort', abort);
    child.unref();
  }
};

const greetingMs = 5_000;
const closeMs = 10_000;

/** Becomes a member of the pair behind this control socket; undefined when nobody listens there. */
const joinPair = (control: string): Promise<PrivateRedis | undefined> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(control);
    let received = '';
    socket.setEncoding('utf8');
    // A refused, cut or missing connection says the same: nobody is there.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve(undefined);
    });
    socket.setTimeout(greetingMs, () => {
      reject(new RedisStartFailed(`the holder of the pair at ${control} does not answer`));
      socket.destroy();
    });
    socket.on('data', (text: string) => {
      received += text;
      if (!received.endsWith('\n')) return;
      socket.setTimeout(0);
      socket.unref();
      resolve(member(socket, JSON.parse(received) as PairGreeting));
    });
  });

const member = (socket: Socket, greeting: PairGreeting): PrivateRedis => {
  const left = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  let leaving = false;
  const close = (): Promise<void> => {
    if (!leaving && !socket.destroyed) {
      leaving = true;
      socket.ref();
      // A supervisor that hangs must not hold up the end of its members.
      socket.setTimeout(closeMs, () => socket.destroy());
      socket.write('bye\n');
    }
    return left;
  };
  const { mainUrl, gatekeeperUrl, mainPid, gatekeeperPid, fresh } = greeting;
  return { mainUrl, gatekeeperUrl, mainPid, gatekeeperPid, fresh, close, [Symbol.asyncDispose]: close };
};
