import { Database, OPEN_CREATE, OPEN_READONLY, OPEN_READWRITE, Statement, type DuckDbError, type RowData } from '@hub/store/duckdb-async'; // prettier-ignore
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeFile } from '../../support/store-file.js';

// Written for duckdb-async 1.4.2 from its README, types and sources (its binary was not to be had): with another name in the
// first line it says what that library does. What differs on purpose is in differences.test.ts.

let file: Awaited<ReturnType<typeof storeFile>>;
let db: Database;

beforeEach(async () => {
  file = await storeFile();
  db = await Database.create(file.path);
});

afterEach(async () => {
  await db.close().catch(() => undefined); // some tests close it themselves
  await file[Symbol.asyncDispose]();
});

const failureOf = (work: Promise<unknown>): Promise<DuckDbError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as DuckDbError,
  );

const one = async (expression: string): Promise<unknown> => {
  const [row] = await db.all(`SELECT (${expression}) AS v`);
  return row?.v;
};

describe('Database.create', () => {
  it('takes a path alone, a flag, or settings', async () => {
    const flagged = await Database.create(':memory:', OPEN_READWRITE | OPEN_CREATE);
    expect(await flagged.all('SELECT 42 AS a')).toEqual([{ a: 42 }]);
    await flagged.close();
    const set = await Database.create(':memory:', { access_mode: 'READ_WRITE', max_memory: '512MB', threads: '2' });
    expect(await set.all(`SELECT current_setting('threads') AS n`)).toEqual([{ n: 2n }]);
    await set.close();
  });

  it('tells DuckDB the name of the library', async () => {
    const [row] = await db.all('PRAGMA user_agent');
    expect(row?.user_agent).toMatch(/duckdb\/[^ ]* nodejs-async/);
  });

  it('gives each :memory: a database of its own', async () => {
    const [first, second] = await Promise.all([Database.create(':memory:'), Database.create(':memory:')]);
    await first.run('CREATE TABLE t (i INTEGER)');
    expect((await failureOf(second.all('SELECT * FROM t'))).message).toContain('Table with name t does not exist');
    await Promise.all([first.close(), second.close()]);
  });

  it('opens read-only what is there, and then refuses to write', async () => {
    await db.exec('CREATE TABLE t AS SELECT 1 AS a');
    await db.close();
    const reader = await Database.create(file.path, OPEN_READONLY);
    expect(await reader.all('SELECT a FROM t')).toEqual([{ a: 1 }]);
    expect(await failureOf(reader.run('INSERT INTO t VALUES (2)'))).toMatchObject({
      code: 'DUCKDB_NODEJS_ERROR',
      message: expect.stringContaining('read-only mode') as string,
    });
    await reader.close();
  });

  it('rejects a :memory: that is read-only, an unknown option, a wrong value and a file of another kind', async () => {
    const inMemory = await failureOf(Database.create(':memory:', OPEN_READONLY));
    expect(inMemory.message).toContain('Cannot launch in-memory database in read-only mode!');
    expect((await failureOf(Database.create(':memory:', { nonsense: '1' }))).message).toContain('nonsense');
    const threads = await failureOf(Database.create(':memory:', { threads: 'many' }));
    expect(threads.message).toContain('Failed to set configuration option threads');
    await expect(Database.create(`${file.path}/not/there.duckdb`)).rejects.toMatchObject({
      errno: -1,
      errorType: 'IO',
    });
  });
});

