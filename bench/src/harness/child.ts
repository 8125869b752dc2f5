import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { withoutSettings } from './hub-process.js';

/** A program of our own that talks over IPC: its order is its only argument. */
export interface Child {
  readonly pid: number;
  send(message: object): void;
  /** The next message with this `kind` that nobody has taken yet; rejects when the program ends before it. */
  next<Message extends { readonly kind: string }>(kind: Message['kind']): Promise<Message>;
  /** Lets go of the program, which ends by itself then (`untilReleased`), and waits for that; kills it after a while. */
  stop(): Promise<void>;
  /** Sends a signal to this very process; after SIGKILL it resolves when the process is gone. */
  signal(name: NodeJS.Signals): Promise<void>;
}

interface Taker {
  readonly kind: string;
  readonly take: (message: object) => void;
}

/** A program that was let go and is still there after this time hangs. */
const patienceMs = 8_000;

/** How a program is started. */
export interface ChildOptions {
  /** Files that it writes cannot be larger, in blocks of 512 bytes: to it the disk is full. */
  readonly fileBlocks?: number;
  /** Modules that it imports before its own, as URLs. */
  readonly imports?: readonly string[];
}

export const startChild = (file: URL, order: object, { fileBlocks, imports = [] }: ChildOptions = {}): Child => {
  const env = withoutSettings(process.env);
  const execArgv = imports.flatMap((each) => ['--import', each]);
  const words = [fileURLToPath(file), JSON.stringify(order)];
  const child =
    fileBlocks === undefined
      ? fork(file, words.slice(1), { env, execArgv })
      : spawn(
          'sh',
          ['-c', `ulimit -f ${String(fileBlocks)}; exec "$0" "$@"`, process.execPath, ...execArgv, ...words],
          {
            env,
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          },
        );
  const untaken: { readonly kind: string }[] = [];
  const takers: Taker[] = [];
  child.on('message', (message: { readonly kind: string }) => {
    const index = takers.findIndex(({ kind }) => kind === message.kind);
    if (index < 0) untaken.push(message);
    else takers.splice(index, 1)[0]?.take(message);
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    signal: async (name) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(name);
      if (name === 'SIGKILL') await ended;
    },
    send: (message) => {
      if (child.connected) child.send(message);
    },
    next: <Message extends { readonly kind: string }>(kind: Message['kind']) =>
      new Promise<Message>((resolve, reject) => {
        const index = untaken.findIndex((message) => message.kind === kind);
        if (index >= 0) {
          resolve(untaken.splice(index, 1)[0] as Message);
          return;
        }
        takers.push({ kind, take: (message) => resolve(message as Message) });
        void ended.then(() => {
          // Many programs are ended on purpose, when nobody asks them any more.
          reject(new Error(`${file.pathname.split('/').slice(-2).join('/')} ended before it said "${kind}"`));
        });
      }),
    stop: async () => {
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(kill);
    },
  };
};

/** In the child: its order. */
export const givenOrder = (): unknown => JSON.parse(process.argv[2] ?? '{}');

/** In the child: resolves when whoever started it lets it go, or dies. Ctrl-C is the starter's business. */
export const untilReleased = async (): Promise<void> => {
  process.on('SIGINT', () => undefined);
  if (process.connected) await once(process, 'disconnect');
};

/** In the child. */
export const tell = (message: { readonly kind: string }): void => {
  if (process.connected) process.send?.(message);
};

/** In the child. */
export const onMessage = (kind: string, act: (message: unknown) => void): void => {
  process.on('message', (message: { readonly kind: string }) => {
    if (message.kind === kind) act(message);
  });
};
