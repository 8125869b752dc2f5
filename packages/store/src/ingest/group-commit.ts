import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from '../database/index.js';
import { StoreClosed, StoreFull } from '../error/index.js';

/** How batches of one kind are written. */
export interface Recipe<Batch, Result> {
  /** Throws HUB_BATCH_INVALID. */
  readonly check: (batch: Batch) => void;
  readonly rowsOf: (batch: Batch) => number;
  /** One result per batch, in their order. Runs in a transaction. */
  readonly commit: (connection: DuckDBConnection, batches: readonly Batch[], nowMs: number) => Promise<Result[]>;
}

interface Waiting<Batch, Result> {
  readonly batch: Batch;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const groupRows = 200_000; // keeps one transaction within tens of MB and a few hundred ms

/** Batches that arrive while a transaction runs share the next one: a commit costs the same for one as for many. */
export class GroupCommit<Batch, Result> {
  #waiting: Waiting<Batch, Result>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly database: Database,
    private readonly clock: () => number,
    private readonly recipe: Recipe<Batch, Result>,
  ) {}

  /** Resolves after the commit. Rejects with HUB_BATCH_INVALID before anything is written, or HUB_STORE_FULL. */
  async write(batch: Batch): Promise<Result> {
    if (this.#closed) throw new StoreClosed(this.database.path);
    this.recipe.check(batch);
    const written = new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
    });
    this.#running ??= this.#drain();
    return written;
  }

  /** Accepts no more; resolves when all batches that were accepted are committed or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // calls of the same tick go together
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#running = undefined;
  }

  #takeGroup(): Waiting<Batch, Result>[] {
    let rows = 0;
    const end = this.#waiting.findIndex(({ batch }) => (rows += this.recipe.rowsOf(batch)) > groupRows);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1));
  }

  async #commit(group: readonly Waiting<Batch, Result>[]): Promise<void> {
    try {
      const results = await this.#attempt(group).catch((error: unknown) => {
        // What became of the commit is told by trying again: a batch that is there already is a no-op.
        if (this.database.invalidated) return this.#attempt(group);
        throw error;
      });
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('a batch has no result'));
        else resolve(result);
      }
    } catch (error) {
      // One batch that DuckDB refuses must not take its neighbours along; a full disk refuses them all.
      if (group.length > 1 && !(error instanceof StoreFull)) for (const one of group) await this.#commit([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  #attempt(group: readonly Waiting<Batch, Result>[]): Promise<Result[]> {
    const batches = group.map(({ batch }) => batch);
    return this.database.transaction((connection) => this.recipe.commit(connection, batches, this.clock()));
  }
}
