import { rm, stat } from 'node:fs/promises';
import { type Database, textLiteral, timestamp, writeFailure } from '../database/index.js';
import { partialPath, sweepPartials, sync } from './partial.js';

/** What a compaction has done. Sizes are those of the file after a checkpoint. */
export interface CompactResult {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Whether the file was written anew; it is when that saves more than a fifth. */
  readonly rewritten: boolean;
  /** Batches that no row and no coverage points to any more. */
  readonly droppedBatches: number;
  readonly droppedFeedBatches: number;
}

const dayMs = 86_400_000;
/** A batch that is delivered again within this time is still known as written: queues keep nothing longer. */
const keptMs = 7 * dayMs;
/** Below it the saving is not worth a copy of everything. */
const worthShare = 0.2;

const pointedTo = {
  batches: [
    'SELECT batch_id FROM candles',
    'SELECT batch_id FROM coverage',
    'SELECT kis_batch_id FROM disagreements',
    'SELECT kiwoom_batch_id FROM disagreements',
  ],
  feed_batches: [
    'SELECT batch_id FROM ticks',
    'SELECT batch_id FROM books',
    'SELECT batch_id FROM gaps',
    'SELECT closed_by FROM gaps',
    'SELECT batch_id FROM recoveries',
  ],
} as const;

const drop = async (database: Database, table: keyof typeof pointedTo, nowMs: number): Promise<number> =>
  database.transaction(async (connection) => {
    const unused = pointedTo[table].map(
      (rows) => `NOT EXISTS (FROM (${rows}) AS pointer(id) WHERE pointer.id = ${table}.batch_id)`,
    );
    const result = await connection.run(
      `DELETE FROM ${table} WHERE committed_at < $before AND ${unused.join(' AND ')}`,
      { before: timestamp(nowMs - keptMs) },
    );
    return result.rowsChanged;
  });

const copyTo = (database: Database, partial: string): Promise<void> =>
  database.aside(async (connection) => {
    const [[own = ''] = []] = (await connection.runAndReadAll('SELECT current_database()')).getRows();
    await connection.run(`ATTACH ${textLiteral(partial)} AS compacted`);
    try {
      await connection.run(`COPY FROM DATABASE "${String(own).replaceAll('"', '""')}" TO compacted`);
      await connection.run('CHECKPOINT compacted');
    } finally {
      await connection.run('DETACH compacted');
    }
  });

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

/**
 * Drops provenance that nothing points to, and writes the file anew where that saves more than a fifth. Closes the store: a rewritten
 * file takes the place of the old one in one step, and nobody gets in between.
 */
export const compact = async (database: Database, nowMs: number): Promise<CompactResult> => {
  const { path } = database;
  const partial = partialPath(path);
  await sweepPartials(path);
  try {
    const bytesBefore = await database.whileStill(() => sizeOf(path));
    const droppedBatches = await drop(database, 'batches', nowMs);
    const droppedFeedBatches = await drop(database, 'feed_batches', nowMs);
    await database.whileStill(() => Promise.resolve());
    await copyTo(database, partial);
    const [now, then] = [await sizeOf(path), await sizeOf(partial)];
    const rewritten = then < now * (1 - worthShare);
    if (rewritten) {
      await sync(partial);
      await database.closeReplacedBy(partial);
    } else await database.close();
    return { path, bytesBefore, bytesAfter: await sizeOf(path), rewritten, droppedBatches, droppedFeedBatches };
  } catch (error) {
    throw writeFailure(path, error);
  } finally {
    await rm(partial, { force: true });
    await rm(`${partial}.wal`, { force: true });
  }
};
