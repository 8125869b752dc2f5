import type { Store } from '@hub/store';

import type { Task } from '../queue/consumer.js';
import type { IngestPayload, IngestResult } from '../queue/payload.js';
import { storeBatchOf } from './candle-batch.js';

/** Writes the rows of a window. Resolves, and thereby acknowledges, only after the commit. */
export const ingest = async (
  { id, payload }: Task<IngestPayload>,
  effects: { readonly store: Pick<Store, 'write'>; readonly committed: (result: IngestResult, rows: number) => void },
): Promise<IngestResult> => {
  const { inserted, updated, committedAtMs } = await effects.store.write(storeBatchOf(id, payload));
  effects.committed({ inserted, updated, committedAtMs }, payload.rows.length);
  return { inserted, updated, committedAtMs };
};
