import { existsSync, readFileSync } from 'node:fs';

import { fetchWithApt } from './apt.js';
import { findDockerRedis } from './docker.js';
import { RedisNotFound } from './errors.js';
import { installLine } from './install-line.js';
import { cachePlace } from './places.js';
import { executableOnPath, verified, type Machine, type RedisBinary, type Search } from './search.js';
import { unpackedPlace, unpackedServer } from './unpacked.js';

/** What `findRedisServer` takes. */
export interface FindRedisOptions {
  /** Where a fetched server stays. Default: `HUB_CACHE_DIR`, `$XDG_CACHE_HOME/api-hub`, `~/.cache/api-hub`. */
  readonly cacheDir?: string | undefined;
  /** `false` looks only at what is there: nothing is downloaded or pulled. Default true. */
  readonly fetch?: boolean;
  /** Told, line by line, of what takes its time. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Ends the search, which then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** What stands for the machine. Default: this one. */
  readonly machine?: Partial<Machine>;
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
