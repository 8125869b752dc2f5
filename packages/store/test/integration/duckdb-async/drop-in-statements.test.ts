import { Database, Statement, type DuckDbError, type RowData } from '@hub/store/duckdb-async'; // prettier-ignore
import { describe, expect, it } from 'vitest';
import { filePerTest } from '../../support/file-per-test.js';

// Written for duckdb-async 1.4.2 from its README, types and sources (its binary was not to be had): with another name in the
// first line it says what that library does. What differs on purpose is in differences.test.ts.

let db: Database;
filePerTest(
  async (file) => {
    db = await Database.create(file);
  },
  () => db.close(),
);

describe('run, exec', () => {
  it('run executes with parameters', async () => {
    await db.run('CREATE TABLE t (i INTEGER, s VARCHAR)');
    expect(await db.run('INSERT INTO t VALUES (?, ?)', 1, 'a')).toBeInstanceOf(Statement);
    expect(await db.all('SELECT * FROM t')).toEqual([{ i: 1, s: 'a' }]);
  });

  it('exec runs a script with comments and semicolons in strings', async () => {
    await db.exec(`
      -- a table; and more
      CREATE TABLE t (s VARCHAR);
      INSERT INTO t VALUES ('a;b'), ('c');
      CREATE VIEW v AS SELECT count(*) AS n FROM t;
    `);
    expect(await db.all('SELECT n FROM v')).toEqual([{ n: 2n }]);
    await expect(db.exec('')).resolves.toBeUndefined();
  });

  it('runs calls in their order, also when nobody waits, and also over connections', async () => {
    const connection = await db.connect();
    const done = [
      db.run('CREATE TABLE t (i INTEGER)'),
      ...Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? db : connection).run('INSERT INTO t VALUES (?)', i)),
    ];
    expect(await connection.all('SELECT count(*) AS n, max(i) AS last FROM t')).toEqual([{ n: 50n, last: 49 }]);
    await Promise.all(done);
  });

  it('runSync and prepareSync go on without waiting', async () => {
    db.prepareSync('CREATE TABLE t (i INTEGER)').runSync();
    const insert = db.prepareSync('INSERT INTO t VALUES (?)');
    insert.runSync(1).runSync(2);
    await insert.finalize();
    expect(await db.all('SELECT sum(i) AS n FROM t')).toEqual([{ n: 3n }]);
  });
});

describe('each', () => {
  it('calls back for every row, in order', async () => {
    const seen = await new Promise<unknown[]>((resolve, reject) => {
      const rows: unknown[] = [];
      db.each('SELECT range AS i FROM range(5000) WHERE range >= ?', 10, (error: DuckDbError | null, row: RowData) => {
        if (error) reject(error);
        else if (rows.push(row.i) === 4_990) resolve(rows);
      });
    });
    expect(seen).toEqual(Array.from({ length: 4_990 }, (_, i) => BigInt(i + 10)));
  });

  it('tells the number of rows at the end, also when there are none', async () => {
    const countOf = (sql: string) =>
      new Promise((resolve) => {
        db.each(
          sql,
          () => undefined,
          (_error: DuckDbError | null, count: RowData) => resolve(count),
        );
      });
    expect(await countOf('SELECT * FROM range(3000)')).toBe(3_000);
    expect(await countOf('SELECT 1 WHERE false')).toBe(0);
  });

  it('calls back once with what went wrong', async () => {
    const calls: unknown[][] = [];
    db.each('SELECT * FROM bogus', (...call: unknown[]) => void calls.push(call));
    await db.wait();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.[0]).toMatchObject({ errno: -1, errorType: 'Catalog' });
  });
});

