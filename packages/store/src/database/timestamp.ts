import { DuckDBDateValue, DuckDBTimestampValue } from '@duckdb/node-api';

/** Epoch ms as the UTC TIMESTAMP of the schema. */
export const timestamp = (ms: number): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(ms) * 1000n);

const dayMs = 86_400_000;

/** `day` (YYYY-MM-DD) was checked already. */
export const date = (day: string): DuckDBDateValue => new DuckDBDateValue(Date.parse(`${day}T00:00:00Z`) / dayMs);
