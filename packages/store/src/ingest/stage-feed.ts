import {
  BIGINT,
  DATE,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
  STRUCT,
  structValue,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { append, date, timestamp } from '../database/index.js';
import { decimal, price, value } from './column.js';
import type { FeedBatch, NewBook, NewGap, NewTick } from './feed-batch.js';

const level = STRUCT({ price, size: BIGINT });

const orNull = <T>(each: T | null, map: (each: T) => DuckDBValue): DuckDBValue => (each === null ? null : map(each));
const krw = (amount: number): DuckDBValue => decimal(amount, price);

const tickTypes = [
  ...[VARCHAR, VARCHAR, DATE, BIGINT, TIMESTAMP, TIMESTAMP],
  ...[price, BIGINT, value, VARCHAR, price, price, VARCHAR, VARCHAR],
];

const tickValues = (row: NewTick, { batchId, provenance }: FeedBatch): DuckDBValue[] => [
  ...[row.symbol, row.venue, date(row.day), BigInt(row.dayVolume)],
  ...[orNull(row.atMs, timestamp), timestamp(row.receivedMs), krw(row.price), BigInt(row.size)],
  ...[orNull(row.dayValue, (amount) => decimal(amount, value)), row.side, orNull(row.ask, krw), orNull(row.bid, krw)],
  ...[provenance.source, batchId],
];

const bookTypes = [
  ...[VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, VARCHAR, TIMESTAMP],
  ...[LIST(level), LIST(level), BIGINT, BIGINT, price, BIGINT, VARCHAR],
];

/** Two books that came within one ms are told apart by what they say. */
const digestOf = ({ atMs, asks, bids, totalAskSize, totalBidSize, expected }: NewBook): string => {
  const flat = (levels: NewBook['asks']) => levels.map((each) => [each.price, each.size]);
  const said = [atMs, flat(asks), flat(bids), totalAskSize, totalBidSize, expected?.price, expected?.size];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
};

const levelsValue = (levels: NewBook['asks']): DuckDBValue =>
  listValue(levels.map((each) => structValue({ price: krw(each.price), size: BigInt(each.size) })));

const bookValues = (row: NewBook, { batchId, provenance }: FeedBatch): DuckDBValue[] => [
  ...[row.symbol, row.venue, provenance.source, timestamp(row.receivedMs), digestOf(row), orNull(row.atMs, timestamp)],
  ...[levelsValue(row.asks), levelsValue(row.bids), BigInt(row.totalAskSize), BigInt(row.totalBidSize)],
  ...[orNull(row.expected, (each) => krw(each.price)), orNull(row.expected, (each) => BigInt(each.size)), batchId],
];

const gapTypes = [
  ...[VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, TIMESTAMP],
  ...[VARCHAR, BIGINT, VARCHAR, VARCHAR],
];

const gapValues = (row: NewGap, { batchId, provenance }: FeedBatch): DuckDBValue[] => [
  ...[row.id, provenance.broker, row.kind, row.symbol, row.venue, timestamp(row.sinceMs)],
  ...[orNull(row.untilMs, timestamp), row.cause, orNull(row.missing, BigInt), batchId],
  row.untilMs === null ? null : batchId,
];

/** Puts rows into the temporary table `staged_<table>`: as the table, with their place in the group as `turn`. */
const stage = async (
  connection: DuckDBConnection,
  table: 'ticks' | 'books' | 'gaps',
  types: readonly DuckDBType[],
  rows: readonly (readonly DuckDBValue[])[],
): Promise<void> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE staged_${table} AS SELECT *, 0 AS turn FROM ${table} LIMIT 0`);
  await append(
    connection,
    `staged_${table}`,
    [...types, INTEGER],
    rows.map((row, turn) => [...row, turn]),
  );
};

/** Stages the ticks of all batches. */
export const stageTicks = (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<void> =>
  stage(
    connection,
    'ticks',
    tickTypes,
    batches.flatMap((batch) => batch.ticks.map((row) => tickValues(row, batch))),
  );

/** Stages their books. */
export const stageBooks = (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<void> =>
  stage(
    connection,
    'books',
    bookTypes,
    batches.flatMap((batch) => batch.books.map((row) => bookValues(row, batch))),
  );

/** Stages their gaps. */
export const stageGaps = (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<void> =>
  stage(
    connection,
    'gaps',
    gapTypes,
    batches.flatMap((batch) => batch.gaps.map((row) => gapValues(row, batch))),
  );
