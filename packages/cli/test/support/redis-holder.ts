import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { identify } from '@hub/client/process';

const cliFolder = fileURLToPath(new URL('../..', import.meta.url));

// A process like any command: it holds a pair, closes it on request or on Ctrl-C, and says what it sees.
const program = `
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { startPrivateRedis } from '@hub/cli/redis';
const pair = await startPrivateRedis(JSON.parse(process.argv[1]));
const say = (event) => console.log(JSON.stringify(event));
const ping = async () => {
  const socket = createConnection(pair.mainUrl.slice('unix://'.length));
  socket.write('PING\\r\\n');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer).trim();
};
const leave = async () => { await pair.close(); say({ closed: true }); process.exit(0); };
process.on('SIGINT', async () => { say({ afterInterrupt: await ping() }); await leave(); });
process.stdin.once('data', leave);
say({ ...pair });
`;

export interface HeldPair {
  readonly mainUrl: string;
  readonly gatekeeperUrl: string;
  readonly mainPid: number;
  readonly gatekeeperPid: number;
  readonly fresh: boolean;
}

/** A process of its own process group that holds a pair. */
export interface RedisHolder {
  readonly pair: HeldPair;
  readonly supervisorPid: number;
  readonly child: ChildProcess;
  /** The next line it says. */
  next(): Promise<Record<string, unknown>>;
  /** Asks it to close its pair; resolves when the process has ended after that. */
  leave(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export const holdRedis = async (
  options: { readonly runtimeDir: string; readonly shared?: boolean; readonly isolated?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Promise<RedisHolder> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(options)], {
    cwd: cliFolder,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the holder ended');
    return JSON.parse(line.value) as Record<string, unknown>;
  };
  const exited = once(child, 'exit');
  const pair = (await next()) as unknown as HeldPair; // what the program above says first
  return {
    pair,
    supervisorPid: supervisorOf(pair),
    child,
    next,
    leave: async () => {
      child.stdin.write('leave\n');
      await exited;
    },
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
};

/** The folder of a pair is named pair-<supervisor pid>-<start>. */
const supervisorOf = (pair: HeldPair): number => {
  const folder = basename(dirname(join('/', pair.mainUrl.slice('unix:'.length))));
  return Number(folder.split('-')[1] ?? 0);
};

export const isRunning = (pid: number): boolean => identify(pid) !== undefined;