describe('all', () => {
  it('gives rows as objects, in the order of the query', async () => {
    expect(await db.all('SELECT * FROM range(1, 4)')).toEqual([{ range: 1n }, { range: 2n }, { range: 3n }]);
  });

  it('gives an empty array for no rows and for a definition', async () => {
    expect(await db.all('SELECT 1 WHERE false')).toEqual([]);
    expect(await db.all('CREATE TABLE t (i INTEGER)')).toEqual([]);
  });

  it('gives the number of changed rows for a change', async () => {
    await db.run('CREATE TABLE t (i INTEGER)');
    expect(await db.all('INSERT INTO t VALUES (1), (2)')).toEqual([{ Count: 2n }]);
    expect(await db.all('UPDATE t SET i = 3')).toEqual([{ Count: 2n }]);
    expect(await db.all('DELETE FROM t WHERE i = 4')).toEqual([{ Count: 0n }]);
    expect(await db.all('INSERT INTO t VALUES (7) RETURNING i + 1 AS next')).toEqual([{ next: 8 }]);
  });

  it('runs all statements and gives the rows of the last, which alone takes the parameters', async () => {
    const rows = await db.all(
      'CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (2); SELECT i FROM t WHERE i > ?',
      1,
    );
    expect(rows).toEqual([{ i: 2 }]);
  });

  it('stops at the first of several statements that fails', async () => {
    await expect(db.all('CREATE TABLE t (i INTEGER); SELECT nothing; DROP TABLE t')).rejects.toThrow(/nothing/);
    expect(await db.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 0n }]);
  });

  it('lets the later of two columns with one name win', async () => {
    expect(await db.all('SELECT 1 AS a, 2 AS a')).toEqual([{ a: 2 }]);
  });

  it('gives more rows than one chunk holds', async () => {
    const rows = await db.all('SELECT range AS i, range % 7 AS m FROM range(10000)');
    expect(rows).toHaveLength(10_000);
    expect(rows[9_999]).toEqual({ i: 9_999n, m: 3n });
  });

  it('has nothing to do for an empty text', async () => {
    expect(await failureOf(db.all(''))).toMatchObject({ message: 'Invalid Input Error: No statement to prepare!' });
    expect(await failureOf(db.all('-- nothing'))).toMatchObject({ errorType: 'Invalid Input' });
  });
});

