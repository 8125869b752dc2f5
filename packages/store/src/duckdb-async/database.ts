import type { DuckDBConnection } from '@duckdb/node-api';
import { Connection } from './connection.js';
import { asDuckDbError, duckDbError } from './error.js';
import { openFile, type OpenedFile } from './open.js';
import { Queries } from './queries.js';
import { Session } from './session.js';
import { Turns } from './turns.js';
import { Udfs } from './udf.js';
import { unsupported } from './unsupported.js';

/** The names and the behaviour of duckdb-async 1.4, over @duckdb/node-api. */
export class Database extends Queries {
  protected readonly owner = 'Database';
  readonly #file: OpenedFile;
  readonly #turns = new Turns();
  readonly #udfs = new Udfs();
  readonly #sessions = new Set<Session>();
  readonly #own: Session;
  #state: 'open' | 'released' | 'closed' = 'open';

  private constructor(file: OpenedFile) {
    super();
    this.#file = file;
    this.#own = this.#newSession();
  }

  /**
   * Opens a file, or `:memory:`. `accessMode` is one of the OPEN_ constants or DuckDB's settings. Rejects with an error
   * that names the process when another one has the file, and with HUB_STORE_LOCKED when `openStore` has it here.
   */
  static async create(path: string, accessMode?: number | Record<string, string>): Promise<Database> {
    try {
      return new Database(await openFile(path, accessMode));
    } catch (error) {
      throw error instanceof TypeError ? error : asDuckDbError(error);
    }
  }

  #newSession(): Session {
    for (const session of this.#sessions) if (session.closed) this.#sessions.delete(session);
    const session = new Session(this.#turns, this.#udfs, () => this.#connectNative());
    this.#sessions.add(session);
    return session;
  }

  async #connectNative(): Promise<DuckDBConnection> {
    if (this.#state !== 'open') throw duckDbError('Invalid database object', 'Invalid');
    return this.#file.instance.connect();
  }

  protected session(method: string): Session {
    if (this.#state === 'closed') throw new Error(`Database.${method}: uninitialized database`);
    return this.#own;
  }

  /** A connection of its own. It sees what others committed, and closes with the database. */
  async connect(): Promise<Connection> {
    this.session('connect');
    const session = this.#newSession();
    await session.turn(() => Promise.resolve());
    return new Connection(session);
  }

  /** Waits for the calls before, closes all connections and lets go of the file. */
  async close(): Promise<void> {
    this.session('close');
    await this.#turns.take(() => this.#release());
    this.#state = 'closed';
  }

  async #release(): Promise<void> {
    if (this.#state !== 'open') throw duckDbError('Database was already closed', 'Invalid');
    this.#state = 'released';
    for (const session of this.#sessions) session.release();
    try {
      await this.#checkpoint();
    } catch {
      // Read-only, or another opening of the file is in a transaction, or the disk is full: the log keeps what is there.
    } finally {
      this.#file.release();
    }
  }

  /** DuckDB does it when the file is let go, too, but on the event loop: 400 ms after two million rows. */
  async #checkpoint(): Promise<void> {
    const connection = await this.#file.instance.connect();
    try {
      await connection.run('CHECKPOINT');
    } finally {
      connection.disconnectSync();
    }
  }

  /** Not here: throws HUB_FACADE_UNSUPPORTED. */
  get_ddb_internal(): never {
    throw unsupported('Database', 'get_ddb_internal');
  }

  /** All calls take turns anyway. */
  async serialize(): Promise<void> {
    this.session('serialize');
    return Promise.resolve();
  }

  /** As `serialize`: nothing to do, as before. */
  async parallelize(): Promise<void> {
    this.session('parallelize');
    return Promise.resolve();
  }

  /** Resolves when the calls before are done. */
  async wait(): Promise<void> {
    this.session('wait');
    return this.#turns.take(() => undefined);
  }

  /** Ends what runs now: its call fails with the error type INTERRUPT. The old binding did nothing here. */
  interrupt(): void {
    this.session('interrupt');
    for (const session of this.#sessions) session.interrupt();
  }

  /** Not here: rejects with HUB_FACADE_UNSUPPORTED. */
  readonly registerReplacementScan: (replacementScan: (table: string) => unknown) => Promise<void> = () =>
    Promise.reject(unsupported('Database', 'registerReplacementScan'));
}
