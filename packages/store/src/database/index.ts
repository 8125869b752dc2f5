export { append } from './append.js';
export { Database, type DatabaseOptions } from './database.js';
export { barIntervals, sources, venues, type BarInterval, type Source, type Venue } from './key.js';
export { timestamp } from './timestamp.js';
