import { listValue, type DuckDBValue } from '@duckdb/node-api';
import { type Database, type FeedKind, timestamp, type Venue } from '../database/index.js';
import type { BookRow } from './book.js';
import type { GapRow } from './gap.js';
import type { TickRow } from './tick.js';

/** Whose trades some run of a collector received on a day of a venue, in order. The day is one, and begins at `fromMs`. */
export const readCollected = async (
  database: Database,
  { venue, fromMs }: { readonly venue: Venue; readonly fromMs: number },
): Promise<string[]> => {
  const rows = await database.all(
    `SELECT DISTINCT symbol FROM feed_runs
     WHERE kind = 'trade' AND venue = $venue AND through_at >= $from AND since_at < $to ORDER BY symbol`,
    { venue, from: timestamp(fromMs), to: timestamp(fromMs + 86_400_000) },
  );
  return rows.map(({ symbol }) => String(symbol));
};

/** The trades of one symbol and Korean day, `YYYY-MM-DD`. */
export interface TickQuery {
  readonly symbol: string;
  readonly venue: Venue;
  readonly day: string;
}

/** The books of one symbol, received within these times: UTC epoch ms, half-open. What is left out is not narrowed. */
export interface BookQuery {
  readonly symbol: string;
  readonly venue: Venue;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Which gaps; what is left out is not narrowed. Those that touch `fromMs <= t < toMs` (UTC epoch ms), open ones too. */
export interface GapQuery {
  readonly broker?: 'kis' | 'kiwoom';
  readonly kind?: FeedKind;
  readonly symbols?: readonly string[];
  readonly venue?: Venue;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Ascending by the volume of the day so far: the order in which they happened. The day is one. */
export async function* readTicks(database: Database, { symbol, venue, day }: TickQuery): AsyncGenerator<TickRow> {
  const rows = database.rows(
    `SELECT symbol, venue, day::VARCHAR AS day, day_volume::DOUBLE AS "dayVolume", epoch_ms(exchange_at)::DOUBLE AS "atMs",
            epoch_ms(received_at)::DOUBLE AS "receivedMs", price::DOUBLE AS price, size::DOUBLE AS size,
            day_value::DOUBLE AS "dayValue", side, ask::DOUBLE AS ask, bid::DOUBLE AS bid, source, batch_id AS "batchId"
     FROM ticks WHERE symbol = $symbol AND venue = $venue AND day = $day::DATE ORDER BY day_volume`,
    { symbol, venue, day },
  );
  for await (const row of rows) yield row as unknown as TickRow; // the columns above are its fields
}

const levels = (side: 'asks' | 'bids'): string =>
  ['price', 'size']
    .map((name) => `list_transform(${side}, lambda level: level.${name}::DOUBLE) AS ${side}_${name}`)
    .join(', ');

const numbersOf = (list: DuckDBValue | undefined): number[] =>
  (list as unknown as { readonly items: readonly number[] }).items.map(Number); // so the binding gives a list of DOUBLE

const levelsOf = (row: Record<string, DuckDBValue>, side: 'asks' | 'bids'): BookRow['asks'] => {
  const sizes = numbersOf(row[`${side}_size`]);
  return numbersOf(row[`${side}_price`]).map((price, index) => ({ price, size: sizes[index] ?? 0 }));
};

/** In the order in which they were received. */
export async function* readBooks(database: Database, query: BookQuery): AsyncGenerator<BookRow> {
  const { symbol, venue, fromMs, toMs } = query;
  const within = [
    fromMs === undefined ? '' : ' AND received_at >= $from',
    toMs === undefined ? '' : ' AND received_at < $to',
  ];
  const rows = database.rows(
    `SELECT symbol, venue, epoch_ms(exchange_at)::DOUBLE AS "atMs", epoch_ms(received_at)::DOUBLE AS "receivedMs",
            ${levels('asks')}, ${levels('bids')}, total_ask_size::DOUBLE AS "totalAskSize",
            total_bid_size::DOUBLE AS "totalBidSize", expected_price::DOUBLE AS expected_price,
            expected_size::DOUBLE AS expected_size, source, batch_id AS "batchId"
     FROM books WHERE symbol = $symbol AND venue = $venue${within.join('')} ORDER BY received_at, exchange_at, rowid`,
    {
      ...{ symbol, venue },
      ...(fromMs !== undefined && { from: timestamp(fromMs) }),
      ...(toMs !== undefined && { to: timestamp(toMs) }),
    },
  );
  for await (const row of rows) {
    const { atMs, receivedMs, totalAskSize, totalBidSize, source, batchId } = row as unknown as BookRow; // its columns
    yield {
      ...{ symbol, venue, atMs, receivedMs, asks: levelsOf(row, 'asks'), bids: levelsOf(row, 'bids') },
      ...{ totalAskSize, totalBidSize, source, batchId },
      expected:
        row.expected_price === null ? null : { price: Number(row.expected_price), size: Number(row.expected_size) },
    };
  }
}

const gapConditions = {
  broker: 'broker = $broker',
  kind: 'kind = $kind',
  symbols: 'symbol IN (SELECT unnest($symbols))',
  venue: 'venue = $venue',
  // A gap that is left at `until` and begins after `since`: both ends may have been received.
  fromMs: '(until_at IS NULL OR until_at >= $fromMs)',
  toMs: 'since_at < $toMs',
} as const;

/** By their beginning, then symbol and id. */
export async function* readGaps(database: Database, query: GapQuery): AsyncGenerator<GapRow> {
  const { broker, kind, symbols, venue, fromMs, toMs } = query;
  const values: Record<string, DuckDBValue> = {
    ...(broker && { broker }),
    ...(kind && { kind }),
    ...(venue && { venue }),
    ...(symbols && { symbols: listValue([...symbols]) }),
    ...(fromMs !== undefined && { fromMs: timestamp(fromMs) }),
    ...(toMs !== undefined && { toMs: timestamp(toMs) }),
  };
  const where = Object.entries(gapConditions).flatMap(([name, condition]) => (name in values ? [condition] : []));
  const rows = database.rows(
    `SELECT gap_id AS id, broker, kind, symbol, venue, epoch_ms(since_at)::DOUBLE AS "sinceMs",
            epoch_ms(until_at)::DOUBLE AS "untilMs", cause, missing::DOUBLE AS missing, batch_id AS "batchId",
            closed_by AS "closedBy"
     FROM gaps WHERE ${['TRUE', ...where].join(' AND ')} ORDER BY since_at, symbol, gap_id`,
    values,
  );
  for await (const row of rows) yield row as unknown as GapRow; // the columns above are its fields
}
