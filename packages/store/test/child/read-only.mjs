// Opens the file as any reader would, without this package, and says what it holds, or what DuckDB answers.
import { DuckDBInstance } from '@duckdb/node-api';
import { say } from './say.mjs';

const [, , path, sql = 'SELECT count(*)::INTEGER FROM candles'] = process.argv;
try {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  say({ rows: (await connection.runAndReadAll(sql)).getRowsJson() });
} catch (error) {
  say({ error: error.message });
}
