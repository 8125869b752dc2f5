import { StoreError } from '../error/index.js';

/** The names that DuckDB gives its kinds of failure; the message starts with it. */
export type ExceptionType =
  | 'Invalid'
  | 'Out of Range'
  | 'Conversion'
  | 'Unknown Type'
  | 'Decimal'
  | 'Mismatch Type'
  | 'Divide by Zero'
  | 'Object Size'
  | 'Invalid type'
  | 'Serialization'
  | 'TransactionContext'
  | 'Not implemented'
  | 'Expression'
  | 'Catalog'
  | 'Parser'
  | 'Binder'
  | 'Planner'
  | 'Scheduler'
  | 'Executor'
  | 'Constraint'
  | 'Index'
  | 'Stat'
  | 'Connection'
  | 'Syntax'
  | 'Settings'
  | 'Optimizer'
  | 'NullPointer'
  | 'IO'
  | 'INTERRUPT'
  | 'FATAL'
  | 'INTERNAL'
  | 'Invalid Input'
  | 'Out of Memory'
  | 'Permission'
  | 'Parameter Not Resolved'
  | 'Parameter Not Allowed'
  | 'Dependency'
  | 'Unknown'
  | 'HTTP';

interface AnyDuckDbError extends Error {
  errno: -1;
  code: 'DUCKDB_NODEJS_ERROR';
  errorType: ExceptionType;
}

/** The type of duckdb; the fields beyond `errorType` are not told by @duckdb/node-api, so they are absent. */
interface HttpError extends AnyDuckDbError {
  errorType: 'HTTP';
  statusCode: number;
  response: string;
  reason: string;
  headers: Record<string, string>;
}

/** What every failure of DuckDB looks like: an `Error` with these fields. */
export type DuckDbError = HttpError | AnyDuckDbError;

const code = 'DUCKDB_NODEJS_ERROR';

export const duckDbError = (message: string, errorType: ExceptionType, options?: ErrorOptions): DuckDbError =>
  Object.assign(new Error(message, options), { errno: -1, code, errorType } as const);

// Wording seen with @duckdb/node-api 1.5.5-r.5: the step that failed, then DuckDB's own text.
const step = /^Failed to [a-z ]+: /;
const kind = /^(?<errorType>[A-Za-z ]+) Error: /;

/** DuckDB's text without what @duckdb/node-api puts before it; the old binding did not. */
export const duckDbText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(step, '');

export const isDuckDbText = (text: string): boolean => kind.test(text);

export const asDuckDbError = (error: unknown): Error => {
  if (error instanceof StoreError) return error;
  if (error instanceof Error && 'code' in error && error.code === code) return error;
  const text = duckDbText(error);
  const errorType = (kind.exec(text)?.groups?.errorType ?? 'Invalid') as ExceptionType; // DuckDB's own list
  return duckDbError(text, errorType, { cause: error });
};

/** Of a connection, or of the database that it belongs to. */
export const closedError = (): DuckDbError =>
  duckDbError('Connection Error: Connection was never established or has been closed already', 'Connection');
