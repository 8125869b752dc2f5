import { open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

const ending = '.partial';

/** Does not end like the file itself, so no reader's pattern finds it. */
export const partialPath = (path: string): string => `${path}.${hostname()}.${process.pid}${ending}`;

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
};

/** Removes what processes of this host that were killed have left beside `path`. */
export const sweepPartials = async (path: string): Promise<void> => {
  const begin = `${basename(path)}.${hostname()}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(begin))) {
    const [pid, last = ''] = name.slice(begin.length).split('.');
    const isOurs = `.${last}` === ending && Number(pid) === process.pid;
    if (`.${last}` === ending && (isOurs || isGone(Number(pid)))) {
      await rm(join(dirname(path), name), { force: true, recursive: true });
    }
  }
};

/** Waits until the disk has what was written to the file or folder. */
export const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a whole file in its place, so that at any moment, also after a power cut, the old one or the new one is there. */
export const putInPlace = async (partial: string, path: string): Promise<void> => {
  await sync(partial);
  await rename(partial, path);
  await sync(dirname(path));
};
