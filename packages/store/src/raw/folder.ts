import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the raw answers of a store are kept. */
export const rawFolderOf = (storePath: string): string => `${storePath}.raw`;

export const dayFolder = (folder: string, day: string): string => join(folder, `day=${day}`);

const namesIn = async (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });

const isWhole = (name: string): boolean => /^\d+\.parquet$/.test(name);

/** Korean days of which there are files, ascending. */
export const daysIn = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).flatMap((name) => /^day=(\d{4}-\d\d-\d\d)$/.exec(name)?.[1] ?? []).sort();

/** The whole files of a day, in the order in which they were written. */
export const filesOf = async (folder: string, day: string): Promise<string[]> =>
  (await namesIn(dayFolder(folder, day)))
    .filter(isWhole)
    .sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10))
    .map((name) => join(dayFolder(folder, day), name));

/** The whole files of all days. */
export const rawFilesIn = async (folder: string): Promise<string[]> => {
  const files: string[] = [];
  for (const day of await daysIn(folder)) files.push(...(await filesOf(folder, day)));
  return files;
};

/** A place for one more file of a day: there is one writer, so nobody takes it first. */
export const nextFile = async (folder: string, day: string): Promise<string> => {
  const names = (await namesIn(dayFolder(folder, day))).filter(isWhole);
  const last = names.reduce((most, name) => Math.max(most, Number.parseInt(name, 10)), 0);
  return join(dayFolder(folder, day), `${String(last + 1).padStart(4, '0')}.parquet`);
};

/** Removes the files of a day; what somebody else keeps there stays. Returns how many there were. */
export const removeDay = async (folder: string, day: string): Promise<number> => {
  const files = await filesOf(folder, day);
  for (const file of files) await rm(file, { force: true });
  await rmdir(dayFolder(folder, day)).catch(() => undefined);
  return files.length;
};
