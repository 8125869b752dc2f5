export { Connection } from './connection.js';
export { Database } from './database.js';
export type { DuckDbError } from './error.js';
export {
  OPEN_CREATE,
  OPEN_FULLMUTEX,
  OPEN_PRIVATECACHE,
  OPEN_READONLY,
  OPEN_READWRITE,
  OPEN_SHAREDCACHE,
} from './open-flags.js';
export { QueryResult } from './query-result.js';
export type { RowData, TableData } from './row.js';
export { Statement } from './statement.js';
export type { ColumnInfo, TypeInfo } from './type-info.js';
export { FacadeUnsupported } from './unsupported.js';
