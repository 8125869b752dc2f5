import { readCoverage, type CoverageQuery, type CoverageRow } from './coverage/index.js';
import { Database } from './database/index.js';
import { GroupCommit, type CandleBatch, type WriteResult } from './ingest/index.js';
import { migrate } from './migration/index.js';
import { readCandles, readSummary, type CandleQuery, type CandleRow, type StoreSummary } from './query/index.js';

export interface StoreOptions {
  readonly path: string;
  readonly memoryLimit?: string;
  readonly threads?: number;
  readonly clock?: () => number;
}

export interface Store extends AsyncDisposable {
  readonly path: string;
  write(batch: CandleBatch): Promise<WriteResult>;
  coverage(query?: CoverageQuery): Promise<CoverageRow[]>;
  candles(query: CandleQuery): AsyncIterable<CandleRow>;
  candlesBest(query: CandleQuery): AsyncIterable<CandleRow>;
  summary(): Promise<StoreSummary>;
  close(): Promise<void>;
}

export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { path, memoryLimit = '1GB', threads = 2, clock = Date.now } = options;
  const database = await Database.open({ path, memoryLimit, threads, clock });
  try {
    await migrate(database, clock());
  } catch (error) {
    await database.close();
    throw error;
  }
  const ingest = new GroupCommit(database, clock);
  const close = async (): Promise<void> => {
    await ingest.idle();
    await database.close();
  };
  return {
    path: database.path,
    write: (batch) => ingest.write(batch),
    coverage: (query = {}) => readCoverage(database, query),
    candles: (query) => readCandles(database, 'candles', query),
    candlesBest: (query) => readCandles(database, 'candles_best', query),
    summary: () => readSummary(database),
    close,
    [Symbol.asyncDispose]: close,
  };
};
export type { CandleBatch, CandleRow, WriteResult };
