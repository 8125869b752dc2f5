import { Database, OPEN_READONLY } from '@hub/store/duckdb-async';
import { DuckDBInstance } from '@duckdb/node-api';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openStore } from '@hub/store';
import { startChild, storeFile } from '../../support/store-file.js';

const readFrom = async (path: string, mode = 'readwrite'): Promise<unknown> => {
  await using child = startChild('facade-read', path, mode);
  const { value } = await child.lines.next();
  await child.exited;
  return value;
};

const rowCount = async (db: Database): Promise<unknown> => (await db.all('SELECT count(*) AS n FROM t'))[0]?.n;

describe('one file in one process', () => {
  it('is shared by two databases, under any of its names, and no row is lost', async () => {
    await using file = await storeFile();
    const [first, second] = await Promise.all([Database.create(file.path), Database.create(file.path)]);
    await first.run('CREATE TABLE t (i INTEGER)');
    symlinkSync(file.path, `${file.path}.link`);
    const third = await Database.create(`${file.path}.link`);
    const fourth = await Database.create(`~/${relative(homedir(), file.path)}`);
    const all = [first, second, third, fourth];
    await Promise.all(all.flatMap((db) => [1, 2, 3].map((i) => db.run('INSERT INTO t VALUES (?)', i))));
    expect(await Promise.all(all.map(rowCount))).toEqual([12n, 12n, 12n, 12n]);
    await first.close();
    await second.run('INSERT INTO t VALUES (4)');
    await Promise.all([second.close(), third.close(), fourth.close()]);
    expect(await readFrom(file.path)).toEqual({ n: 13 });
  });

  it('is read by a second database while the first is busy', async () => {
    await using file = await storeFile();
    const [busy, free] = await Promise.all([Database.create(file.path), Database.create(file.path)]);
    const endless = busy.all('SELECT count(*) FROM range(1000000000000) a, range(1000000) b');
    const waiting = busy.all('SELECT 1 AS a');
    expect(await free.all('SELECT 2 AS a')).toEqual([{ a: 2 }]);
    expect(await Promise.race([waiting, Promise.resolve('still waiting')])).toBe('still waiting');
    const interrupting = setInterval(() => busy.interrupt(), 5); // the first ones may come before it runs
    const ended = endless.finally(() => clearInterval(interrupting));
    await expect(ended).rejects.toMatchObject({ errorType: 'INTERRUPT' });
    expect(await waiting).toEqual([{ a: 1 }]);
    await Promise.all([busy.close(), free.close()]);
  });

  it('is refused with other settings while it is open', async () => {
    await using file = await storeFile();
    const db = await Database.create(file.path);
    await db.run('CREATE TABLE t (i INTEGER)');
    const refused = { code: 'DUCKDB_NODEJS_ERROR', errorType: 'Connection' };
    await expect(Database.create(file.path, OPEN_READONLY)).rejects.toMatchObject(refused);
    await expect(Database.create(file.path, { threads: '1' })).rejects.toThrow(/different configuration/);
    await db.run('INSERT INTO t VALUES (1)');
    await db.close();
    const reader = await Database.create(file.path, OPEN_READONLY);
    expect(await rowCount(reader)).toBe(1n);
    await reader.close();
  });

  it('is refused, and named, while it is the store of openStore', async () => {
    await using file = await storeFile();
    const store = await openStore({ path: file.path });
    const locked = { code: 'HUB_STORE_LOCKED', holderPid: process.pid, holderProgram: 'openStore of @hub/store' };
    await expect(Database.create(file.path)).rejects.toMatchObject({
      ...locked,
      remedy: expect.stringContaining('Use the store that this process has open already') as string,
    });
    await store.close();
    const db = await Database.create(file.path);
    expect(await db.all('SELECT count(*) AS n FROM candles')).toEqual([{ n: 0n }]);
    await db.close();
  });

  it('is no store while the facade has it, until its last database is closed', async () => {
    await using file = await storeFile();
    const [first, second] = [await Database.create(file.path), await Database.create(file.path)];
    const locked = { code: 'HUB_STORE_LOCKED', holderPid: process.pid, holderProgram: '@hub/store/duckdb-async' };
    await expect(openStore({ path: file.path })).rejects.toMatchObject(locked);
    await first.close();
    await expect(openStore({ path: file.path })).rejects.toMatchObject(locked);
    await second.close();
    await using store = await openStore({ path: file.path });
    expect(await store.summary()).toMatchObject({ candles: 0 });
  });

  it('is refused while another library or thread of the process has it, and that one keeps its rows', async () => {
    await using file = await storeFile();
    const other = await DuckDBInstance.create(file.path);
    const connection = await other.connect();
    await connection.run('CREATE TABLE t AS SELECT 1 AS i');
    const locked = {
      code: 'HUB_STORE_LOCKED',
      holderPid: process.pid,
      holderProgram: 'another thread or another library',
    };
    await expect(Database.create(file.path)).rejects.toMatchObject(locked);
    await expect(openStore({ path: file.path })).rejects.toMatchObject(locked);
    const worker = new Worker(new URL('../../child/facade-thread.mjs', import.meta.url), { workerData: file.path });
    expect((await once(worker, 'message'))[0]).toMatchObject({ code: 'HUB_STORE_LOCKED' });
    connection.disconnectSync();
    other.closeSync();
    const db = await Database.create(file.path);
    expect(await rowCount(db)).toBe(1n);
    await db.close();
  });

  it('leaves no note and no lock after an opening that failed', async () => {
    await using file = await storeFile();
    await expect(Database.create(file.path, OPEN_READONLY)).rejects.toMatchObject({ errorType: 'IO' }); // it is not there
    expect(existsSync(file.path)).toBe(false);
    await using store = await openStore({ path: file.path });
    expect(await store.summary()).toMatchObject({ candles: 0 });
  });
});

