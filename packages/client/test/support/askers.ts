import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { HubOptions } from '../../src/index.js';

/** What an asker has to tell of one call. */
export interface Told {
  readonly requestId?: string;
  readonly receivedAt?: number;
  readonly code?: string;
  readonly message?: string;
}

export interface Questions {
  readonly count: number;
  readonly endpoint: string;
  readonly params: Readonly<Record<string, string>>;
  readonly options?: object;
}

/** A real process with a hub of its own. */
export interface Asker extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What came of its calls so far, in the order of their ends. */
  readonly told: readonly Told[];
  ask(questions: Questions): void;
}

const program = fileURLToPath(new URL('asker.mjs', import.meta.url));

export const startAsker = async (options: HubOptions): Promise<Asker> => {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH ?? '', HUB_OPTIONS: JSON.stringify(options) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told: Told[] = [];
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.on('line', (line) => told.push(JSON.parse(line) as Told));
  return {
    child,
    told,
    ask: (questions) => child.stdin.write(`${JSON.stringify(questions)}\n`),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
