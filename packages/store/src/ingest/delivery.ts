import { type DuckDBConnection, listValue } from '@duckdb/node-api';

interface Delivered {
  readonly batchId: string;
}

/** When each of these batches was committed (UTC epoch ms), for those that were. */
export const committedBefore = async (
  connection: DuckDBConnection,
  table: 'batches' | 'feed_batches',
  batches: readonly Delivered[],
): Promise<Map<string, number>> => {
  const reader = await connection.runAndReadAll(
    `SELECT batch_id, epoch_ms(committed_at)::DOUBLE FROM ${table} WHERE batch_id IN (SELECT unnest($ids))`,
    { ids: listValue(batches.map(({ batchId }) => batchId)) },
  );
  return new Map(reader.getRows().map(([batchId, committedAtMs]) => [String(batchId), Number(committedAtMs)]));
};

/** Of the batches that are not written yet, each once. */
export const firstDeliveries = <Batch extends Delivered>(
  batches: readonly Batch[],
  done: ReadonlyMap<string, number>,
): Batch[] => {
  const byId = new Map<string, Batch>();
  for (const batch of batches) if (!done.has(batch.batchId) && !byId.has(batch.batchId)) byId.set(batch.batchId, batch);
  return [...byId.values()];
};
