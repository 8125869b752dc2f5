import { accessSync, constants, existsSync, readFileSync, readdirSync } from 'node:fs';
import { arch } from 'node:os';
import { delimiter, join } from 'node:path';

import { fetchWithApt } from './apt.js';
import { runCommand } from './command.js';
import { findDockerRedis } from './docker.js';
import { RedisNotFound } from './errors.js';
import { installLine, osReleaseField } from './install-line.js';
import { cachePlace } from './places.js';

/** How to run a server that reads its configuration from standard input: `command ...args`. */
export interface RedisBinary {
  readonly command: string;
  /** With origin `docker`: everything up to and with the image; name and port go before it. */
  readonly args: readonly string[];
  /** Added to the environment of the server. */
  readonly env: Readonly<Record<string, string>>;
  readonly origin: 'path' | 'cache' | 'apt' | 'docker';
  /** As the binary says it, such as `7.0.15`. */
  readonly version: string;
}

export interface FindRedisOptions {
  readonly cacheDir?: string | undefined;
  /** `false` looks only at what is there: nothing is downloaded or pulled. Default true. */
  readonly fetch?: boolean;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What stands for the machine. Default: this one. */
  readonly machine?: Partial<Machine>;
}

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

/**
 * Looks for a server: PATH → cache → the distribution's packages, unpacked into the cache → a running Docker engine.
 * Rejects with RedisNotFound (`HUB_REDIS_NOT_FOUND`), or with the reason of `signal`.
 */
export const findRedisServer = async (options: FindRedisOptions = {}): Promise<RedisBinary> => {
  const machine = { platform: process.platform, env: process.env, ...options.machine };
  const search: Search = {
    ...machine,
    osRelease: options.machine?.osRelease ?? readOsRelease(),
    cacheDir: options.cacheDir ?? cachePlace(machine.env),
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal,
  };
  const tried: string[] = [];
  for (const step of options.fetch === false ? [onPath, inCache] : [onPath, inCache, fetchWithApt, findDockerRedis]) {
    search.signal?.throwIfAborted();
    const found = await step(search);
    if (typeof found !== 'string') return found;
    tried.push(found);
  }
  throw new RedisNotFound(installLine(search.platform, search.osRelease), tried);
};

const readOsRelease = (): string => (existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');

const onPath = async (search: Search): Promise<RedisBinary | string> => {
  for (const name of ['redis-server', 'valkey-server']) {
    const command = executableOnPath(name, search.env);
    const binary = command === undefined ? undefined : await verified(command, {}, 'path', search);
    if (binary !== undefined) return binary;
  }
  return 'no redis-server or valkey-server that runs on PATH';
};

const inCache = async (search: Search): Promise<RedisBinary | string> =>
  (await unpackedServer(unpackedPlace(search), 'cache', search)) ?? `none in ${search.cacheDir}`;

/** The cached tree of this release and processor: a home folder may be shared by several machines. */
export const unpackedPlace = ({ cacheDir, osRelease }: Search): string => {
  const release = [osReleaseField(osRelease, 'ID'), osReleaseField(osRelease, 'VERSION_ID')].filter(Boolean).join('-');
  return join(cacheDir, 'redis', `${release === '' ? 'unknown' : release}-${arch()}`);
};

/** The server of an unpacked package tree, if it is there and runs. */
export const unpackedServer = async (
  tree: string,
  origin: 'cache' | 'apt',
  search: Search,
): Promise<RedisBinary | undefined> => {
  for (const name of ['redis-server', 'valkey-server']) {
    const command = join(tree, 'usr', 'bin', name);
    if (!existsSync(command)) continue;
    const binary = await verified(command, { LD_LIBRARY_PATH: libraryFolders(tree).join(delimiter) }, origin, search);
    if (binary !== undefined) return binary;
  }
  return undefined;
};

const libraryFolders = (tree: string): string[] => {
  const folders = new Set<string>();
  for (const top of [join(tree, 'usr', 'lib'), join(tree, 'lib')]) {
    if (!existsSync(top)) continue;
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
      if (/\.so(\.|$)/.test(entry.name)) folders.add(entry.parentPath);
    }
  }
  return [...folders].sort();
};

const verified = async (
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
