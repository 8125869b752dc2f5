import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import { each } from './each.js';
import { duckDbError } from './error.js';
import { valuesAmong } from './parameter.js';
import type { EachArguments, TableData } from './row.js';
import { runPrepared, type Session } from './session.js';
import { type ColumnInfo, columnsOf } from './type-info.js';
import { unsupported } from './unsupported.js';
import { allRows } from './value.js';

/** Made by `prepare` and `run` of a database or a connection, and gone with that connection. */
export class Statement {
  readonly sql: string;
  readonly #session: Session;
  #prepared: Promise<DuckDBPreparedStatement> | undefined;
  #columns: ColumnInfo[] = [];
  #finalized = false;

  constructor(session: Session, sql: string) {
    this.#session = session;
    this.sql = sql;
  }

  /** Not here: throws HUB_FACADE_UNSUPPORTED. */
  static readonly create_internal: (stmt: unknown) => Statement = () => {
    throw unsupported('Statement', 'create_internal');
  };

  /** Takes its turn now, also when nobody waits for it. A failure then shows at the first use, too. */
  prepared(): Promise<DuckDBPreparedStatement> {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }

  #prepare(): Promise<DuckDBPreparedStatement> {
    const preparing = this.#session.prepare(this.sql, async (connection, prepared) => {
      this.#columns = await columnsOf(connection, prepared);
    });
    preparing.catch(() => undefined);
    return preparing;
  }

  #query<T>(args: readonly unknown[], use: (result: Answer) => T | Promise<T>): Promise<T> {
    if (this.#finalized) return Promise.reject(duckDbError('statement was finalized', 'Invalid'));
    const preparing = this.prepared();
    return this.#session.turn(async () => use(await runPrepared(await preparing, valuesAmong(args))));
  }

  /** All rows; `args` are the parameters. */
  all(...args: unknown[]): Promise<TableData> {
    return this.#query(args, allRows);
  }

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly arrowIPCAll: (...args: unknown[]) => Promise<Uint8Array[]> = () =>
    Promise.reject(unsupported('Statement', 'arrowIPCAll'));

  /** Calls back with `(error, row)` for each row. A second function is called at the end with the number of rows. */
  each(...args: EachArguments): void {
    each(args, (use) => this.#query(args, use));
  }

  /** Like `run`, without waiting for it: a failure is not told. */
  runSync(...args: unknown[]): this {
    this.run(...args).catch(() => undefined); // as before: who does not wait does not hear of it
    return this;
  }

  /** Runs it with these parameters, for what it does. */
  run(...args: unknown[]): Promise<this> {
    return this.#query(args, () => this);
  }

  /** Frees it after the calls before. Afterwards `run`, `all` and `each` fail; `finalize` may be called again. */
  finalize(): Promise<void> {
    const preparing = this.#finalized ? undefined : this.#prepared;
    this.#finalized = true;
    return this.#session.settle(async () => {
      const prepared = await preparing?.catch(() => undefined);
      if (!this.#session.closed) prepared?.destroySync(); // else it went with the connection
    });
  }

  /** Names and types of the result. Empty while `prepareSync` is not done. */
  columns(): ColumnInfo[] {
    return this.#columns;
  }
}

type Answer = Awaited<ReturnType<typeof runPrepared>>;
