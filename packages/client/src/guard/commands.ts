import type childProcess from 'node:child_process';

import type { Judge } from './install.js';

type ChildProcessModule = typeof childProcess;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').join(' ') : '';
};

const synchronous = ['execFileSync', 'execSync', 'spawnSync'] as const;

/** `curl https://…` in a shell, `python -c …`: the words of the command name the broker. */
export const guardCommands = (module: ChildProcessModule, judge: Judge): void => {
  const { prototype } = module.ChildProcess as unknown as { prototype: { spawn(options: SpawnOptions): unknown } }; // not in its types
  const { spawn } = prototype; // eslint-disable-line @typescript-eslint/unbound-method -- it is called on what the guarded one is called on
  // Under spawn, exec, execFile and fork.
  const guardedSpawn = function (this: unknown, options: SpawnOptions): unknown {
    const refused = judge(`${textOf(options.file)} ${textOf(options.args)}`, 'command', guardedSpawn);
    if (refused !== undefined) throw refused;
    return spawn.call(this, options);
  };
  prototype.spawn = guardedSpawn;
  for (const name of synchronous) {
    const original = module[name] as (...args: unknown[]) => unknown; // each is called as it was
    const guarded = (...args: unknown[]): unknown => {
      const refused = judge(args.map(textOf).join(' '), 'command', guarded);
      if (refused !== undefined) throw refused;
      return original(...args);
    };
    Object.assign(module, { [name]: guarded });
  }
};

interface SpawnOptions {
  readonly file?: unknown;
  readonly args?: unknown;
}
