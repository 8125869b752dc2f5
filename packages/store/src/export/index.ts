export { compact, type CompactResult } from './compact.js';
export { exportParquet, type ExportResult, type ParquetExport, type TableExport } from './parquet.js';
export { snapshot, type SnapshotResult } from './snapshot.js';
export { exportTables, type ExportTable } from './table.js';
export { partialPath, putInPlace, sweepPartials, sync } from './partial.js';
