import { listValue, type DuckDBValue } from '@duckdb/node-api';
import type { BarInterval, Database, Source, Venue } from '../database/index.js';
import type { CoverageState } from './state.js';

/** What is known of one stretch of one series on one trading day. Half-open, UTC epoch ms. */
export interface CoverageRow {
  readonly symbol: string;
  readonly venue: Venue;
  readonly kind: 'candle';
  readonly interval: BarInterval;
  readonly source: Source;
  /** Korean day, YYYY-MM-DD. */
  readonly day: string;
  /** First instant that belongs to it. */
  readonly fromMs: number;
  /** First instant that does not. */
  readonly toMs: number;
  readonly state: CoverageState;
}

/** Which coverage; what is left out is not narrowed. Days are Korean, `YYYY-MM-DD`; `fromDay` and `toDay` belong to the range. */
export interface CoverageQuery {
  readonly symbols?: readonly string[];
  readonly venue?: Venue;
  readonly interval?: BarInterval;
  readonly source?: Source;
  readonly days?: readonly string[];
  readonly fromDay?: string;
  readonly toDay?: string;
}

const conditions = {
  symbols: 'list_contains($symbols, symbol)',
  venue: 'venue = $venue',
  interval: 'interval = $interval',
  source: 'source = $source',
  days: 'list_contains($days, day::VARCHAR)',
  fromDay: 'day >= $fromDay::DATE',
  toDay: 'day <= $toDay::DATE',
} as const;

/** Ordered by symbol, venue, interval, source and time. */
export const readCoverage = async (database: Database, query: CoverageQuery): Promise<CoverageRow[]> => {
  const values: Record<string, DuckDBValue> = {};
  const where = ['TRUE'];
  for (const [name, condition] of Object.entries(conditions)) {
    const value = query[name as keyof CoverageQuery];
    if (value === undefined) continue;
    values[name] = typeof value === 'string' ? value : listValue([...value]);
    where.push(condition);
  }
  const rows = await database.all(
    `SELECT symbol, venue, kind, interval, source, day::VARCHAR AS day, epoch_ms(from_at)::DOUBLE AS "fromMs",
            epoch_ms(to_at)::DOUBLE AS "toMs", state
     FROM coverage WHERE ${where.join(' AND ')} ORDER BY symbol, venue, interval, source, from_at`,
    values,
  );
  return rows as unknown as CoverageRow[]; // the columns above are its fields
};
