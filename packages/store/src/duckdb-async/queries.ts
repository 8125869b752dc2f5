import { each } from './each.js';
import { valuesAmong } from './parameter.js';
import { QueryResult } from './query-result.js';
import type { EachArguments, RowData, TableData } from './row.js';
import type { Session } from './session.js';
import { Statement } from './statement.js';
import type { UdfBody } from './udf.js';
import { unsupported } from './unsupported.js';
import { allRows, rowChunks } from './value.js';

async function* rowsOf(session: Session, sql: string, args: readonly unknown[]): AsyncGenerator<RowData, undefined> {
  // The answer is whole before its first row comes: see docs/decisions/0006-duckdb-async-facade.md.
  const result = await session.query(sql, valuesAmong(args), (answer) => answer);
  for await (const rows of rowChunks(result)) yield* rows;
}

/** More may be given; it is not used. */
type OnlySql = [sql: string, ...args: unknown[]];

/** What `Database` and `Connection` have in common; a database runs it on a connection of its own. */
export abstract class Queries {
  protected abstract readonly owner: 'Connection' | 'Database';

  /** Throws when it is closed. */
  protected abstract session(method: string): Session;

  /** The rows of the last statement in `sql`; `args` are its parameters. */
  async all(sql: string, ...args: unknown[]): Promise<TableData> {
    return this.session('all').query(sql, valuesAmong(args), allRows);
  }

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly arrowIPCAll: (sql: string, ...args: unknown[]) => Promise<Uint8Array[]> = () =>
    Promise.reject(unsupported(this.owner, 'arrowIPCAll'));

  /** Calls back with `(error, row)` for each row. A second function is called at the end with the number of rows. */
  each(sql: string, ...args: EachArguments): void {
    const session = this.session('each');
    each(args, (use) => session.query(sql, valuesAmong(args), use));
  }

  /** Runs all statements of `sql`, without parameters. */
  async exec(...[sql]: OnlySql): Promise<void> {
    await this.session('exec').turn((connection) => connection.run(sql));
  }

  /** Like `prepare`, without waiting for it: what is wrong shows at the first use. */
  prepareSync(...[sql]: OnlySql): Statement {
    const statement = new Statement(this.session('prepareSync'), sql);
    void statement.prepared().catch(() => undefined);
    return statement;
  }

  /** Of several statements in `sql` the last is prepared; the others run now. */
  async prepare(...[sql]: OnlySql): Promise<Statement> {
    const statement = new Statement(this.session('prepare'), sql);
    await statement.prepared();
    return statement;
  }

  /** Like `run`, without waiting for it: a failure is not told. */
  runSync(sql: string, ...args: unknown[]): Statement {
    const session = this.session('runSync');
    void session.query(sql, valuesAmong(args), () => undefined).catch(() => undefined);
    return new Statement(session, sql);
  }

  /** Runs `sql` with its parameters, and resolves with a statement of it when it is done. */
  async run(sql: string, ...args: unknown[]): Promise<Statement> {
    const session = this.session('run');
    await session.query(sql, valuesAmong(args), () => undefined);
    return new Statement(session, sql);
  }

  /** All connections of the database know the function, until `unregister_udf` or `close` of the database. */
  register_udf(name: string, return_type: string, fun: UdfBody): void {
    this.session('register_udf').registerUdf(name, return_type, fun);
  }

  /** Queries that call the function fail from now on. */
  async unregister_udf(name: string): Promise<void> {
    await this.session('unregister_udf').unregisterUdf(name);
  }

  /** The rows one by one; the query runs with the first `next()`. */
  stream(sql: string, ...args: unknown[]): QueryResult {
    return new QueryResult(rowsOf(this.session('stream'), sql, args));
  }

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly arrowIPCStream: (sql: string, ...args: unknown[]) => Promise<AsyncIterableIterator<Uint8Array>> = () =>
    Promise.reject(unsupported(this.owner, 'arrowIPCStream'));

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly register_buffer: (name: string, array: unknown, force: boolean) => Promise<void> = () =>
    Promise.reject(unsupported(this.owner, 'register_buffer'));

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly unregister_buffer: (name: string) => Promise<void> = () =>
    Promise.reject(unsupported(this.owner, 'unregister_buffer'));
}
