import { type DuckDBConnection, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { append, timestamp } from '../database/index.js';
import { committedBefore, firstDeliveries } from './delivery.js';
import type { FeedBatch, FeedWriteResult } from './feed-batch.js';
import { stageBooks, stageGaps, stageTicks } from './stage-feed.js';

type Table = 'ticks' | 'books' | 'gaps';
type Counts = Record<Table, number>;

/** Of one identity the row that came first, also within a group. */
const first = (table: Table, key: string): string =>
  `SELECT * EXCLUDE (turn) FROM staged_${table}
   QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY turn) = 1`;

// Beginning and end may come in one group, and in either order: with an end wins, then what came first.
const told = `SELECT * EXCLUDE (turn) FROM staged_gaps
   QUALIFY row_number() OVER (PARTITION BY gap_id ORDER BY until_at IS NULL, turn) = 1`;

const merges: Readonly<Record<Table, string>> = {
  ticks: `INSERT INTO ticks ${first('ticks', 'symbol, venue, day, day_volume')}
    ON CONFLICT DO NOTHING RETURNING batch_id`,
  books: `INSERT INTO books ${first('books', 'symbol, venue, source, received_at, digest')}
    ON CONFLICT DO NOTHING RETURNING batch_id`,
  gaps: `INSERT INTO gaps ${told}
    ON CONFLICT (gap_id) DO UPDATE SET until_at = excluded.until_at, closed_by = excluded.closed_by,
      missing = coalesce(excluded.missing, missing)
    WHERE until_at IS NULL AND excluded.until_at IS NOT NULL
    RETURNING coalesce(closed_by, batch_id)`,
};

const stages = { ticks: stageTicks, books: stageBooks, gaps: stageGaps } as const;
const tables = ['ticks', 'books', 'gaps'] as const satisfies readonly Table[];

const merge = async (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<Map<string, Counts>> => {
  const counts = new Map(batches.map(({ batchId }) => [batchId, { ticks: 0, books: 0, gaps: 0 }]));
  for (const table of tables) {
    if (batches.every((batch) => batch[table].length === 0)) continue;
    await stages[table](connection, batches);
    const [batchIds = []] = (await connection.runAndReadAll(merges[table])).getColumns();
    for (const batchId of batchIds) {
      const count = counts.get(String(batchId));
      if (count !== undefined) count[table] += 1;
    }
  }
  return counts;
};

const batchTypes = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, INTEGER, TIMESTAMP, INTEGER, INTEGER, INTEGER];

const recordBatches = (
  connection: DuckDBConnection,
  batches: readonly FeedBatch[],
  counts: ReadonlyMap<string, Counts>,
  nowMs: number,
): Promise<void> =>
  append(
    connection,
    'feed_batches',
    batchTypes,
    batches.map(({ batchId, provenance }) => {
      const count = counts.get(batchId);
      return [
        ...[batchId, provenance.broker, provenance.source, provenance.keyId, timestamp(provenance.receivedAtMs)],
        ...[provenance.normaliserVersion, timestamp(nowMs)],
        ...[count?.ticks ?? 0, count?.books ?? 0, count?.gaps ?? 0],
      ];
    }),
  );

/** Writes feed batches that were checked: rows and provenance together. One result per batch, in their order. */
export const commitFeedBatches = async (
  connection: DuckDBConnection,
  batches: readonly FeedBatch[],
  nowMs: number,
): Promise<FeedWriteResult[]> => {
  const done = await committedBefore(connection, 'feed_batches', batches);
  const fresh = firstDeliveries(batches, done);
  const counts = await merge(connection, fresh);
  if (fresh.length > 0) await recordBatches(connection, fresh, counts, nowMs);
  return batches.map(({ batchId }) => {
    const { ticks, books, gaps } = counts.get(batchId) ?? { ticks: 0, books: 0, gaps: 0 };
    counts.delete(batchId); // a second delivery within the group changed nothing any more
    return { batchId, ticks, books, gaps, committedAtMs: done.get(batchId) ?? nowMs };
  });
};
