import { describe, expect, it } from 'vitest';
import { isFatal, openFailure, writeFailure } from '../../../src/database/failure.js';

const path = '/data/market.duckdb';
const lock =
  'IO Error: Could not set lock on file "/data/market.duckdb": Conflicting lock is held in /usr/bin/node (PID 4711). See also https://duckdb.org/docs/stable/connect/concurrency';

describe('failures of DuckDB in the words of the store', () => {
  it('names the holder of the lock', () => {
    const failure = openFailure(path, new Error(lock), undefined);
    expect(failure).toMatchObject({
      code: 'HUB_STORE_LOCKED',
      holderPid: 4711,
      holderProgram: '/usr/bin/node',
      remedy: 'Stop pid 4711, or let `hub serve` own the file and publish to it.',
    });
  });

  it("falls back on the writer's note where the system does not tell the holder", () => {
    const text = new Error('IO Error: Could not set lock on file "/data/market.duckdb": Resource unavailable');
    expect(openFailure(path, text, { pid: 12, program: 'hub' })).toMatchObject({ holderPid: 12, holderProgram: 'hub' });
    expect(openFailure(path, text, undefined)).toMatchObject({
      code: 'HUB_STORE_LOCKED',
      message: '/data/market.duckdb is held by another process; a store has one writer.',
    });
  });

  it.each([
    'IO Error: Could not write file "/data/market.duckdb.wal": File too large',
    'IO Error: Could not write file: No space left on device',
    "ENOSPC: no space left on device, write '/data/market.duckdb.writer.json'",
  ])('knows a full disk: %s', (text) => {
    expect(writeFailure(path, new Error(text))).toMatchObject({ code: 'HUB_STORE_FULL', path });
    expect(openFailure(path, new Error(text), undefined)).toMatchObject({ code: 'HUB_STORE_FULL', path });
  });

  it.each([
    'IO Error: The file "/data/market.duckdb" exists, but it is not a valid DuckDB database file!',
    'IO Error: Cannot open file "/data/market.duckdb": Permission denied',
    'IO Error: Trying to read a database file with version number 68, but we can only read versions between 64 and 67.',
  ])('knows what is no store: %s', (text) => {
    expect(openFailure(path, new Error(text), undefined)).toMatchObject({ code: 'HUB_STORE_UNREADABLE', path });
  });

  it('passes on what it does not know, unchanged', () => {
    const error = new Error('Binder Error: no such column');
    expect(openFailure(path, error, undefined)).toBe(error);
    expect(writeFailure(path, error)).toBe(error);
    expect(isFatal(error)).toBe(false);
  });
});
