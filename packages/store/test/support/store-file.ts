import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A place for one store, removed at the end of the `await using` block. */
export const storeFile = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-store-'));
  return {
    path: join(folder, 'market.duckdb'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};

const scriptOf = (name: string): string => fileURLToPath(new URL(`../child/${name}.mjs`, import.meta.url));

export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Its lines, each a JSON value. */
  readonly lines: AsyncIterator<unknown>;
  readonly exited: Promise<unknown>;
}

const watch = (child: ChildProcess): Child => {
  if (child.stdout === null) throw new Error('the child has no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  return {
    process: child,
    lines: {
      next: async () => {
        const { done, value } = await lines.next();
        return done === true ? { done, value: undefined } : { done: false, value: JSON.parse(value) as unknown };
      },
    },
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

/** Runs `test/child/<name>.mjs`, which uses the built package, in a process of its own. */
export const startChild = (name: string, ...args: string[]): Child =>
  watch(spawn(process.execPath, [scriptOf(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));

/** The same under a limit of the file size, in the shell's blocks of 512 bytes. */
export const startChildWithFileLimit = (blocks: number, name: string, ...args: string[]): Child =>
  watch(
    spawn('sh', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, scriptOf(name), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

export const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
};
