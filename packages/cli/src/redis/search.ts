import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { runCommand } from './command.js';

/** How to run a server that reads its configuration from standard input: `command ...args`. */
export interface RedisBinary {
  /** Name or path. */
  readonly command: string;
  /** With origin `docker`: everything up to and with the image; name and port go before it. */
  readonly args: readonly string[];
  /** Added to the environment of the server. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it was found; `apt`: fetched now, and in the cache from then on. */
  readonly origin: 'path' | 'cache' | 'apt' | 'docker';
  /** As the binary says it, such as `7.0.15`. */
  readonly version: string;
}

/** The machine that a server is looked for on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Text of /etc/os-release. */
  readonly osRelease: string;
}

/** Everything one step of the search needs. */
export interface Search extends Machine {
  readonly cacheDir: string;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** The command as a binary, if it says a version when it is run. */
export const verified = async (
  command: string,
  env: Record<string, string>,
  origin: RedisBinary['origin'],
  search: Search,
): Promise<RedisBinary | undefined> => {
  const options = { timeoutMs: 10_000, env: { ...search.env, ...env }, signal: search.signal };
  const { exitCode, stdout } = await runCommand(command, ['--version'], options);
  const version = serverVersion(stdout);
  return exitCode === 0 && version !== undefined ? { command, args: [], env, origin, version } : undefined;
};

/** `Redis server v=7.0.15 sha=…` → `7.0.15` */
export const serverVersion = (stdout: string): string | undefined => / v=(\d+(?:\.\d+)+)/.exec(stdout)?.[1];

export const executableOnPath = (name: string, env: NodeJS.ProcessEnv): string | undefined =>
  (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