describe('one file and several processes', () => {
  it('is refused while another process has it, with its pid', async () => {
    await using file = await storeFile();
    await using holder = startChild('facade-hold', file.path);
    await holder.lines.next();
    await expect(Database.create(file.path)).rejects.toMatchObject({
      code: 'DUCKDB_NODEJS_ERROR',
      errorType: 'IO',
      message: expect.stringContaining(`(PID ${String(holder.process.pid)})`) as string,
    });
  });

  it('is refused while it is the store of another process', async () => {
    await using file = await storeFile();
    await using holder = startChild('hold', file.path);
    await holder.lines.next();
    await expect(Database.create(file.path, OPEN_READONLY)).rejects.toThrow(`(PID ${String(holder.process.pid)})`);
  });

  it('can be read by several at once', async () => {
    await using file = await storeFile();
    const writer = await Database.create(file.path);
    await writer.exec('CREATE TABLE t AS SELECT * FROM range(3)');
    await writer.close();
    const reader = await Database.create(file.path, OPEN_READONLY);
    expect(await readFrom(file.path, 'readonly')).toEqual({ n: 3 });
    expect(await readFrom(file.path)).toMatchObject({ errorType: 'IO' });
    await reader.close();
  });

  it('is free after close, whatever was left open', async () => {
    await using file = await storeFile();
    const db = await Database.create(file.path);
    await db.exec('CREATE TABLE t AS SELECT range AS i, range::VARCHAR AS s FROM range(200000)');
    const connection = await db.connect();
    const kept: unknown[] = [await db.prepare('SELECT * FROM t'), await connection.prepare('SELECT ?'), connection];
    for (const from of [db, connection]) {
      const rows = from.stream('SELECT * FROM t')[Symbol.asyncIterator]();
      expect((await rows.next()).value).toEqual({ i: 0n, s: '0' });
      kept.push(rows);
      for await (const row of from.stream('SELECT * FROM t')) {
        kept.push(row);
        break;
      }
    }
    await connection.exec('BEGIN; DELETE FROM t');
    await db.close();
    expect(await readFrom(file.path)).toEqual({ n: 200_000 });
    expect(kept).toHaveLength(7);
  });

  it('has what was committed folded into it, without a log beside it', async () => {
    await using file = await storeFile();
    const db = await Database.create(file.path);
    await db.exec('CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1)');
    expect(existsSync(`${file.path}.wal`)).toBe(true);
    await db.close();
    expect(existsSync(`${file.path}.wal`)).toBe(false);
  });
});

/** Magic word at byte 8, then the version of the storage (duckdb: src/include/duckdb/storage/storage_info.hpp). */
const storageVersionOf = (path: string): bigint => {
  const header = readFileSync(path).subarray(0, 32);
  if (header.toString('latin1', 8, 12) !== 'DUCK') throw new Error(`${path} is no DuckDB file`);
  return header.readBigUInt64LE(12);
};

describe('the format of the file', () => {
  it('is the one that DuckDB 1.0 to 1.4 read as well', async () => {
    await using file = await storeFile();
    const db = await Database.create(file.path);
    await db.exec(`CREATE TABLE t (i INTEGER PRIMARY KEY, s VARCHAR, d DECIMAL(18,4), l INTEGER[]);
      INSERT INTO t SELECT range, 'x', 1.5, [1] FROM range(5000); CREATE VIEW v AS SELECT i FROM t; CHECKPOINT`);
    const [row] = await db.all(`SELECT tags FROM duckdb_databases() WHERE NOT internal`);
    expect(row?.tags).toBe('{storage_version=v1.0.0+}');
    await db.close();
    expect(storageVersionOf(file.path)).toBe(64n);
  });

  it('is the newer one only when it is asked for', async () => {
    await using file = await storeFile();
    const db = await Database.create(':memory:');
    await db.exec(`ATTACH '${file.path}' AS newer (STORAGE_VERSION 'v1.5.0'); CREATE TABLE newer.t (i INTEGER)`);
    await db.close();
    expect(storageVersionOf(file.path)).toBeGreaterThan(67n); // 1.4 reads 64 to 67
  });
});
