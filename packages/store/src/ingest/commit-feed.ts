import { type DuckDBConnection, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { append, timestamp } from '../database/index.js';
import { committedBefore, firstDeliveries } from './delivery.js';
import type { FeedBatch, FeedWriteResult } from './feed-batch.js';
import { commitRecoveries } from './recover.js';
import { beginRuns, extendRuns } from './feed-runs.js';
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
    -- A told end outranks one that was only inferred, unless it is earlier: its run has died since, before the next one began.
    WHERE closed_by IS NULL AND excluded.until_at >= coalesce(until_at, excluded.until_at)
    RETURNING coalesce(closed_by, batch_id)`,
};

const stages = { ticks: stageTicks, books: stageBooks, gaps: stageGaps } as const;
const tables = ['ticks', 'books', 'gaps'] as const satisfies readonly Table[];

const merge = async (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<Map<string, Counts>> => {
  const counts = new Map(batches.map(({ batchId }) => [batchId, { ticks: 0, books: 0, gaps: 0 }]));
  for (const part of fromBeginningToBeginning(batches)) {
    const withRuns = part.some(({ run }) => run !== undefined);
    if (withRuns) for (const batchId of await beginRuns(connection, part)) count(counts, batchId, 'gaps');
    await mergeRows(connection, part, counts);
    if (withRuns) await extendRuns(connection);
  }
  return counts;
};

/** A run begins behind all that was committed before it: so do the parts. */
const fromBeginningToBeginning = (batches: readonly FeedBatch[]): FeedBatch[][] => {
  const parts: FeedBatch[][] = [[]];
  for (const batch of batches) {
    if (batch.run !== undefined && batch.run.begun.length > 0) parts.push([]);
    parts.at(-1)?.push(batch);
  }
  return parts.filter((part) => part.length > 0);
};

const count = (counts: ReadonlyMap<string, Counts>, batchId: string, table: Table): void => {
  const own = counts.get(batchId);
  if (own !== undefined) own[table] += 1;
};

const mergeRows = async (
  connection: DuckDBConnection,
  batches: readonly FeedBatch[],
  counts: ReadonlyMap<string, Counts>,
): Promise<void> => {
  for (const table of tables) {
    if (batches.every((batch) => batch[table].length === 0)) continue;
    await stages[table](connection, batches);
    const [batchIds = []] = (await connection.runAndReadAll(merges[table])).getColumns();
    for (const batchId of batchIds) count(counts, String(batchId), table);
  }
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
      const own = counts.get(batchId);
      return [
        ...[batchId, provenance.broker, provenance.source, provenance.keyId, timestamp(provenance.receivedAtMs)],
        ...[provenance.normaliserVersion, timestamp(nowMs)],
        ...[own?.ticks ?? 0, own?.books ?? 0, own?.gaps ?? 0],
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
  const recoveries = await commitRecoveries(connection, batches, (batchId) => counts.get(batchId)?.ticks ?? 0, nowMs);
  return batches.map(({ batchId }) => {
    const { ticks, books, gaps } = counts.get(batchId) ?? { ticks: 0, books: 0, gaps: 0 };
    counts.delete(batchId); // a second delivery within the group changed nothing any more
    const recovery = recoveries.get(batchId);
    return {
      ...{ batchId, ticks, books, gaps },
      ...(recovery === undefined ? {} : { recovery }),
      committedAtMs: done.get(batchId) ?? nowMs,
    };
  });
};
