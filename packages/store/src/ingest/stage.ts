import {
  BIGINT,
  DATE,
  type DuckDBConnection,
  type DuckDBTimestampValue,
  type DuckDBValue,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import type { CoverageRow } from '../coverage/index.js';
import { append, date, timestamp } from '../database/index.js';
import type { CandleRow } from '../query/index.js';
import { BarMap } from './bar-map.js';
import type { CandleBatch } from './batch.js';
import { decimal, price, value } from './column.js';

const candleTypes = [
  ...[VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, VARCHAR],
  ...[price, price, price, price, BIGINT, value],
  ...[VARCHAR, TIMESTAMP],
];

type Told = readonly [row: CandleRow, batch: CandleBatch, fetchedAt: DuckDBTimestampValue];

/** One literal: this runs for every bar, and what lists are joined of would be garbage at once. */
const candleValues = ([row, { batchId }, fetchedAt]: Told): DuckDBValue[] => [
  row.symbol,
  row.venue,
  row.interval,
  timestamp(row.startMs),
  row.source,
  decimal(row.open, price),
  decimal(row.high, price),
  decimal(row.low, price),
  decimal(row.close, price),
  BigInt(row.volume),
  row.value === null ? null : decimal(row.value, value),
  batchId,
  fetchedAt,
];

/** Of doubles within a group the one fetched last stays, then the one that came last. */
const lastTold = (batches: readonly CandleBatch[]): Iterable<Told> => {
  const told = new BarMap<Told>();
  for (const batch of batches) {
    const { fetchedAtMs } = batch.provenance;
    const fetchedAt = timestamp(fetchedAtMs);
    for (const row of batch.rows) {
      const before = told.get(row);
      if (before === undefined || fetchedAtMs >= before[1].provenance.fetchedAtMs)
        told.set(row, [row, batch, fetchedAt]);
    }
  }
  return told.values();
};

/**
 * Puts the rows of all batches into the temporary table `staged`, no two of one key. They are told apart here because a
 * window function over the staged rows costs a small batch more than its merge does.
 */
export const stageCandles = async (connection: DuckDBConnection, batches: readonly CandleBatch[]): Promise<void> => {
  await connection.run('CREATE OR REPLACE TEMP TABLE staged AS SELECT * FROM candles LIMIT 0');
  const rows = Array.from(lastTold(batches), candleValues);
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
