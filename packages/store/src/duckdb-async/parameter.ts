import {
  DuckDBDateValue,
  type DuckDBPreparedStatement,
  DuckDBTimestampValue,
  BIGINT,
  HUGEINT,
  UHUGEINT,
} from '@duckdb/node-api';
import { duckDbError } from './error.js';

const msPerDay = 86_400_000;

/** As the old binding: functions are callbacks, and what is undefined is left out. */
export const valuesAmong = (args: readonly unknown[]): unknown[] =>
  args.filter((arg) => arg !== undefined && typeof arg !== 'function');

const isInt32 = (value: number): boolean => (value | 0) === value;

const invalid = (index: number, what: string) =>
  duckDbError(`Invalid Input Error: parameter ${index} ${what}`, 'Invalid Input');

const bindDate = (statement: DuckDBPreparedStatement, index: number, date: Date): void => {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw invalid(index, 'is an invalid Date');
  if (ms % msPerDay === 0) statement.bindDate(index, new DuckDBDateValue(ms / msPerDay));
  else statement.bindTimestamp(index, new DuckDBTimestampValue(BigInt(ms) * 1000n));
};

/** The old binding turned these into NULL without a word. */
const bindBigInt = (statement: DuckDBPreparedStatement, index: number, value: bigint): void => {
  if (BigInt.asIntN(64, value) === value) statement.bindValue(index, value, BIGINT);
  else if (BigInt.asIntN(128, value) === value) statement.bindValue(index, value, HUGEINT);
  else if (BigInt.asUintN(128, value) === value) statement.bindValue(index, value, UHUGEINT);
  else throw invalid(index, 'has more than 128 bits');
};

const bindObject = (statement: DuckDBPreparedStatement, index: number, value: object): void => {
  if (value instanceof Date) bindDate(statement, index, value);
  else if (ArrayBuffer.isView(value)) {
    statement.bindBlob(index, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else {
    // Arrays and plain objects too: `[1, 2]` is one parameter with the text 1,2.
    statement.bindVarchar(index, String(value)); // eslint-disable-line @typescript-eslint/no-base-to-string -- the old binding did the same
  }
};

const bindValue = (statement: DuckDBPreparedStatement, index: number, value: unknown): void => {
  if (value === null) statement.bindNull(index);
  else if (typeof value === 'string') statement.bindVarchar(index, value);
  else if (typeof value === 'number' && isInt32(value)) statement.bindInteger(index, value);
  else if (typeof value === 'number') statement.bindDouble(index, value);
  else if (typeof value === 'boolean') statement.bindBoolean(index, value);
  else if (typeof value === 'bigint') bindBigInt(statement, index, value);
  else if (typeof value === 'object') bindObject(statement, index, value);
  else throw invalid(index, `is a ${typeof value}, which has no SQL type`);
};

const hint = 'An array is one parameter here, as it was in duckdb-async: spread it, all(sql, ...values).';

export const bind = (statement: DuckDBPreparedStatement, values: readonly unknown[]): void => {
  const expected = statement.parameterCount;
  const hinted = values.some(Array.isArray) ? `\n${hint}` : '';
  if (values.length > expected) {
    const excess = values.slice(expected).map((_, index) => expected + index + 1);
    const text = `Parameter argument/count mismatch, identifiers of the excess parameters: ${excess.join(', ')}`;
    throw duckDbError(`Invalid Input Error: ${text}${hinted}`, 'Invalid Input');
  }
  if (values.length < expected) {
    const missing = Array.from({ length: expected - values.length }, (_, index) => values.length + index + 1);
    const text = `Values were not provided for the following prepared statement parameters: ${missing.join(', ')}`;
    throw duckDbError(`Invalid Input Error: ${text}${hinted}`, 'Invalid Input');
  }
  for (const [index, value] of values.entries()) bindValue(statement, index + 1, value);
};
