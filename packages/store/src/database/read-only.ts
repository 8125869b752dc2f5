import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreLocked } from '../error/index.js';
import { openFailure } from './failure.js';
import { isHeldHere, isOpenInProcess } from './held-file.js';
import { trueName } from './true-name.js';
import { isOpenHere, livingWriter } from './writer-note.js';

/** Of DuckDB: `memoryLimit` with a unit. */
export interface ReadOnlyOptions {
  readonly path: string;
  readonly memoryLimit: string;
  readonly threads: number;
}

/**
 * Reads a file that nobody writes to, and leaves no trace beside it. Rejects with HUB_STORE_LOCKED while a writer has it, or
 * HUB_STORE_UNREADABLE.
 */
export const readOnly = async <T>(
  options: ReadOnlyOptions,
  read: (connection: DuckDBConnection, path: string) => Promise<T>,
): Promise<T> => {
  const path = await trueName(options.path);
  if (isOpenHere(path) || isHeldHere(path) || isOpenInProcess(path)) {
    throw new StoreLocked(path, { pid: process.pid, program: undefined });
  }
  const spill = await mkdtemp(join(tmpdir(), 'hub-store-'));
  try {
    const instance = await DuckDBInstance.create(path, {
      access_mode: 'READ_ONLY',
      threads: String(options.threads),
      memory_limit: options.memoryLimit,
      temp_directory: spill,
      autoinstall_known_extensions: 'false', // nothing is downloaded behind the user's back
    }).catch((error: unknown) => {
      throw openFailure(path, error, livingWriter(path));
    });
    const connection = await instance.connect();
    try {
      await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
      return await read(connection, path);
    } catch (error) {
      throw openFailure(path, error, undefined);
    } finally {
      connection.disconnectSync();
      instance.closeSync();
    }
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
};
