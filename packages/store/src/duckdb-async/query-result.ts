import type { RowData } from './row.js';

/**
 * The rows of `stream()`. Nothing runs before the first `next()`, which rejects when the query fails. Leaving early
 * drops the rest.
 */
export class QueryResult implements AsyncIterableIterator<RowData, undefined, undefined>, AsyncDisposable {
  readonly #rows: AsyncGenerator<RowData, undefined>;

  constructor(rows: AsyncGenerator<RowData, undefined>) {
    this.#rows = rows;
  }

  /** The next row. */
  next(): Promise<IteratorResult<RowData, undefined>> {
    return this.#rows.next();
  }

  /** Drops the rest. */
  return(): Promise<IteratorResult<RowData, undefined>> {
    return this.#rows.return(undefined);
  }

  /** Itself: its rows can be walked once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** As `return`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
