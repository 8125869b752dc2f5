import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { RedisStartFailed } from './errors.js';

/** Where fetched binaries stay: `HUB_CACHE_DIR`, else `$XDG_CACHE_HOME/api-hub`, else `~/.cache/api-hub`. */
export const cachePlace = (env: NodeJS.ProcessEnv): string => {
  if (env.HUB_CACHE_DIR) return env.HUB_CACHE_DIR;
  return env.XDG_CACHE_HOME ? join(env.XDG_CACHE_HOME, 'api-hub') : join(env.HOME ?? homedir(), '.cache', 'api-hub');
};

/**
 * Where running pairs keep their sockets: `HUB_RUNTIME_DIR`, else one folder per user below /tmp. Neither TMPDIR nor
 * XDG_RUNTIME_DIR count: they differ between a login, cron and sudo, and two places would be two quotas for one key.
 */
export const runtimePlace = (env: NodeJS.ProcessEnv): string => {
  if (env.HUB_RUNTIME_DIR) return env.HUB_RUNTIME_DIR;
  return `/tmp/api-hub-${String(process.getuid?.() ?? 0)}`;
};

const maxRuntimePlaceBytes = 50;

/** Creates the folder, or refuses one that others could reach: it holds tokens. */
export const openRuntimePlace = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  const refuse = (fault: string): never => {
    throw new RedisStartFailed(`${directory} ${fault}`, 'Set HUB_RUNTIME_DIR to a short folder of your own, mode 700.');
  };
  if (!found.isDirectory()) refuse('is not a folder');
  if (process.getuid !== undefined && found.uid !== process.getuid()) refuse('belongs to somebody else');
  if ((found.mode & 0o077) !== 0) refuse('is open to others');
  // sun_path holds 104 bytes on macOS and 108 on Linux; ours adds /pair-<pid>-<start>/gatekeeper.sock.
  if (Buffer.byteLength(directory) > maxRuntimePlaceBytes) refuse('is too long for a unix socket');
};

const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'];

/** What supervisor and servers inherit: enough to run, and none of the keys and preloads of the process they serve. */
export const bareEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.includes(name) || name.startsWith('DOCKER_')));
