import {
  BIGINT,
  DECIMAL,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
} from '@duckdb/node-api';
import type { CandleBatch } from '@hub/store';

const [price, value] = [DECIMAL(18, 4), DECIMAL(24, 4)];
const types = [
  ...[VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, VARCHAR],
  ...[price, price, price, price, BIGINT, value, VARCHAR, TIMESTAMP],
];
const chunkRows = 2_048;

const timestamp = (ms: number): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(ms) * 1_000n);
const decimal = (amount: number, width: number): DuckDBDecimalValue =>
  new DuckDBDecimalValue(BigInt(amount * 10_000), width, 4);

const merge = `
MERGE INTO candles USING bare AS news ON candles.symbol = news.symbol AND candles.venue = news.venue
  AND candles.interval = news.interval AND candles.start_at = news.start_at AND candles.source = news.source
WHEN MATCHED AND (news.open, news.high, news.low, news.close, news.volume, news.value)
    IS DISTINCT FROM (candles.open, candles.high, candles.low, candles.close, candles.volume, candles.value)
  THEN UPDATE SET open = news.open, high = news.high, low = news.low, close = news.close, volume = news.volume,
    value = news.value, batch_id = news.batch_id, fetched_at = news.fetched_at
WHEN NOT MATCHED THEN INSERT`;

/** The least that DuckDB can do: chunks into a temporary table, one merge, no coverage, no provenance, nothing checked or counted. */
export const writeBare = async (connection: DuckDBConnection, batches: readonly CandleBatch[]): Promise<void> => {
  await connection.run('BEGIN TRANSACTION');
  await connection.run('CREATE OR REPLACE TEMP TABLE bare AS SELECT * FROM candles LIMIT 0');
  const rows = batches.flatMap(({ batchId, provenance, rows: bars }) =>
    bars.map((bar) => [
      ...[bar.symbol, bar.venue, bar.interval, timestamp(bar.startMs), bar.source],
      ...[bar.open, bar.high, bar.low, bar.close].map((each) => decimal(each, 18)),
      ...[BigInt(bar.volume), bar.value === null ? null : decimal(bar.value, 24)],
      ...[batchId, timestamp(provenance.fetchedAtMs)],
    ]),
  );
  const appender = await connection.createAppender('bare');
  for (let start = 0; start < rows.length; start += chunkRows) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(start, start + chunkRows));
    appender.appendDataChunk(chunk);
  }
  appender.flushSync();
  appender.closeSync();
  await connection.run(merge);
  await connection.run('COMMIT');
};
