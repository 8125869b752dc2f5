import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Files that this process has open without a writer's note: those of the facade for duckdb-async, by true name. A store
 * would share DuckDB's instance of such a file with code that knows nothing of its schema.
 */
const openings = new Map<string, number>();

export const isHeldHere = (path: string): boolean => openings.has(path);

export const holdFile = (path: string): void => {
  openings.set(path, (openings.get(path) ?? 0) + 1);
};

export const letGoOfFile = (path: string): void => {
  const left = (openings.get(path) ?? 0) - 1;
  if (left > 0) openings.set(path, left);
  else openings.delete(path);
};

const self = '/proc/self'; // Linux only: elsewhere nobody is seen

/** A descriptor that was inherited from the parent process has no lock of ours. */
const isLockedBy = (descriptor: string, path: string): boolean => {
  try {
    if (readlinkSync(`${self}/fd/${descriptor}`) !== path) return false;
    return readFileSync(`${self}/fdinfo/${descriptor}`, 'utf8').includes('lock:');
  } catch {
    return false; // closed meanwhile
  }
};

/**
 * Whether any code of this process has DuckDB's lock on the file: a worker thread or another library makes an instance of its own,
 * which DuckDB's lock does not keep out, and rows of one of the two are lost (seen with 1.5.5).
 */
export const isOpenInProcess = (path: string): boolean => {
  try {
    return readdirSync(`${self}/fd`).some((descriptor) => isLockedBy(descriptor, path));
  } catch {
    return false;
  }
};
