// As duckdb 1.4 numbers them: only OPEN_READONLY means something, the others are there for code that was SQLite's.
/** For `Database.create`: the file is only read, and must be there. */
export const OPEN_READONLY = 1;
/** Without meaning: the default. */
export const OPEN_READWRITE = 0;
/** Without meaning. */
export const OPEN_CREATE = 0;
/** Without meaning. */
export const OPEN_FULLMUTEX = 0;
/** Without meaning. */
export const OPEN_SHAREDCACHE = 0;
/** Without meaning. */
export const OPEN_PRIVATECACHE = 0;
