import { BIGINT, DATE, type DuckDBConnection, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { CoverageRow } from '../coverage/index.js';
import { append, timestamp } from '../database/index.js';
import type { CandleRow } from '../query/index.js';
import type { CandleBatch } from './batch.js';
import { date, decimal, price, value } from './column.js';

const candleTypes = [
  ...[VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, VARCHAR],
  ...[price, price, price, price, BIGINT, value],
  ...[VARCHAR, TIMESTAMP, INTEGER],
];

const candleValues = (row: CandleRow, batch: CandleBatch, turn: number) => [
  ...[row.symbol, row.venue, row.interval, timestamp(row.startMs), row.source],
  ...[row.open, row.high, row.low, row.close].map((each) => decimal(each, price)),
  ...[BigInt(row.volume), row.value === null ? null : decimal(row.value, value)],
  ...[batch.batchId, timestamp(batch.provenance.fetchedAtMs), turn],
];

/** Puts the rows of all batches into the temporary table `staged`; `turn` is the batch's place in the group. */
export const stageCandles = async (connection: DuckDBConnection, batches: readonly CandleBatch[]): Promise<void> => {
  await connection.run('CREATE OR REPLACE TEMP TABLE staged AS SELECT *, 0 AS turn FROM candles LIMIT 0');
  const rows = batches.flatMap((batch, turn) => batch.rows.map((row) => candleValues(row, batch, turn)));
  await append(connection, 'staged', candleTypes, rows);
};

const coverageTypes = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, DATE, TIMESTAMP, TIMESTAMP, VARCHAR, VARCHAR];

export const appendCoverage = (
  connection: DuckDBConnection,
  rows: readonly (CoverageRow & { batchId: string })[],
): Promise<void> =>
  append(
    connection,
    'coverage',
    coverageTypes,
    rows.map((row) => [
      ...[row.symbol, row.venue, row.kind, row.interval, row.source, date(row.day)],
      ...[timestamp(row.fromMs), timestamp(row.toMs), row.state, row.batchId],
    ]),
  );
