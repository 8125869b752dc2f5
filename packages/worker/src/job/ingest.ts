import type { CandleBatch, Store } from '@hub/store';

import type { Task } from '../queue/consumer.js';
import type { IngestPayload, IngestResult } from '../queue/payload.js';
import { storeBatchOf } from './candle-batch.js';
import { rawPagesOf } from './raw.js';

/** Writes the rows of a window. Resolves, and thereby acknowledges, only after the commit. */
export const ingest = async (
  { id, payload }: Task<IngestPayload>,
  effects: { readonly store: Pick<Store, 'write'>; readonly committed: (result: IngestResult, rows: number) => void },
): Promise<IngestResult> => {
  const { inserted, updated, committedAtMs } = await effects.store.write({
    ...storeBatchOf(id, payload),
    ...(await rawOf(payload)),
  });
  effects.committed({ inserted, updated, committedAtMs }, payload.rows.length);
  return { inserted, updated, committedAtMs };
};

const rawOf = async (payload: IngestPayload): Promise<Pick<CandleBatch, 'raw'>> => {
  const raw = await rawPagesOf(payload);
  return raw === undefined ? {} : { raw };
};
