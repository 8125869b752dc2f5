import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
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
export const runtimePlace = (env: NodeJS.ProcessEnv): string =>
  env.HUB_RUNTIME_DIR ?? `/tmp/api-hub-${String(process.getuid?.() ?? 0)}`;

/** Creates the folder, or refuses one that another user has put there first. */
export const openRuntimePlace = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new RedisStartFailed(`${directory} belongs to someone else; set HUB_RUNTIME_DIR to a folder of your own`);
  }
  chmodSync(directory, 0o700);
  // sun_path holds 104 bytes on macOS and 108 on Linux; 45 are ours: /pair-<pid>-<start>/gatekeeper.sock.
  if (Buffer.byteLength(directory) > 50) {
    throw new RedisStartFailed(`${directory} is too long for a unix socket; set HUB_RUNTIME_DIR to a shorter folder`);
  }
};