describe('stream', () => {
  it('gives every row once', async () => {
    let sum = 0n;
    for await (const row of db.stream('SELECT range AS i FROM range(0, ?)', 10_000)) sum += row.i as bigint;
    expect(sum).toBe(49_995_000n);
  });

  it('fails at the first row when the query is wrong', async () => {
    const rows = db.stream('SELECT * FROM bogus')[Symbol.asyncIterator]();
    await expect(rows.next()).rejects.toMatchObject({ errorType: 'Catalog' });
  });

  it('can be left early, and the connection goes on', async () => {
    for await (const row of db.stream('SELECT range AS i FROM range(100000)')) if (row.i === 5n) break;
    expect(await db.all('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('of a connection sees its open transaction', async () => {
    const connection = await db.connect();
    await connection.exec('BEGIN; CREATE TABLE t AS SELECT 1 AS a');
    const rows: RowData[] = [];
    for await (const row of connection.stream('SELECT a FROM t')) rows.push(row);
    expect(rows).toEqual([{ a: 1 }]);
    await connection.run('ROLLBACK');
    await connection.close();
  });
});

describe('prepared statements', () => {
  it('run many times', async () => {
    await db.run('CREATE TABLE t (i INTEGER, time TIMESTAMP)');
    const insert = await db.prepare('INSERT INTO t VALUES (?, ?)');
    for (let i = 0; i < 10; i++) await insert.run(i, new Date(1_000 + i));
    await insert.finalize();
    const select = await db.prepare('SELECT time FROM t WHERE i = ?');
    expect(await select.all(3)).toEqual([{ time: new Date(1_003) }]);
    expect(await select.all(11)).toEqual([]);
    await select.finalize();
  });

  it('forget the parameters of the run before', async () => {
    const select = await db.prepare('SELECT ? AS a');
    expect(await select.all(1)).toEqual([{ a: 1 }]);
    await expect(select.all()).rejects.toMatchObject({ errorType: 'Invalid Input' });
    expect(await select.all('x')).toEqual([{ a: 'x' }]);
    await select.finalize();
  });

  it('give themselves back from run', async () => {
    const statement = await db.prepare('SELECT 1');
    expect(await statement.run()).toBe(statement);
    expect(statement.runSync()).toBe(statement);
    await statement.finalize();
  });

  it('call back for each row', async () => {
    const statement = await db.prepare('SELECT range AS i FROM range(?)');
    expect(statement.columns()).toEqual([{ name: 'unknown', type: { id: 'UNKNOWN', sql_type: 'UNKNOWN' } }]);
    const rows: unknown[] = [];
    statement.each(3, (_error: DuckDbError | null, row: RowData) => void rows.push(row));
    await db.wait();
    expect(rows).toEqual([{ i: 0n }, { i: 1n }, { i: 2n }]);
    await statement.finalize();
  });

  it('of several statements are the last; the others have run', async () => {
    const statement = await db.prepare('CREATE TABLE t AS SELECT 5 AS i; SELECT i FROM t');
    expect(await statement.all()).toEqual([{ i: 5 }]);
    await statement.finalize();
  });

  it('see a table that changed since', async () => {
    await db.run('CREATE TABLE t (i INTEGER)');
    const count = await db.prepare('SELECT count(*) AS n FROM t');
    await db.exec('DROP TABLE t; CREATE TABLE t AS SELECT range FROM range(3)');
    expect(await count.all()).toEqual([{ n: 3n }]);
    await count.finalize();
  });

  it('tell names and types of their columns', async () => {
    const statement = await db.prepare(
      `SELECT 1 AS i, 1.5::DECIMAL(9,4) AS d, now() AS t, [1] AS l, MAP {'a': 1} AS m, 'a'::ENUM('a', 'b') AS e,
         {'a': 1, 'name': 'x'} AS s, [1, 2]::INTEGER[2] AS f, '{}'::JSON AS j`,
    );
    const integer = { id: 'INTEGER', sql_type: 'INTEGER' };
    const text = { id: 'VARCHAR', sql_type: 'VARCHAR' };
    expect(statement.columns()).toEqual([
      { name: 'i', type: integer },
      { name: 'd', type: { id: 'DECIMAL', sql_type: 'DECIMAL(9,4)', width: 9, scale: 4 } },
      { name: 't', type: { id: 'TIMESTAMP WITH TIME ZONE', sql_type: 'TIMESTAMP WITH TIME ZONE' } },
      { name: 'l', type: { id: 'LIST', sql_type: 'INTEGER[]', child: integer } },
      { name: 'm', type: { id: 'MAP', sql_type: 'MAP(VARCHAR, INTEGER)', key: text, value: integer } },
      { name: 'e', type: { id: 'ENUM', sql_type: `ENUM('a', 'b')`, values: ['a', 'b'] } },
      {
        name: 's',
        type: {
          id: 'STRUCT',
          sql_type: 'STRUCT(a INTEGER, "name" VARCHAR)',
          children: [
            { name: 'a', type: integer },
            { name: 'name', type: text },
          ],
        },
      },
      { name: 'f', type: { id: 'ARRAY', sql_type: 'INTEGER[2]' } },
      { name: 'j', type: { id: 'VARCHAR', sql_type: 'JSON', alias: 'JSON' } },
    ]);
    await statement.finalize();
  });
});
