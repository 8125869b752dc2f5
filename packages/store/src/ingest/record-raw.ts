import { DATE, type DuckDBConnection, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { koreanDay } from '../calendar/index.js';
import { append, date, timestamp } from '../database/index.js';
import type { CandleBatch } from './batch.js';

const types = [DATE, VARCHAR, INTEGER, VARCHAR, VARCHAR, TIMESTAMP];

/** The answers behind batches that were not there before, all of a batch under one day: files are cut by it, and batches are not. */
export const recordRaw = (
  connection: DuckDBConnection,
  batches: readonly Pick<CandleBatch, 'batchId' | 'raw'>[],
): Promise<void> =>
  append(
    connection,
    'raw_payloads',
    types,
    batches.flatMap(({ batchId, raw = [] }) => {
      const day = date(koreanDay(Math.max(0, ...raw.map(({ fetchedAtMs }) => fetchedAtMs))));
      return raw.map(({ request, body, fetchedAtMs }, page) => [
        ...[day, batchId, page, request, body],
        timestamp(Math.floor(fetchedAtMs)),
      ]);
    }),
  );
