import type { Database } from '../database/index.js';

/** What a store holds, in numbers. */
export interface StoreSummary {
  /** Bars of all sources. */
  readonly candles: number;
  /** Batches that were written. */
  readonly batches: number;
  /** Symbols with a bar. */
  readonly symbols: number;
  /** Stretches of coverage. */
  readonly coverage: number;
  /** Bars on which the two brokers do not agree. */
  readonly disagreements: number;
  /** Trades of all feeds. */
  readonly ticks: number;
  /** Order books. */
  readonly books: number;
  /** Gaps of feeds, closed ones too. */
  readonly gaps: number;
  /** Start of the first and the last bar, UTC epoch ms; null when there is none. */
  readonly firstStartMs: number | null;
  /** Likewise. */
  readonly lastStartMs: number | null;
}

export const readSummary = async (database: Database): Promise<StoreSummary> => {
  const [row] = await database.all(`
    SELECT count(*)::DOUBLE AS candles, count(DISTINCT symbol)::DOUBLE AS symbols,
           (SELECT count(*) FROM batches)::DOUBLE AS batches, (SELECT count(*) FROM coverage)::DOUBLE AS coverage,
           (SELECT count(*) FROM disagreements)::DOUBLE AS disagreements,
           (SELECT count(*) FROM ticks)::DOUBLE AS ticks, (SELECT count(*) FROM books)::DOUBLE AS books,
           (SELECT count(*) FROM gaps)::DOUBLE AS gaps,
           epoch_ms(min(start_at))::DOUBLE AS "firstStartMs", epoch_ms(max(start_at))::DOUBLE AS "lastStartMs"
    FROM candles`);
  return row as unknown as StoreSummary; // the columns above are its fields
};
