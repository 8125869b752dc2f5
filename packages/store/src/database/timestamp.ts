import { DuckDBTimestampValue } from '@duckdb/node-api';

/** Epoch ms as the UTC TIMESTAMP of the schema. */
export const timestamp = (ms: number): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(ms) * 1000n);
