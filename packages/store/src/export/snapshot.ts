import { execFile } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Database, textLiteral, writeFailure } from '../database/index.js';
import { partialPath, putInPlace, sweepPartials } from './partial.js';
import { targetOf } from './target.js';

/** A snapshot that was written. */
export interface SnapshotResult {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly bytes: number;
  /** How long commits had to wait, ms. */
  readonly pausedMs: number;
}

// In a process of its own: when this one closes the store's file, the system takes DuckDB's lock away with it, and a second
// writer gets in. A file system that can share blocks copies nothing.
const copyScript = `
const [from, to] = process.argv.slice(1);
require('node:fs').copyFileSync(from, to, require('node:fs').constants.COPYFILE_FICLONE);`;

const copyFile = async (from: string, to: string): Promise<void> => {
  await promisify(execFile)(process.execPath, ['--eval', copyScript, from, to], { env: {} });
};

const hasBytes = async (path: string): Promise<boolean> => {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return size > 0;
};

/** Opens the copy once: so it is sound, and what was still in its log lies in the file. */
const fold = (database: Database, partial: string, alias: string): Promise<void> =>
  database.aside(async (connection) => {
    await connection.run(`ATTACH ${textLiteral(partial)} AS ${alias}`);
    try {
      await connection.run(`SELECT max(version) FROM ${alias}.schema_migrations`);
      await connection.run(`CHECKPOINT ${alias}`);
    } finally {
      await connection.run(`DETACH ${alias}`);
    }
  });

let turns = 0;

/**
 * Copies the file as it is between two commits. The copying takes about a second per GB, for which commits wait; `COPY FROM
 * DATABASE` would let them go on, but builds every key anew and takes a hundred times as long (see the guide on exports).
 */
export const snapshot = async (database: Database, path: string): Promise<SnapshotResult> => {
  const target = await targetOf(path);
  const partial = partialPath(target);
  await sweepPartials(target);
  try {
    const pausedMs = await database.whileStill(async () => {
      const begunAt = performance.now();
      await copyFile(database.path, partial);
      // A reader that was at work keeps DuckDB from emptying its log.
      if (await hasBytes(`${database.path}.wal`)) await copyFile(`${database.path}.wal`, `${partial}.wal`);
      return performance.now() - begunAt;
    });
    await fold(database, partial, `snapshot_${(turns += 1)}`);
    await rm(`${target}.wal`, { force: true }); // of a file that is about to go: DuckDB would refuse the two together
    await putInPlace(partial, target);
    const { size } = await stat(target);
    return { path: target, bytes: size, pausedMs };
  } catch (error) {
    throw writeFailure(target, error);
  } finally {
    await rm(partial, { force: true });
    await rm(`${partial}.wal`, { force: true });
  }
};
