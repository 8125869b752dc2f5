import { Connection, Database, OPEN_READONLY, QueryResult, Statement } from '@hub/store/duckdb-async';
import type { ColumnInfo, DuckDbError, RowData, TableData } from '@hub/store/duckdb-async';
import { expect, expectTypeOf, it } from 'vitest';

// The signatures of duckdb-async 1.4.2: what compiled against it compiles here. `tsc -p tsconfig.tests.json` checks them.

it('has the signatures of duckdb-async', () => {
  expectTypeOf(Database.create).toBeCallableWith('a.duckdb');
  expectTypeOf(Database.create).toBeCallableWith('a.duckdb', OPEN_READONLY);
  expectTypeOf(Database.create).toBeCallableWith(':memory:', { threads: '4' });
  expectTypeOf(Database.create).returns.resolves.toEqualTypeOf<Database>();
  expectTypeOf(Connection.create).returns.resolves.toEqualTypeOf<Connection>();
  for (const methods of [Database.prototype, Connection.prototype]) {
    expectTypeOf(methods.all).returns.resolves.toEqualTypeOf<TableData>();
    expectTypeOf(methods.run).returns.resolves.toEqualTypeOf<Statement>();
    expectTypeOf(methods.exec).returns.resolves.toBeVoid();
    expectTypeOf(methods.prepare).returns.resolves.toEqualTypeOf<Statement>();
    expectTypeOf(methods.prepareSync).returns.toEqualTypeOf<Statement>();
    expectTypeOf(methods.runSync).returns.toEqualTypeOf<Statement>();
    expectTypeOf(methods.stream).returns.toEqualTypeOf<QueryResult>();
    expectTypeOf(methods.all).toBeCallableWith('SELECT ?, ?', 1, new Date(0));
    expectTypeOf(methods.exec).toBeCallableWith('SELECT 1', 'unused');
    expectTypeOf(methods.register_udf).toBeCallableWith('f', 'integer', (x: number, y: number) => x + y);
    expectTypeOf(methods.unregister_udf).returns.resolves.toBeVoid();
    expectTypeOf(methods.arrowIPCAll).returns.resolves.toEqualTypeOf<Uint8Array[]>();
    expectTypeOf(methods.close).returns.resolves.toBeVoid();
  }
  expectTypeOf(Database.prototype.connect).returns.resolves.toEqualTypeOf<Connection>();
  expectTypeOf(Database.prototype.wait).returns.resolves.toBeVoid();
  expectTypeOf(Database.prototype.interrupt).returns.toBeVoid();
  expectTypeOf(Statement.prototype.all).returns.resolves.toEqualTypeOf<TableData>();
  expectTypeOf(Statement.prototype.columns).returns.toEqualTypeOf<ColumnInfo[]>();
  expectTypeOf(Statement.prototype.finalize).returns.resolves.toBeVoid();
  expect(new Set([Database.name, Connection.name, Statement.name, QueryResult.name]).size).toBe(4);
});

it('types the callbacks of each, rows and errors', () => {
  const callBack = (db: Database): void => {
    db.each('SELECT ?', 1, (error, row) => {
      expectTypeOf(error).toEqualTypeOf<DuckDbError | null>();
      expectTypeOf(row).toEqualTypeOf<RowData>();
    });
    db.each('SELECT 1');
  };
  const asPrice = (row: RowData): number => row.price; // eslint-disable-line @typescript-eslint/no-unsafe-return -- no cast, as before
  const statusOf = (error: DuckDbError): number => ('statusCode' in error ? error.statusCode : error.errno);
  expectTypeOf<RowData[]>().toEqualTypeOf<TableData>();
  expectTypeOf<DuckDbError['code']>().toEqualTypeOf<'DUCKDB_NODEJS_ERROR'>();
  expect([callBack, asPrice, statusOf].map(({ length }) => length)).toEqual([1, 1, 1]);
});
