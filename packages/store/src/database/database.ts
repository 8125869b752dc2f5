import { renameSync } from 'node:fs';
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBMaterializedResult,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  VARCHAR,
} from '@duckdb/node-api';
import { StoreClosed, StoreLocked } from '../error/index.js';
import { isFatal, isNoSpace, openFailure, writeFailure } from './failure.js';
import { isHeldHere, isOpenInProcess } from './held-file.js';
import { trueName } from './true-name.js';
import { claim, isOpenHere, livingWriter, unclaim } from './writer-note.js';

export interface DatabaseOptions {
  readonly path: string;
  /** DuckDB's `memory_limit`, e.g. `'512MB'`. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Epoch ms. */
  readonly clock: () => number;
}

const connectTo = async (path: string, options: DatabaseOptions) => {
  // Only fromCache: two instances of one file in one process lose rows silently (seen with 1.5.5).
  const instance = await DuckDBInstance.fromCache(path, {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    autoinstall_known_extensions: 'false', // nothing is downloaded behind the user's back
  });
  const connection = await instance.connect();
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
  return { instance, connection };
};

/** All lists are of words, also an empty one: DuckDB cannot tell from its items. */
const listTypes = (values: Record<string, DuckDBValue>): Record<string, DuckDBType> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value instanceof DuckDBListValue ? [[name, LIST(VARCHAR)] as const] : [],
    ),
  );

/** One DuckDB file, held as its only writer. Writes go through one connection, one transaction at a time. */
export class Database {
  #instance: DuckDBInstance;
  #writer: DuckDBConnection;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #invalidated = false;
  #closing: Promise<void> | undefined;
  readonly #aside = new Set<Promise<unknown>>();

  private constructor(
    readonly path: string,
    private readonly options: DatabaseOptions,
    opened: { instance: DuckDBInstance; connection: DuckDBConnection },
  ) {
    this.#instance = opened.instance;
    this.#writer = opened.connection;
  }

  /** Rejects with HUB_STORE_LOCKED, HUB_STORE_UNREADABLE or HUB_STORE_FULL; the file is then as it was. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const path = await trueName(options.path);
    const own = { pid: process.pid, program: undefined };
    if (isOpenHere(path)) throw new StoreLocked(path, own);
    if (isHeldHere(path)) throw new StoreLocked(path, { ...own, program: '@hub/store/duckdb-async' });
    if (isOpenInProcess(path)) throw new StoreLocked(path, { ...own, program: 'another thread or another library' });
    const opened = await connectTo(path, options).catch((error: unknown) => {
      throw openFailure(path, error, livingWriter(path));
    });
    const release = () => {
      opened.connection.disconnectSync();
      opened.instance.closeSync();
    };
    try {
      if (!claim(path, options.clock())) throw new StoreLocked(path, own);
    } catch (error) {
      release();
      throw openFailure(path, error, undefined);
    }
    return new Database(path, options, opened);
  }

  /** DuckDB gave the instance up: the last commit may be on disk or not. The next use opens the file again. */
  get invalidated(): boolean {
    return this.#invalidated;
  }

  /**
   * Runs `work` in a transaction after those before it; resolves after the commit. When it rejects, all is rolled back.
   * Rejects with HUB_STORE_FULL when the disk is, and the database stays usable.
   */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreClosed(this.path));
    const turn = this.#lastWrite.then(() => this.#commit(work));
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Runs `work` between two transactions while all that was committed lies in the file and nobody writes to it; those
   * that come meanwhile wait. `work` must not open the file in this process: closing it again would let go of DuckDB's
   * lock, which is one per process.
   */
  whileStill<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreClosed(this.path));
    const turn = this.#lastWrite.then(async () => {
      if (this.#invalidated) await this.#reopen();
      await this.#writer.run('CHECKPOINT');
      return work();
    });
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Runs long reads on a connection of their own, beside the commits: within a transaction they see one state of the store.
   * `close` waits for them.
   */
  aside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreClosed(this.path));
    const run = this.#onOwnConnection(work).finally(() => this.#aside.delete(run));
    this.#aside.add(run);
    return run;
  }

  async #onOwnConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#invalidated) await this.transaction(() => Promise.resolve());
    const connection = await this.#instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.disconnectSync();
    }
  }

  async #commit<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#invalidated) await this.#reopen();
    const connection = this.#writer;
    try {
      await connection.run('BEGIN TRANSACTION');
      const result = await work(connection);
      await connection.run('COMMIT');
      return result;
    } catch (error) {
      if (isFatal(error)) this.#invalidated = true;
      // A commit that failed has rolled back already, and says so when asked again.
      await connection.run('ROLLBACK').catch(() => undefined);
      throw writeFailure(this.path, error);
    }
  }

  /** DuckDB gives an instance up after some failed writes; the file is sound and a new instance reads it. */
  async #reopen(): Promise<void> {
    this.#writer.disconnectSync();
    this.#instance.closeSync();
    const opened = await connectTo(this.path, this.options).catch((error: unknown) => {
      throw openFailure(this.path, error, undefined);
    });
    this.#instance = opened.instance;
    this.#writer = opened.connection;
    this.#invalidated = false;
  }

  /**
   * The committed rows that a query finds, as plain objects. The answer is whole before the first row comes, so it holds
   * no transaction open: a DuckDB stream that is left half-read keeps the file locked after close (seen with 1.5.5).
   */
  async *rows(sql: string, values: Record<string, DuckDBValue> = {}): AsyncGenerator<Record<string, DuckDBValue>> {
    const result = await this.#read(sql, values);
    for await (const rows of result.yieldRowObjects()) yield* rows;
  }

  async all(sql: string, values: Record<string, DuckDBValue> = {}): Promise<Record<string, DuckDBValue>[]> {
    return (await this.#read(sql, values)).getRowObjects();
  }

  async #read(sql: string, values: Record<string, DuckDBValue>): Promise<DuckDBMaterializedResult> {
    if (this.#closing !== undefined) throw new StoreClosed(this.path);
    if (this.#invalidated) await this.transaction(() => Promise.resolve());
    const connection = await this.#instance.connect();
    try {
      return await connection.run(sql, values, listTypes(values));
    } finally {
      connection.disconnectSync();
    }
  }

  /** Waits for the writes that were accepted, folds the log into the file, lets go of it. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#lastWrite.then(() => Promise.allSettled(this.#aside)).then(() => this.#release());
    return this.#closing;
  }

  /**
   * As `close`, and puts `file` in the place of this one while the lock on it is still held. What is in the log by then must be in
   * `file` too.
   */
  closeReplacedBy(file: string): Promise<void> {
    this.#closing ??= this.#lastWrite
      .then(() => Promise.allSettled(this.#aside))
      .then(async () => {
        await this.#writer.run('CHECKPOINT');
        // Closing must not touch the log of the file that lies there by then.
        await this.#writer.run('PRAGMA disable_checkpoint_on_shutdown');
        renameSync(file, this.path);
        this.#writer.disconnectSync();
        this.#instance.closeSync();
        unclaim(this.path);
      });
    return this.#closing;
  }

  async #release(): Promise<void> {
    try {
      await this.#writer.run('CHECKPOINT');
    } catch (error) {
      // On a full disk the commits stay in the log, which the next opening replays.
      if (!isNoSpace(error) && !isFatal(error)) throw error;
    } finally {
      this.#writer.disconnectSync();
      this.#instance.closeSync();
      unclaim(this.path);
    }
  }
}
