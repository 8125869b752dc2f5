import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBPreparedStatement } from '@duckdb/node-api';
import { asDuckDbError, closedError, duckDbError, duckDbText, isDuckDbText } from './error.js';
import { bind } from './parameter.js';
import type { Turns } from './turns.js';
import type { UdfBody, Udfs } from './udf.js';

const extract = async (connection: DuckDBConnection, sql: string) => {
  try {
    return await connection.extractStatements(sql);
  } catch (error) {
    // Without any statement the binding fails over its own missing text.
    if (isDuckDbText(duckDbText(error))) throw error;
    throw duckDbError('Invalid Input Error: No statement to prepare!', 'Invalid Input', { cause: error });
  }
};

/** Runs all statements but the last, which is prepared: only its rows and parameters count. */
const prepareLast = async (connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> => {
  const statements = await extract(connection, sql);
  const last = statements.count - 1;
  for (let index = 0; index < last; index++) {
    const prepared = await statements.prepare(index);
    try {
      await prepared.run();
    } finally {
      prepared.destroySync();
    }
  }
  return statements.prepare(last);
};

export const runPrepared = (
  prepared: DuckDBPreparedStatement,
  values: readonly unknown[],
): Promise<DuckDBMaterializedResult> => {
  bind(prepared, values);
  return prepared.run();
};

/** One native connection, opened when it is first used. All work on it waits for its turn. */
export class Session {
  readonly #turns: Turns;
  readonly #udfs: Udfs;
  readonly #open: () => Promise<DuckDBConnection>;
  #connection: DuckDBConnection | undefined;
  #closed = false;

  constructor(turns: Turns, udfs: Udfs, open: () => Promise<DuckDBConnection>) {
    this.#turns = turns;
    this.#udfs = udfs;
    this.#open = open;
  }

  turn<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#closed) throw closedError();
      try {
        this.#connection ??= await this.#open();
        return await work(this.#connection);
      } catch (error) {
        throw asDuckDbError(error);
      }
    });
  }

  /** `look` sees the statement in the same turn. */
  prepare(
    sql: string,
    look: (connection: DuckDBConnection, prepared: DuckDBPreparedStatement) => Promise<void>,
  ): Promise<DuckDBPreparedStatement> {
    return this.turn(async (connection) => {
      const prepared = await prepareLast(connection, sql);
      await look(connection, prepared);
      return prepared;
    });
  }

  /** `use` reads the answer in the same turn, so that nobody sees a later answer first. */
  query<T>(
    sql: string,
    values: readonly unknown[],
    use: (result: DuckDBMaterializedResult) => T | Promise<T>,
  ): Promise<T> {
    return this.turn(async (connection) => {
      const prepared = await prepareLast(connection, sql);
      try {
        return await use(await runPrepared(prepared, values));
      } finally {
        prepared.destroySync();
      }
    });
  }

  registerUdf(name: string, returnType: string, body: UdfBody): void {
    const register = this.#udfs.add(name, returnType, body);
    this.turn(register).catch(() => undefined); // the first query that uses it says that it is not there
  }

  unregisterUdf(name: string): Promise<void> {
    return this.#turns.take(() => {
      this.#udfs.remove(name);
    });
  }

  interrupt(): void {
    this.#connection?.interrupt();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A turn that also comes when the connection is closed. */
  settle(work: () => Promise<void>): Promise<void> {
    return this.#turns.take(work);
  }

  /** Within a turn only. Prepared statements of the connection go with it. */
  release(): void {
    this.#closed = true;
    this.#connection?.disconnectSync();
    this.#connection = undefined;
  }

  close(): Promise<void> {
    return this.#turns.take(() => {
      this.release();
    });
  }
}
