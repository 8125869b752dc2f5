export { append } from './append.js';
export { Database } from './database.js';
export { openFailure } from './failure.js';
export { barIntervals, sources, venues, type BarInterval, type Source, type Venue } from './key.js';
export { timestamp } from './timestamp.js';
