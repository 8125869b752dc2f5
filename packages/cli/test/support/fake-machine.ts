import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A machine whose PATH is one folder of little scripts. */
export interface FakeMachine extends AsyncDisposable {
  readonly directory: string;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Puts a shell script on PATH; only shell builtins and absolute paths work in it. */
  install(name: string, script: string): void;
}

export const fakeMachine = (): FakeMachine => {
  const directory = mkdtempSync('/tmp/hub-machine-');
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  return {
    directory,
    cacheDir: join(directory, 'cache'),
    env: { PATH: bin, HOME: directory },
    install: (name, script) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};

export const saysVersion = (version: string): string => `echo "Redis server v=${version} sha=00000000:0"`;
