export type { CandleBatch, Provenance, WriteResult } from './batch.js';
export { GroupCommit } from './group-commit.js';
