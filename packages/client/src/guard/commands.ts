import type childProcess from 'node:child_process';

import type { Judge } from './install.js';

type ChildProcessModule = typeof childProcess;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').join(' ') : '';
};

const synchronous = ['execFileSync', 'execSync', 'spawnSync'] as const;

type Env = Readonly<Record<string, string | undefined>>;
/** What is laid over the environment of every process that is started. */
type Settings = (given: Env) => Record<string, string>;

const pairsWith = (pairs: readonly string[], settings: Settings): readonly string[] => {
  const given = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return Object.entries({ ...given, ...settings(given) }).map(([name, value]) => `${name}=${value}`);
};

/** The arguments of `execSync` and its like, with an environment that has the settings. */
const argsWith = (args: readonly unknown[], settings: Settings): readonly unknown[] => {
  const isOptions = (each: unknown): each is { readonly env?: Env } =>
    typeof each === 'object' && each !== null && !Array.isArray(each);
  const options = args.find(isOptions);
  const env = options?.env ?? process.env;
  const own = { ...options, env: { ...env, ...settings(env) } };
  const rest = args.filter((each) => each !== options && each !== undefined && each !== null);
  return [...rest, own];
};

/** `curl https://…` in a shell, `python -c …`: the words of the command name the broker. */
export const guardCommands = (module: ChildProcessModule, judge: Judge, settings: Settings): void => {
  const { prototype } = module.ChildProcess as unknown as { prototype: { spawn(options: SpawnOptions): unknown } }; // not in its types
  const { spawn } = prototype; // eslint-disable-line @typescript-eslint/unbound-method -- it is called on what the guarded one is called on
  // Under spawn, exec, execFile and fork.
  const guardedSpawn = function (this: unknown, options: SpawnOptions): unknown {
    const refused = judge(`${textOf(options.file)} ${textOf(options.args)}`, 'command', guardedSpawn);
    if (refused !== undefined) throw refused;
    return spawn.call(this, { ...options, envPairs: pairsWith(options.envPairs ?? [], settings) });
  };
  prototype.spawn = guardedSpawn;
  for (const name of synchronous) {
    const original = module[name] as (...args: unknown[]) => unknown; // each is called as it was
    const guarded = (...args: unknown[]): unknown => {
      const refused = judge(args.map(textOf).join(' '), 'command', guarded);
      if (refused !== undefined) throw refused;
      return original(...argsWith(args, settings));
    };
    Object.assign(module, { [name]: guarded });
  }
};

interface SpawnOptions {
  readonly file?: unknown;
  readonly args?: unknown;
  readonly envPairs?: readonly string[];
}
