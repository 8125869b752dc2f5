export { append } from './append.js';
export { Database } from './database.js';
export { openFailure } from './failure.js';
export { holdFile, isHeldHere, isOpenInProcess, letGoOfFile } from './held-file.js';
export { barIntervals, feedKinds, feedSources, sources, venues } from './key.js';
export type { BarInterval, FeedKind, FeedSource, Source, Venue } from './key.js';
export { timestamp } from './timestamp.js';
export { trueName } from './true-name.js';
export { isOpenHere } from './writer-note.js';
