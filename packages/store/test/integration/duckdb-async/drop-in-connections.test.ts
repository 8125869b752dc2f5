import { Database } from '@hub/store/duckdb-async'; // prettier-ignore
import { describe, expect, it } from 'vitest';
import { failureOf, filePerTest } from '../../support/file-per-test.js';

// Written for duckdb-async 1.4.2 from its README, types and sources (its binary was not to be had): with another name in the
// first line it says what that library does. What differs on purpose is in differences.test.ts.

let path: string;
let db: Database;
filePerTest(
  async (file) => {
    path = file;
    db = await Database.create(file);
  },
  () => db.close(),
);

const one = async (expression: string): Promise<unknown> => {
  const [row] = await db.all(`SELECT (${expression}) AS v`);
  return row?.v;
};

describe('connections', () => {
  it('have transactions of their own', async () => {
    await db.run('CREATE TABLE t (i INTEGER)');
    const writer = await db.connect();
    await writer.run('BEGIN TRANSACTION');
    await writer.run('INSERT INTO t VALUES (1)');
    expect(await db.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 0n }]);
    await writer.run('COMMIT');
    expect(await db.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 1n }]);
    await writer.close();
  });

  it('roll back, and so does closing one', async () => {
    await db.run('CREATE TABLE t (i INTEGER)');
    const writer = await db.connect();
    await writer.exec('BEGIN; INSERT INTO t VALUES (1); ROLLBACK');
    await writer.exec('BEGIN; INSERT INTO t VALUES (2)');
    await writer.close();
    expect(await db.all('SELECT i FROM t')).toEqual([]);
  });

  it('conflict when two change one row', async () => {
    await db.exec('CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (0)');
    const [first, second] = await Promise.all([db.connect(), db.connect()]);
    await first.exec('BEGIN; UPDATE t SET i = 1');
    await second.run('BEGIN');
    const conflict = await failureOf(second.run('UPDATE t SET i = 2'));
    expect(conflict).toMatchObject({ errorType: 'TransactionContext' });
    await second.run('ROLLBACK');
    await first.run('COMMIT');
    expect(await db.all('SELECT i FROM t')).toEqual([{ i: 1 }]);
    await Promise.all([first.close(), second.close()]);
  });

  it('keep settings and temporary tables to themselves', async () => {
    const connection = await db.connect();
    await connection.run('CREATE TEMPORARY TABLE own AS SELECT 1 AS a');
    await expect(db.all('SELECT a FROM own')).rejects.toThrow(/own/);
    await connection.close();
  });

  it('come from Connection.create too, and have every method', async () => {
    const connection = await db.connect();
    await connection.exec('CREATE TABLE t (i INTEGER)');
    const insert = await connection.prepare('INSERT INTO t VALUES (?)');
    await insert.run(4);
    await insert.finalize();
    connection.prepareSync('INSERT INTO t VALUES (5)').runSync();
    expect(await connection.all('SELECT i FROM t WHERE i > ? ORDER BY i', 3)).toEqual([{ i: 4 }, { i: 5 }]);
    await connection.close();
  });

  it('reject and throw after close, in the words of the library', async () => {
    const connection = await db.connect();
    await connection.close();
    await expect(connection.all('SELECT 1')).rejects.toThrow('Connection.all: uninitialized connection');
    await expect(connection.run('SELECT 1')).rejects.toThrow('uninitialized connection');
    await expect(connection.exec('SELECT 1')).rejects.toThrow('Connection.exec: uninitialized connection');
    await expect(connection.prepare('SELECT 1')).rejects.toThrow('Connection.prepare: uninitialized connection');
    await expect(connection.close()).rejects.toThrow('Connection.close: uninitialized connection');
    expect(() => connection.stream('SELECT 1')).toThrow('Connection.stream: uninitialized connection');
    expect(() => connection.each('SELECT 1')).toThrow('Connection.each: uninitialized connection');
    expect(() => connection.prepareSync('SELECT 1')).toThrow('uninitialized connection');
  });
});

describe('functions in JavaScript', () => {
  it('take the values of rows and give back the type they were registered with', async () => {
    db.register_udf('add', 'integer', (x: number, y: number, z: number) => x + y + z);
    db.register_udf('shout', 'text', (text: string) => `${text}!`);
    db.register_udf('twice', 'bigint', (i: bigint) => i * 2n);
    expect(await one('add(21, 20, 1)')).toBe(42);
    expect(await db.all(`SELECT shout(s) AS v FROM (VALUES ('a'), ('b')) t(s)`)).toEqual([{ v: 'a!' }, { v: 'b!' }]);
    expect(await db.all('SELECT sum(twice(range)) AS n FROM range(5000)')).toEqual([{ n: 24_995_000n }]);
    await db.unregister_udf('add');
  });

  it('that throw make the query fail', async () => {
    db.register_udf('fails', 'integer', () => {
      throw new Error('not today');
    });
    await expect(db.all('SELECT fails(1)')).rejects.toThrow(/UDF Execution Error: not today/);
    expect(() => db.register_udf('fails', 'integer', () => 1)).toThrow('UDF with this name already exists');
  });
});

describe('the rest of Database', () => {
  it('has serialize, parallelize and wait', async () => {
    let inserted = false;
    void db.run('CREATE TABLE t (i INTEGER)').then(() => (inserted = true));
    await db.wait();
    expect(inserted).toBe(true);
    expect(await Promise.all([db.serialize(), db.parallelize()])).toEqual([undefined, undefined]);
  });

  it('close waits for what was asked before, and the file has it', async () => {
    const done = [db.run('CREATE TABLE t (i INTEGER)'), db.run('INSERT INTO t VALUES (1)')];
    await db.close();
    await Promise.all(done);
    db = await Database.create(path);
    expect(await db.all('SELECT i FROM t')).toEqual([{ i: 1 }]);
  });

  it('rejects and throws after close, in the words of the library', async () => {
    await db.close();
    await expect(db.all('SELECT 1')).rejects.toThrow('Database.all: uninitialized database');
    await expect(db.run('SELECT 1')).rejects.toThrow('uninitialized database');
    await expect(db.exec('SELECT 1')).rejects.toThrow('Database.exec: uninitialized database');
    await expect(db.prepare('SELECT 1')).rejects.toThrow('Database.prepare: uninitialized database');
    await expect(db.close()).rejects.toThrow('Database.close: uninitialized database');
    expect(() => db.each('SELECT 1')).toThrow('Database.each: uninitialized database');
    expect(() => db.stream('SELECT 1')).toThrow('Database.stream: uninitialized database');
    expect(() => db.interrupt()).toThrow('Database.interrupt: uninitialized database');
  });
});
