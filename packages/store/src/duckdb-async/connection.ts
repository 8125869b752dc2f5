import type { Database } from './database.js';
import { Queries } from './queries.js';
import type { Session } from './session.js';
import type { UdfBody } from './udf.js';
import { unsupported } from './unsupported.js';

/** Made by `Database.connect`; has transactions and settings of its own. */
export class Connection extends Queries {
  protected readonly owner = 'Connection';
  #session: Session | undefined;

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  /** As `db.connect()`. */
  static create(db: Database): Promise<Connection> {
    return db.connect();
  }

  protected session(method: string): Session {
    if (this.#session === undefined) throw new Error(`Connection.${method}: uninitialized connection`);
    return this.#session;
  }

  /** Not here: throws HUB_FACADE_UNSUPPORTED. */
  readonly register_bulk: (name: string, return_type: string, fun: UdfBody) => void = () => {
    throw unsupported('Connection', 'register_bulk');
  };

  /** Waits for the calls before. An open transaction is rolled back. */
  async close(): Promise<void> {
    await this.session('close').close();
    this.#session = undefined;
  }
}
