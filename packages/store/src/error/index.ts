export { DayInvalid } from './day.js';
export { ExportRefused } from './export.js';
export { MigrationChanged, StoreClosed, StoreLocked, StoreNewer, StoreUnreadable, type Holder } from './open.js';
export { StoreError } from './store-error.js';
export { BatchInvalid, StoreFull, type Flaw } from './write.js';
