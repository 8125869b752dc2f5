import { Connection, Database, FacadeUnsupported, QueryResult, Statement } from '@hub/store/duckdb-async';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

// What is not as in duckdb-async 1.4.2, on purpose. Each is in docs/guide/moving-from-duckdb-async.md.

const inMemory = async () => {
  const db = await Database.create(':memory:');
  return Object.assign(db, { [Symbol.asyncDispose]: () => db.close().catch(() => undefined) });
};

describe('better than before', () => {
  it.each<[value: bigint, type: string]>([
    [-(2n ** 63n), 'BIGINT'],
    [2n ** 63n, 'HUGEINT'],
    [-(2n ** 127n), 'HUGEINT'],
    [2n ** 128n - 1n, 'UHUGEINT'],
  ])('binds %d as %s instead of NULL', async (value, type) => {
    await using db = await inMemory();
    expect(await db.all('SELECT ? AS v, typeof($1) AS type', value)).toEqual([{ v: value, type }]);
  });

  it.each([
    [2n ** 128n, /parameter 1 has more than 128 bits/],
    [new Date(Number.NaN), /parameter 1 is an invalid Date/],
    [Symbol('x'), /parameter 1 is a symbol/],
  ])('refuses %s instead of binding something else', async (value, message) => {
    await using db = await inMemory();
    await expect(db.all('SELECT ?', value)).rejects.toThrow(message);
    await expect(db.all('SELECT ?', value)).rejects.toMatchObject({ errorType: 'Invalid Input', errno: -1 });
  });

  it('says what to do when an array was meant to be several parameters', async () => {
    await using db = await inMemory();
    await expect(db.all('SELECT ?, ?', [1, 2])).rejects.toThrow(/spread it, all\(sql, \.\.\.values\)/);
  });

  it('gives a statement that works from run and runSync', async () => {
    await using db = await inMemory();
    const statement = await db.run('SELECT ? AS a', 1);
    expect(await statement.all(2)).toEqual([{ a: 2 }]);
    expect(await db.runSync('SELECT 3 AS a').all()).toEqual([{ a: 3 }]);
    await statement.finalize();
  });

  it('reads a stream to its end although the connection does other things meanwhile', async () => {
    await using db = await inMemory();
    await db.exec('CREATE TABLE t AS SELECT range AS i FROM range(10000); CREATE TABLE seen (i BIGINT)');
    let rows = 0;
    for await (const row of db.stream('SELECT i FROM t')) {
      if (rows++ % 1_000 === 0) await db.run('INSERT INTO seen VALUES (?)', row.i);
    }
    expect(rows).toBe(10_000);
    expect(await db.all('SELECT count(*) AS n FROM seen')).toEqual([{ n: 10n }]);
  });

  it('fails before the first row when a query fails at a later one', async () => {
    await using db = await inMemory();
    const rows = db.stream(`SELECT CASE WHEN range = 90000 THEN error('row 90000') END FROM range(100000)`);
    await expect(rows.next()).rejects.toThrow('row 90000');
  });

  it('interrupts what runs', async () => {
    await using db = await inMemory();
    const connection = await db.connect();
    const endless = connection.all('SELECT count(*) FROM range(1000000000000) a, range(1000000) b');
    const interrupting = setInterval(() => db.interrupt(), 5); // the first ones may come before it runs
    const ended = endless.finally(() => clearInterval(interrupting));
    await expect(ended).rejects.toMatchObject({ errorType: 'INTERRUPT' });
    expect(await connection.all('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('hands what a callback of each throws to the process, and goes on', async () => {
    await using db = await inMemory();
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught = once(process, 'uncaughtException');
    let calls = 0;
    db.each('SELECT * FROM range(10)', () => {
      calls++;
      throw new Error('of the callback');
    });
    expect((await uncaught)[0]).toMatchObject({ message: 'of the callback' });
    for (const other of others) process.on('uncaughtException', other);
    expect(await db.all('SELECT 1 AS a')).toEqual([{ a: 1 }]);
    expect(calls).toBe(1);
  });
});

describe('stricter than before', () => {
  it('finalize frees the statement, after the calls before it', async () => {
    await using db = await inMemory();
    const statement = await db.prepare('SELECT 1 AS a');
    const before = statement.all();
    const finalizing = statement.finalize();
    await expect(statement.all()).rejects.toMatchObject({ message: 'statement was finalized', errno: -1 });
    expect(await before).toEqual([{ a: 1 }]);
    await finalizing;
    await expect(statement.finalize()).resolves.toBeUndefined();
  });

  it('closing a database closes its connections; closing those as well does no harm', async () => {
    const db = await inMemory();
    const connection = await db.connect();
    const statement = await connection.prepare('SELECT 1');
    await db.close();
    const closed = {
      code: 'DUCKDB_NODEJS_ERROR',
      errorType: 'Connection',
      message: 'Connection Error: Connection was never established or has been closed already',
    };
    await expect(connection.all('SELECT 1')).rejects.toMatchObject(closed);
    await expect(statement.all()).rejects.toMatchObject(closed);
    await expect(statement.finalize()).resolves.toBeUndefined();
    await expect(connection.close()).resolves.toBeUndefined();
    await expect(db.connect()).rejects.toThrow('Database.connect: uninitialized database');
  });

  it('calls during close are refused, not lost', async () => {
    const db = await inMemory();
    const closing = db.close();
    const early = db.connect();
    await expect(db.run('CREATE TABLE t (i INTEGER)')).rejects.toMatchObject({ errorType: 'Connection' });
    await expect(early).rejects.toMatchObject({ errorType: 'Connection' });
    await closing;
    await expect(db.close()).rejects.toThrow('uninitialized database');
  });

  it('connecting is refused at every moment of close', async () => {
    const db = await inMemory();
    const closing = db.close();
    const outcomes: Promise<string>[] = [];
    for (let attempt = 0; attempt < 20; attempt++) {
      const connecting = db.connect();
      outcomes.push(
        connecting.then(
          () => 'connected',
          (error: unknown) => (error as Error).message,
        ),
      );
      await Promise.resolve(); // on to the next step of close
    }
    await closing;
    const reasons = new Set(await Promise.all(outcomes));
    expect(reasons).not.toContain('connected');
    expect(reasons).toContain('Invalid database object');
  });

  it('of two closings at once the second is told so', async () => {
    const db = await inMemory();
    const first = db.close();
    await expect(db.close()).rejects.toMatchObject({
      message: 'Database was already closed',
      code: 'DUCKDB_NODEJS_ERROR',
    });
    await expect(first).resolves.toBeUndefined();
  });

  it('a function that was unregistered keeps its name in DuckDB, and fails', async () => {
    await using db = await inMemory();
    db.register_udf('f', 'integer', () => 1);
    expect(await db.all('SELECT f() AS v')).toEqual([{ v: 1 }]);
    await db.unregister_udf('f');
    await db.unregister_udf('never');
    await expect(db.all('SELECT f() AS v')).rejects.toThrow('f was unregistered');
    expect(() => db.register_udf('f', 'varchar', () => 'again')).toThrow(/second return type/);
    const connection = await db.connect();
    connection.register_udf('f', 'INT', () => 2);
    expect(await db.all('SELECT f() AS v')).toEqual([{ v: 2 }]);
  });
});

describe('functions in JavaScript', () => {
  it.each<[type: string, result: unknown, value: unknown]>([
    ['boolean', 1, true],
    ['tinyint', 257, 1],
    ['smallint', -1.9, -1],
    ['integer', '12', 12],
    ['INT', 2 ** 32, 0],
    ['bigint', 2n ** 62n, 2n ** 62n],
    ['ubigint', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['double', 0.5, 0.5],
    ['string', 7, '7'],
    ['blob', Buffer.from([1, 0]), Buffer.from([1, 0])],
    ['timestamp', 1_000_000n, new Date(1_000)],
    ['varchar', undefined, null],
  ])('return %s', async (type, result, value) => {
    await using db = await inMemory();
    db.register_udf('f', type, () => result);
    expect(await db.all('SELECT f() AS v')).toEqual([{ v: value }]);
  });

  it('get values of every type, times in microseconds', async () => {
    await using db = await inMemory();
    const seen: unknown[][] = [];
    db.register_udf('f', 'boolean', (...args: unknown[]) => seen.push(args) > 0);
    await db.all(`SELECT f(i, i::BIGINT, s, TIMESTAMP '1970-01-01 00:00:01', [i], {'a': i}, 1.5::DECIMAL(3,1), i > 1)
      FROM (VALUES (1, 'a'), (2, NULL)) t(i, s)`);
    expect(seen).toEqual([
      [1, 1n, 'a', 1_000_000n, [1], { a: 1 }, 1.5, false],
      [2, 2n, null, 1_000_000n, [2], { a: 2 }, 1.5, true],
    ]);
  });

  it('fail with what is wrong: a return type that cannot be, a value that does not fit', async () => {
    await using db = await inMemory();
    expect(() => db.register_udf('f', 'MAP(INTEGER, INTEGER)', () => 1)).toThrow(FacadeUnsupported);
    db.register_udf('g', 'bigint', () => 1);
    await expect(db.all('SELECT g()')).rejects.toThrow(/UDF Execution Error: .*BigInt/);
  });
});

describe('what is not there', () => {
  it('says so, and what to use instead', async () => {
    await using db = await inMemory();
    const connection = await db.connect();
    const statement = await db.prepare('SELECT 1');
    const missing = { code: 'HUB_FACADE_UNSUPPORTED', name: 'FacadeUnsupported' };
    await expect(db.arrowIPCAll('SELECT 1')).rejects.toMatchObject({ ...missing, method: 'Database.arrowIPCAll' });
    await expect(connection.arrowIPCStream('SELECT 1')).rejects.toMatchObject({ method: 'Connection.arrowIPCStream' });
    await expect(statement.arrowIPCAll()).rejects.toMatchObject({
      method: 'Statement.arrowIPCAll',
      remedy: expect.stringContaining('COPY') as string,
    });
    await expect(db.register_buffer('b', [], true)).rejects.toMatchObject(missing);
    await expect(db.unregister_buffer('b')).rejects.toMatchObject(missing);
    await expect(db.registerReplacementScan(() => null)).rejects.toMatchObject(missing);
    expect(() => connection.register_bulk('f', 'integer', () => 1)).toThrow(/register_udf/);
    expect(() => db.get_ddb_internal()).toThrow(/@duckdb\/node-api/);
    expect(() => Statement.create_internal({})).toThrow(/prepare/);
    await statement.finalize();
  });

  it('does not hide that the rest is: Connection.create and the classes', async () => {
    await using db = await inMemory();
    const connection = await Connection.create(db);
    expect(await connection.all('SELECT 1 AS a')).toEqual([{ a: 1 }]);
    await using rows = connection.stream('SELECT 1 AS a');
    expect(rows).toBeInstanceOf(QueryResult);
    expect(await rows.next()).toEqual({ done: false, value: { a: 1 } });
  });
});
