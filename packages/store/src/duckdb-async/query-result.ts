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

  next(): Promise<IteratorResult<RowData, undefined>> {
    return this.#rows.next();
  }

  return(): Promise<IteratorResult<RowData, undefined>> {
    return this.#rows.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
