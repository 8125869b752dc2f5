// Opens the file through the facade in the mode of the second argument; says what `t` holds, or why it could not.
import { Database, OPEN_READONLY, OPEN_READWRITE } from '@hub/store/duckdb-async';
import { say } from './say.mjs';

try {
  const db = await Database.create(process.argv[2], process.argv[3] === 'readonly' ? OPEN_READONLY : OPEN_READWRITE);
  const [row] = await db.all('SELECT count(*)::INTEGER AS n FROM t');
  await db.close();
  say(row);
} catch (error) {
  say({ code: error.code, errorType: error.errorType, message: error.message });
}
