// As duckdb 1.4 numbers them: only OPEN_READONLY means something, the others are there for code that was SQLite's.
export const OPEN_READONLY = 1;
export const OPEN_READWRITE = 0;
export const OPEN_CREATE = 0;
export const OPEN_FULLMUTEX = 0;
export const OPEN_SHAREDCACHE = 0;
export const OPEN_PRIVATECACHE = 0;
