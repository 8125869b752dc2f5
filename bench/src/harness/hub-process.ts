import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const hubBin = join(dirname(createRequire(import.meta.url).resolve('@hub/cli/package.json')), 'bin', 'hub.js');

/** One `hub …` child process. */
export interface HubProcess {
  readonly pid: number;
  /** Resolves with the first JSON line on stdout for which `accept` is true; rejects when the process ends first. */
  line(accept: (json: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Whoever runs a bench may have settings for a real broker in the shell: none of them may reach the simulator. */
export const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(HUB_|REDIS_URL)/.test(name)));

/** `hub …args` with `env` as its only settings; its stderr is shown, or kept for the error text when `quiet`. */
export const startHub = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { readonly quiet?: boolean } = {},
): HubProcess => startProgram(hubBin, args, env, options);

/** The same for a program of our own that prints JSON lines. */
export const startProgram = (
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { readonly quiet?: boolean } = {},
): HubProcess => {
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...withoutSettings(process.env), ...env },
    stdio: ['ignore', 'pipe', options.quiet === true ? 'pipe' : 'inherit'],
  });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const json = parsed(text);
      if (json !== undefined) lines.push(json);
      for (const look of waiting) look();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    pid: pidOf(child),
    ended,
    line: (accept) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(accept);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then((how) => {
          look();
          reject(new Error(`${basename(path)} ${args[0] ?? ''} ended (${String(how)}): ${complaints.trim()}`));
        });
      }),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
};

const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('the hub command could not be started');
  return child.pid;
};

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
