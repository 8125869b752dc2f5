import type { DuckDBConnection } from '@duckdb/node-api';
import { session } from '../calendar/index.js';
import { textLiteral, type Venue } from '../database/index.js';

interface Told {
  readonly venue: Venue;
  readonly day: string;
  readonly state: string | null;
  readonly openMs: number | null;
  readonly closeMs: number | null;
}

const covered = `
  SELECT DISTINCT venue, coverage.day::VARCHAR AS day, told.state, epoch_ms(open_at)::DOUBLE AS "openMs",
    epoch_ms(close_at)::DOUBLE AS "closeMs"
  FROM coverage LEFT JOIN trading_days AS told USING (venue, day) WHERE interval = '1m'`;

/** The temporary table `verify_hours`: when each venue was open, of all days that are covered. Saved days outrank the calendar. */
export const stageHours = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(
    'CREATE TEMP TABLE verify_hours (venue VARCHAR, day DATE, open_at TIMESTAMP, close_at TIMESTAMP)',
  );
  const days = (await connection.runAndReadAll(covered)).getRowObjects() as unknown as Told[]; // the columns above are its fields
  const rows = days.flatMap(({ venue, day, state, openMs, closeMs }) => {
    if (state === 'closed') return [];
    const hours = openMs === null || closeMs === null ? session(venue, day) : { openMs, closeMs };
    if (hours === null) return [];
    const [open, close] = [hours.openMs, hours.closeMs].map((ms) => `make_timestamp_ms(${ms})`);
    return [`(${textLiteral(venue)}, DATE ${textLiteral(day)}, ${open}, ${close})`];
  });
  // No appender: DuckDB lets none be made for a file that is open for reading.
  if (rows.length > 0) await connection.run(`INSERT INTO verify_hours VALUES ${rows.join(', ')}`);
};