describe('values of rows', () => {
  it.each<[sql: string, value: unknown]>([
    ['true', true],
    ['NULL', null],
    ['(-128)::TINYINT', -128],
    ['32767::SMALLINT', 32_767],
    ['2147483647::INTEGER', 2_147_483_647],
    ['4294967295::UINTEGER', 4_294_967_295],
    ['(-9223372036854775807)::BIGINT', -9_223_372_036_854_775_807n],
    ['18446744073709551615::UBIGINT', 18_446_744_073_709_551_615n],
    ['170141183460469231731687303715884105727::HUGEINT', 2n ** 127n - 1n],
    ['340282366920938463463374607431768211455::UHUGEINT', 2n ** 128n - 1n],
    ['SELECT sum(range) FROM range(4)', 6n], // a HUGEINT
    ['SELECT count(*) FROM range(4)', 4n],
    ['1.5::FLOAT', 1.5],
    ['0.1::DOUBLE', 0.1],
    [`'nan'::DOUBLE`, Number.NaN],
    ['58100.25::DECIMAL(18,4)', 58_100.25],
    ['(-999.9)::DECIMAL(4,1)', -999.9],
    [`'삼성전자'`, '삼성전자'],
    [`'{"a": 1}'::JSON`, '{"a": 1}'],
    [`DATE '2021-01-01'`, new Date('2021-01-01T00:00:00.000Z')],
    [`TIMESTAMP '2021-01-01 09:00:00.123456'`, new Date('2021-01-01T09:00:00.123Z')],
    [`'2021-01-01 09:00:00+09'::TIMESTAMPTZ`, new Date('2021-01-01T00:00:00.000Z')],
    [`'1990-01-01'::TIMESTAMP_S`, new Date('1990-01-01T00:00:00.000Z')],
    [`'1990-01-01 00:00:00.5'::TIMESTAMP_MS`, new Date('1990-01-01T00:00:00.500Z')],
    [`'1990-01-01 00:00:00.123456789'::TIMESTAMP_NS`, new Date('1990-01-01T00:00:00.123Z')],
    [`TIMESTAMP '1969-12-31 23:59:59.9995'`, new Date(0)], // cut towards zero
    [`TIME '11:10:10'`, '11:10:10'],
    [`'00:00:00+15:59:59'::TIMETZ`, '00:00:00+15:59:59'],
    ['INTERVAL 4 MONTH + INTERVAL 5 DAY + INTERVAL 1 MINUTE', { months: 4, days: 5, micros: 60_000_000 }],
    [`'\\x00\\xFFa'::BLOB`, Buffer.from([0, 255, 97])],
    [`'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID`, 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    [`'b'::ENUM('a', 'b')`, 'b'],
    [`'10101'::BIT`, '10101'],
    [`['duck', NULL, 'goose']`, ['duck', null, 'goose']],
    ['[[1], [], NULL]', [[1], [], null]],
    [`[DATE '1970-01-02']`, [new Date('1970-01-02T00:00:00.000Z')]],
    [`{'x': 1, 'y': {'a': 'b'}, 'z': NULL}`, { x: 1, y: { a: 'b' }, z: null }],
    [`[{'a': 42, 'b': [1, NULL]}, NULL]`, [{ a: 42, b: [1, null] }, null]],
    [`MAP {'key1': 'a', 'key2': 'goose'}`, '{key1=a, key2=goose}'],
    ['MAP {}', '{}'],
    ['[1, 2, 3]::INTEGER[3]', '[1, 2, 3]'],
    [`union_value(name := 'Frank')`, 'Frank'],
  ])('%s', async (sql, value) => {
    expect(await one(sql)).toEqual(value);
  });
});

describe('parameters', () => {
  it.each<[value: unknown, type: string, back: unknown]>([
    ['text', 'VARCHAR', 'text'],
    [7, 'INTEGER', 7],
    [3_000_000_000, 'DOUBLE', 3_000_000_000],
    [1.5, 'DOUBLE', 1.5],
    [false, 'BOOLEAN', false],
    [new Date('2026-11-02T00:00:00.000Z'), 'DATE', new Date('2026-11-02T00:00:00.000Z')],
    [new Date('2026-11-02T09:00:00.001Z'), 'TIMESTAMP', new Date('2026-11-02T09:00:00.001Z')],
    [Buffer.from([0, 1, 255]), 'BLOB', Buffer.from([0, 1, 255])],
    [/a+b/, 'VARCHAR', '/a+b/'],
    [[1, 2], 'VARCHAR', '1,2'], // as ever: an array is its text
    [{ a: 1 }, 'VARCHAR', '[object Object]'],
  ])('%o is bound as %s', async (value, type, back) => {
    expect(await db.all('SELECT typeof($1) AS type, $1 AS value', value)).toEqual([{ type, value: back }]);
  });

  it('are positional, as ? and as $1, and may be null', async () => {
    expect(await db.all('SELECT ? AS a, ? AS b', 'x', null)).toEqual([{ a: 'x', b: null }]);
    expect(await db.all('SELECT $2 AS a, $1 AS b', 1, 2)).toEqual([{ a: 2, b: 1 }]);
    expect(await db.all('SELECT * FROM range(?, ?)', 1, 3)).toEqual([{ range: 1n }, { range: 2n }]);
  });

  it('are left out when they are undefined', async () => {
    expect(await db.all('SELECT ? AS a', undefined, 5)).toEqual([{ a: 5 }]);
  });

  it('are refused when there are too few or too many', async () => {
    const few = await failureOf(db.all('SELECT ?, ?', 1));
    expect(few).toMatchObject({ errorType: 'Invalid Input', code: 'DUCKDB_NODEJS_ERROR' });
    expect(few.message).toContain('Values were not provided for the following prepared statement parameters: 2');
    expect((await failureOf(db.all('SELECT ?', 1, 2))).message).toContain('excess parameters: 2');
    expect(await failureOf(db.all('SELECT ?'))).toMatchObject({ errorType: 'Invalid Input' });
  });
});

describe('errors', () => {
  it.each([
    ['SELEC 1', 'Parser', 'syntax error at or near "SELEC"'],
    ['SELECT * FROM bogus', 'Catalog', 'Table with name bogus does not exist!'],
    [`SELECT CAST('a' AS INTEGER)`, 'Conversion', `Could not convert string 'a' to INT32`],
    ['SELECT nope', 'Binder', 'nope'],
    ['COMMIT', 'TransactionContext', 'no transaction is active'],
    [`SELECT error('mine')`, 'Invalid Input', 'mine'],
  ])('%s is a failure of type %s', async (sql, errorType, text) => {
    const error = await failureOf(db.all(sql));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ errno: -1, code: 'DUCKDB_NODEJS_ERROR', errorType, name: 'Error' });
    expect(error.message).toMatch(new RegExp(`^${errorType} Error: `));
    expect(error.message).toContain(text);
  });

  it('leave the connection usable, from every method', async () => {
    await expect(db.run('INSERT INTO bogus VALUES (1)')).rejects.toThrow(/bogus/);
    await expect(db.exec('SELECT 1; SELECT * FROM bogus')).rejects.toMatchObject({ errorType: 'Catalog' });
    await expect(db.prepare('SELECT * FROM bogus')).rejects.toMatchObject({ errorType: 'Catalog' });
    expect(await db.all('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('of a constraint keep what was there', async () => {
    await db.exec('CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)');
    await expect(db.run('INSERT INTO t VALUES (2), (1)')).rejects.toMatchObject({ errorType: 'Constraint' });
    expect(await db.all('SELECT i FROM t')).toEqual([{ i: 1 }]);
  });
});

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
    db = await Database.create(file.path);
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
