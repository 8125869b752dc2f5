export { append } from './append.js';
export { Database } from './database.js';
export { openFailure } from './failure.js';
export { holdFile, isHeldHere, isOpenInProcess, letGoOfFile } from './held-file.js';
export { barIntervals, sources, venues, type BarInterval, type Source, type Venue } from './key.js';
export { timestamp } from './timestamp.js';
export { trueName } from './true-name.js';
export { isOpenHere } from './writer-note.js';
