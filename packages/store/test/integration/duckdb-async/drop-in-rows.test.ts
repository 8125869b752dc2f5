import { Database, OPEN_CREATE, OPEN_READONLY, OPEN_READWRITE } from '@hub/store/duckdb-async'; // prettier-ignore
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
    const reader = await Database.create(path, OPEN_READONLY);
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
    await expect(Database.create(`${path}/not/there.duckdb`)).rejects.toMatchObject({
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
