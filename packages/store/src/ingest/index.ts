export type { CandleBatch, CoverageChange, Provenance, WriteResult } from './batch.js';
export { GroupCommit } from './group-commit.js';
