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

/** Rows that a query of DuckDB gives, beside any store: of Parquet files, say. */
export const queryRows = async (sql: string): Promise<unknown[][]> => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
};
