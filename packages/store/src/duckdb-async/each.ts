import type { DuckDBMaterializedResult } from '@duckdb/node-api';
import { rowChunks } from './value.js';

type AnyCallback = (error: unknown, result?: unknown) => void;

const isCallback = (arg: unknown): arg is AnyCallback => typeof arg === 'function';

/** What a callback throws belongs to the program, not to the query: it becomes an uncaught exception. */
const succeeds = (callback: AnyCallback | undefined, error: unknown, result?: unknown): boolean => {
  try {
    callback?.(error, result);
    return true;
  } catch (thrown) {
    setImmediate(() => {
      throw thrown;
    });
    return false;
  }
};

/** Calls back for each row and then, if there is a second function among `args`, once with their number. */
export const each = (
  args: readonly unknown[],
  query: (use: (result: DuckDBMaterializedResult) => Promise<void>) => Promise<void>,
): void => {
  const [onRow, onEnd] = args.filter(isCallback);
  const deliver = async (result: DuckDBMaterializedResult): Promise<void> => {
    let count = 0;
    for await (const rows of rowChunks(result)) {
      for (const row of rows) if (!succeeds(onRow, null, row)) return;
      count += rows.length;
    }
    succeeds(onEnd, null, count);
  };
  query(deliver).catch((error: unknown) => succeeds(onRow, error));
};
