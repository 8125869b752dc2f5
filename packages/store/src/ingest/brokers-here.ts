import type { DuckDBConnection } from '@duckdb/node-api';
import type { CandleBatch } from './batch.js';

const brokers = { kis: 'REST_API_KIS', kiwoom: 'REST_API_KIWOOM' } as const;

/**
 * Which brokers have told bars of this store: with one alone there is nothing to compare, and looking costs every batch
 * as much as a small merge. The writer is the only one that adds bars, so one look at the file is enough.
 */
export class BrokersHere {
  #here: Set<keyof typeof brokers> | undefined;

  /** With the bars of these batches. When their transaction fails the answer errs towards looking. */
  async areBoth(connection: DuckDBConnection, batches: readonly CandleBatch[]): Promise<boolean> {
    this.#here ??= await look(connection);
    for (const { provenance } of batches) this.#here.add(provenance.broker);
    return this.#here.size > 1;
  }
}

const look = async (connection: DuckDBConnection): Promise<Set<keyof typeof brokers>> => {
  const here = new Set<keyof typeof brokers>();
  for (const broker of ['kis', 'kiwoom'] as const) {
    const reader = await connection.runAndReadAll(`SELECT 1 FROM candles WHERE source = '${brokers[broker]}' LIMIT 1`);
    if (reader.currentRowCount > 0) here.add(broker);
  }
  return here;
};
