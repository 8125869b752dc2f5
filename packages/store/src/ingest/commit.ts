import { INTEGER, LIST, listValue, TIMESTAMP, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { append, textLiteral, timestamp } from '../database/index.js';
import type { CandleBatch, WriteResult } from './batch.js';
import type { BrokersHere } from './brokers-here.js';
import { committedBefore, firstDeliveries } from './delivery.js';
import { mergeCoverage } from './merge-coverage.js';
import { mergeDisagreements } from './merge-disagreements.js';
import { recordRaw } from './record-raw.js';
import { stageCandles } from './stage.js';

const merge = (ids: readonly string[]): string => `
MERGE INTO candles USING staged AS news ON candles.symbol = news.symbol AND candles.venue = news.venue
  AND candles.interval = news.interval AND candles.start_at = news.start_at AND candles.source = news.source
WHEN MATCHED AND news.fetched_at >= candles.fetched_at
  AND (news.open, news.high, news.low, news.close, news.volume, news.value)
    IS DISTINCT FROM (candles.open, candles.high, candles.low, candles.close, candles.volume, candles.value)
  THEN UPDATE SET open = news.open, high = news.high, low = news.low, close = news.close, volume = news.volume,
    value = news.value, batch_id = news.batch_id, fetched_at = news.fetched_at
WHEN NOT MATCHED THEN INSERT VALUES (news.symbol, news.venue, news.interval, news.start_at, news.source, news.open,
  news.high, news.low, news.close, news.volume, news.value, news.batch_id, news.fetched_at)
RETURNING list_position([${ids.map(textLiteral).join(', ')}], batch_id) * CASE merge_action WHEN 'INSERT' THEN 1 ELSE -1 END`;

interface Counts {
  inserted: number;
  updated: number;
}

/** Numbers travel to JavaScript ten times as fast as the ids that they stand for. A RETURNING takes no parameters. */
const mergeCandles = async (
  connection: DuckDBConnection,
  batches: readonly CandleBatch[],
): Promise<Map<string, Counts>> => {
  const ids = batches.map(({ batchId }) => batchId);
  const counts = new Map<string, Counts>();
  const reader = await connection.runAndReadAll(merge(ids));
  for (const place of reader.getColumns()[0] ?? []) {
    const batchId = ids[Math.abs(Number(place)) - 1] ?? '';
    const count = counts.get(batchId) ?? { inserted: 0, updated: 0 };
    if (Number(place) > 0) count.inserted += 1;
    else count.updated += 1;
    counts.set(batchId, count);
  }
  return counts;
};

const batchTypes = [
  ...[VARCHAR, VARCHAR, VARCHAR, VARCHAR, LIST(VARCHAR), TIMESTAMP, INTEGER],
  ...[TIMESTAMP, INTEGER, INTEGER, INTEGER],
];

const recordBatches = (
  connection: DuckDBConnection,
  batches: readonly CandleBatch[],
  results: ReadonlyMap<string, WriteResult>,
  nowMs: number,
): Promise<void> =>
  append(
    connection,
    'batches',
    batchTypes,
    batches.map(({ batchId, provenance }) => {
      const result = results.get(batchId);
      return [
        ...[batchId, provenance.broker, provenance.tr, provenance.keyId, listValue([...provenance.requestIds])],
        ...[timestamp(provenance.fetchedAtMs), provenance.normaliserVersion, timestamp(nowMs)],
        ...[result?.inserted ?? 0, result?.updated ?? 0, result?.unchanged ?? 0],
      ];
    }),
  );

const noChange = (batchId: string, unchanged: number, committedAtMs: number): WriteResult => ({
  batchId,
  inserted: 0,
  updated: 0,
  unchanged,
  committedAtMs,
});

/** Writes batches that were checked: rows, coverage and provenance together. One result per batch, in their order. */
export const commitBatches = async (
  connection: DuckDBConnection,
  batches: readonly CandleBatch[],
  nowMs: number,
  { brokers, keepRaw }: { readonly brokers: BrokersHere; readonly keepRaw: boolean },
): Promise<WriteResult[]> => {
  const done = await committedBefore(connection, 'batches', batches);
  const fresh = firstDeliveries(batches, done);
  const results = new Map<string, WriteResult>();
  if (fresh.length > 0) {
    await stageCandles(connection, fresh);
    const counts = await mergeCandles(connection, fresh);
    if (counts.size > 0 && (await brokers.areBoth(connection, fresh))) await mergeDisagreements(connection, nowMs);
    for (const { batchId, rows } of fresh) {
      const { inserted, updated } = counts.get(batchId) ?? { inserted: 0, updated: 0 };
      const unchanged = rows.length - inserted - updated;
      results.set(batchId, { batchId, inserted, updated, unchanged, committedAtMs: nowMs });
    }
    await mergeCoverage(connection, fresh);
    await recordBatches(connection, fresh, results, nowMs);
    if (keepRaw) await recordRaw(connection, fresh);
  }
  return batches.map(({ batchId, rows }) => {
    const result = results.get(batchId);
    if (result === undefined) return noChange(batchId, rows.length, done.get(batchId) ?? nowMs);
    results.delete(batchId); // a second delivery within the group changed nothing any more
    return result;
  });
};
