import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { identifySelf, isAlive, type ProcessIdentity } from '@hub/client/process';

/** The folder of this supervisor's pair. Its name is its owner, so that a later start can tell what a crash left. */
export const createPairFolder = (runtimeDir: string): string => {
  const self = identifySelf();
  const directory = join(runtimeDir, `pair-${String(self.pid)}-${self.startedAt}`);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
};

/** Removes the folders of dead supervisors and stops servers that outlived both supervisor and keeper. */
export const sweepPairFolders = (runtimeDir: string): void => {
  for (const name of readdirSync(runtimeDir)) {
    const [, pid, startedAt] = /^pair-(\d+)-(.+)$/.exec(name) ?? [];
    if (pid === undefined || startedAt === undefined || isAlive({ pid: Number(pid), startedAt })) continue;
    const directory = join(runtimeDir, name);
    for (const role of ['main', 'gatekeeper']) {
      const server = readServer(join(directory, `${role}.owner`));
      if (server !== undefined && isAlive(server)) process.kill(server.pid, 'SIGKILL');
    }
    rmSync(directory, { recursive: true, force: true });
  }
};

const readServer = (file: string): ProcessIdentity | undefined => {
  try {
    const [pid, startedAt] = readFileSync(file, 'utf8').trim().split(' ');
    return startedAt === undefined ? undefined : { pid: Number(pid), startedAt };
  } catch {
    return undefined;
  }
};
