import { DuckDBInstance } from '@duckdb/node-api';

/** Does to a closed store what the store itself would never do. */
export const editStore = async (path: string, statements: readonly string[]): Promise<void> => {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
};
