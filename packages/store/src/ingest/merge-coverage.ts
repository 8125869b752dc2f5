import { type DuckDBConnection, VARCHAR } from '@duckdb/node-api';
import { type CoverageRow, type CoverageState, learn, type Stretch } from '../coverage/index.js';
import { append } from '../database/index.js';
import type { CandleBatch } from './batch.js';
import { appendCoverage } from './stage.js';

/** One trading day of one series: stretches never reach over it, so it is what is read and written again. */
type SeriesDay = Omit<CoverageRow, 'fromMs' | 'toMs' | 'state'>;

const partsOf = (series: SeriesDay): string[] => [
  ...[series.symbol, series.venue, series.kind, series.interval, series.source, series.day],
];

const keyOf = (series: SeriesDay): string => partsOf(series).join('\n');

const sameSeriesDay = `coverage.symbol = touched.symbol AND coverage.venue = touched.venue
  AND coverage.kind = touched.kind AND coverage.interval = touched.interval
  AND coverage.source = touched.source AND coverage.day = touched.day::DATE`;

const touch = async (connection: DuckDBConnection, days: readonly SeriesDay[]): Promise<void> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE touched
    (symbol VARCHAR, venue VARCHAR, kind VARCHAR, interval VARCHAR, source VARCHAR, day VARCHAR)`);
  const types = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR];
  await append(connection, 'touched', types, days.map(partsOf));
};

const takeKnown = async (connection: DuckDBConnection): Promise<Map<string, Stretch[]>> => {
  const reader = await connection.runAndReadAll(
    `SELECT coverage.symbol, coverage.venue, coverage.kind, coverage.interval, coverage.source, touched.day,
            epoch_ms(from_at)::DOUBLE AS "fromMs", epoch_ms(to_at)::DOUBLE AS "toMs", state, batch_id AS "batchId"
     FROM coverage JOIN touched ON ${sameSeriesDay}`,
  );
  const known = new Map<string, Stretch[]>();
  for (const row of reader.getRowObjects()) {
    const key = keyOf(row as unknown as SeriesDay); // the columns above are its fields
    const stretch = {
      fromMs: Number(row.fromMs),
      toMs: Number(row.toMs),
      state: row.state as CoverageState,
      batchId: row.batchId as string,
    };
    known.set(key, [...(known.get(key) ?? []), stretch]);
  }
  if (known.size > 0) await connection.run(`DELETE FROM coverage USING touched WHERE ${sameSeriesDay}`);
  return known;
};

/** Joins what the batches say, in their order, with what was known. Runs in the transaction of their rows. */
export const mergeCoverage = async (connection: DuckDBConnection, batches: readonly CandleBatch[]): Promise<void> => {
  const changes = batches.flatMap(({ batchId, coverage }) => coverage.map((change) => ({ ...change, batchId })));
  if (changes.length === 0) return;
  const series = new Map(changes.map((change) => [keyOf(change), change]));
  await touch(connection, [...series.values()]);
  const known = await takeKnown(connection);
  for (const change of changes) {
    const { fromMs, toMs, state, batchId } = change;
    known.set(keyOf(change), learn(known.get(keyOf(change)) ?? [], { fromMs, toMs, state, batchId }));
  }
  const rows = [...series].flatMap(([key, day]) => (known.get(key) ?? []).map((stretch) => ({ ...day, ...stretch })));
  await appendCoverage(connection, rows);
};
