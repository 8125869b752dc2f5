import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isAlive, type ProcessIdentity } from '@hub/client/process';

/**
 * After this long nothing that was spent on a stopped pair counts any more: a request under way arrives within 10 s, and
 * the broker's minute for tokens begins at its arrival.
 */
const memoryMs = 80_000;

type Mark = { readonly running: ProcessIdentity } | { readonly stoppedAt: number };

/** Which pairs of this user ran lately: one small file per pair. Call under the start lock. */
export interface History {
  /** True when no pair runs, and none has run within the last 80 s. */
  isQuiet(): boolean;
  /** Marks a pair as running; the answer marks it as stopped. */
  begin(owner: ProcessIdentity): () => void;
}

/** @param now milliseconds of the wall clock: marks must survive a restart of the machine */
export const openHistory = (directory: string, now: () => number = Date.now): History => {
  const write = (file: string, mark: Mark): void => {
    writeFileSync(`${file}.new`, JSON.stringify(mark));
    renameSync(`${file}.new`, file);
  };
  return {
    isQuiet: () => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      let quiet = true;
      for (const name of readdirSync(directory)) {
        const file = join(directory, name);
        const mark = readMark(file);
        if ('running' in mark) {
          quiet = false;
          // Ended without saying when: it may have been just now.
          if (!isAlive(mark.running)) write(file, { stoppedAt: now() });
        } else if (now() - mark.stoppedAt >= memoryMs) {
          rmSync(file, { force: true });
        } else {
          quiet = false;
          // A clock that was set back must not hold the marks for ever.
          if (mark.stoppedAt > now()) write(file, { stoppedAt: now() });
        }
      }
      return quiet;
    },
    begin: (owner) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const file = join(directory, `${String(owner.pid)}-${owner.startedAt}.json`);
      write(file, { running: owner });
      return () => {
        write(file, { stoppedAt: now() });
      };
    },
  };
};

const readMark = (file: string): Mark => {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof mark === 'object' && mark !== null) {
      if ('stoppedAt' in mark && typeof mark.stoppedAt === 'number') return { stoppedAt: mark.stoppedAt };
      if ('running' in mark && isIdentity(mark.running)) return { running: mark.running };
    }
  } catch {
    // Unreadable counts as a pair that ended at an unknown time.
  }
  return { running: { pid: 0, startedAt: 'unknown' } };
};

const isIdentity = (value: unknown): value is ProcessIdentity =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'startedAt' in value &&
  typeof value.startedAt === 'string';
