import { listValue, type DuckDBValue } from '@duckdb/node-api';
import { type BarInterval, type Database, timestamp, type Venue } from '../database/index.js';
import type { BrokerBar, Disagreement, Verdict } from './disagreement.js';

/** Which disagreements; what is left out is not narrowed. Times are UTC epoch ms, half-open: `fromMs <= startMs < toMs`. */
export interface DisagreementQuery {
  readonly symbols?: readonly string[];
  readonly venue?: Venue;
  readonly interval?: BarInterval;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly verdict?: Verdict;
}

const conditions = {
  symbols: 'symbol IN (SELECT unnest($symbols))',
  venue: 'venue = $venue',
  interval: 'interval = $interval',
  fromMs: 'start_at >= $fromMs',
  toMs: 'start_at < $toMs',
  verdict: 'verdict = $verdict',
} as const;

const parameters = ({ symbols, venue, interval, fromMs, toMs, verdict }: DisagreementQuery) =>
  ({
    ...(symbols && { symbols: listValue([...symbols]) }),
    ...(venue && { venue }),
    ...(interval && { interval }),
    ...(fromMs !== undefined && { fromMs: timestamp(fromMs) }),
    ...(toMs !== undefined && { toMs: timestamp(toMs) }),
    ...(verdict && { verdict }),
  }) satisfies Record<string, DuckDBValue>;

const sideColumns = (side: 'kis' | 'kiwoom'): string => {
  const figures = ['open', 'high', 'low', 'close', 'volume', 'value'];
  return [...figures.map((name) => `${side}_${name}::DOUBLE AS ${side}_${name}`), `${side}_batch_id`].join(', ');
};

const sideOf = (row: Record<string, DuckDBValue>, side: 'kis' | 'kiwoom'): BrokerBar => ({
  open: Number(row[`${side}_open`]),
  high: Number(row[`${side}_high`]),
  low: Number(row[`${side}_low`]),
  close: Number(row[`${side}_close`]),
  volume: Number(row[`${side}_volume`]),
  value: row[`${side}_value`] as number | null,
  batchId: String(row[`${side}_batch_id`]),
});

/** Ordered by symbol and start, then venue and interval. */
export async function* readDisagreements(database: Database, query: DisagreementQuery): AsyncGenerator<Disagreement> {
  const values = parameters(query);
  const where = Object.entries(conditions).flatMap(([name, condition]) => (name in values ? [condition] : []));
  const rows = database.rows(
    `SELECT symbol, venue, interval, epoch_ms(start_at)::DOUBLE AS "startMs", verdict,
            epoch_ms(noticed_at)::DOUBLE AS "noticedAtMs", ${sideColumns('kis')}, ${sideColumns('kiwoom')}
     FROM disagreements WHERE ${['TRUE', ...where].join(' AND ')} ORDER BY symbol, start_at, venue, interval`,
    values,
  );
  for await (const row of rows) {
    const { symbol, venue, interval, startMs, verdict, noticedAtMs } = row as unknown as Disagreement; // its columns
    const bar = { symbol, venue, interval, startMs, verdict, noticedAtMs };
    yield { ...bar, kis: sideOf(row, 'kis'), kiwoom: sideOf(row, 'kiwoom') };
  }
}
