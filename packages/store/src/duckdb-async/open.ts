import { DuckDBInstance } from '@duckdb/node-api';
import { homedir } from 'node:os';
import { holdFile, isHeldHere, isOpenHere, isOpenInProcess, letGoOfFile, trueName } from '../database/index.js';
import { StoreLocked } from '../error/index.js';
import { duckDbError } from './error.js';
import { OPEN_READONLY, OPEN_READWRITE } from './open-flags.js';

type Config = Record<string, string>;

export interface OpenedFile {
  readonly instance: DuckDBInstance;
  /** After the last connection is gone. */
  release(): void;
}

const configOf = (accessMode: number | Config = OPEN_READWRITE): Config => ({
  ...(typeof accessMode === 'number'
    ? { access_mode: accessMode === OPEN_READONLY ? 'read_only' : 'read_write' }
    : accessMode),
  duckdb_api: 'nodejs-async',
});

/** @duckdb/node-api says that an option has no such value, and not which one: ask for each. */
const refusedOption = async (config: Config): Promise<string> => {
  for (const [name, value] of Object.entries(config)) {
    try {
      (await DuckDBInstance.create(':memory:', { [name]: value })).closeSync();
    } catch {
      return `${name}: ${JSON.stringify(value)} is not a value of it`;
    }
  }
  return Object.keys(config).join(', ');
};

const opened = async (open: () => Promise<DuckDBInstance>, config: Config): Promise<DuckDBInstance> => {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'Failed to set config') throw error;
    const text = `Failed to set configuration option ${await refusedOption(config)}`;
    throw duckDbError(text, 'Settings', { cause: error });
  }
};

const isInMemory = (path: string): boolean => path === '' || path.startsWith(':memory:');

/** A scheme, such as md: or s3://, has two letters at least; `C:` is a drive. */
const isElsewhere = (path: string): boolean => /^[a-z][a-z\d+.-]+:/i.test(path);

const fileOf = (path: string): Promise<string> =>
  trueName(path.startsWith('~') ? `${homedir()}${path.slice(1)}` : path);

/** Every opening of one file in this process shares one instance: two of them would lose rows (seen with 1.5.5). */
export const openFile = async (path: string, accessMode?: number | Config): Promise<OpenedFile> => {
  if (typeof path !== 'string') throw new TypeError('Database location expected');
  const config = configOf(accessMode);
  if (isInMemory(path) || isElsewhere(path)) {
    const open = () =>
      isInMemory(path) ? DuckDBInstance.create(path, config) : DuckDBInstance.fromCache(path, config);
    const instance = await opened(open, config);
    return {
      instance,
      release: () => {
        instance.closeSync();
      },
    };
  }
  const file = await fileOf(path);
  const { pid } = process;
  if (isOpenHere(file)) throw new StoreLocked(file, { pid, program: 'openStore of @hub/store' });
  if (!isHeldHere(file) && isOpenInProcess(file)) {
    throw new StoreLocked(file, { pid, program: 'another thread or another library' });
  }
  holdFile(file);
  try {
    const instance = await opened(() => DuckDBInstance.fromCache(file, config), config);
    return {
      instance,
      release: () => {
        instance.closeSync();
        letGoOfFile(file);
      },
    };
  } catch (error) {
    letGoOfFile(file);
    throw error;
  }
};
