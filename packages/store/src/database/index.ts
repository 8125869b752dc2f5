export { append } from './append.js';
export { Database, type DatabaseOptions } from './database.js';
export { timestamp } from './timestamp.js';
