import { listValue, type DuckDBValue } from '@duckdb/node-api';
import { type BarInterval, type Database, type Source, timestamp, type Venue } from '../database/index.js';
import type { CandleRow } from './candle.js';

/** Which bars; what is left out is not narrowed. Times are UTC epoch ms, half-open: `fromMs <= startMs < toMs`. */
export interface CandleQuery {
  readonly interval: BarInterval;
  readonly symbols?: readonly string[];
  readonly venue?: Venue;
  readonly source?: Source;
  readonly fromMs?: number;
  readonly toMs?: number;
}

const conditions = {
  interval: 'interval = $interval',
  symbols: 'list_contains($symbols, symbol)',
  venue: 'venue = $venue',
  source: 'source = $source',
  fromMs: 'start_at >= $fromMs',
  toMs: 'start_at < $toMs',
} as const;

const parameters = (query: CandleQuery): Record<string, DuckDBValue> => ({
  interval: query.interval,
  ...(query.symbols && { symbols: listValue([...query.symbols]) }),
  ...(query.venue && { venue: query.venue }),
  ...(query.source && { source: query.source }),
  ...(query.fromMs !== undefined && { fromMs: timestamp(query.fromMs) }),
  ...(query.toMs !== undefined && { toMs: timestamp(query.toMs) }),
});

/** Bars ordered by symbol and start, then venue and source. */
export async function* readCandles(
  database: Database,
  relation: 'candles' | 'candles_best',
  query: CandleQuery,
): AsyncGenerator<CandleRow> {
  const values = parameters(query);
  const where = Object.entries(conditions).flatMap(([name, condition]) => (name in values ? [condition] : []));
  const rows = database.rows(
    `SELECT symbol, venue, interval, epoch_ms(start_at)::DOUBLE AS "startMs", source, open::DOUBLE AS open,
            high::DOUBLE AS high, low::DOUBLE AS low, close::DOUBLE AS close, volume::DOUBLE AS volume,
            value::DOUBLE AS value
     FROM ${relation} WHERE ${where.join(' AND ')} ORDER BY symbol, start_at, venue, source`,
    values,
  );
  for await (const row of rows) yield row as unknown as CandleRow; // the columns above are its fields
}
