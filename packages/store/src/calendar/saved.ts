import { type Database, timestamp, type Venue } from '../database/index.js';
import { startOfDay } from './day.js';

/** What a source said of a day. It outranks the calendar that comes with this package. */
export interface TradingDay {
  readonly venue: Venue;
  /** Korean day, YYYY-MM-DD. */
  readonly day: string;
  readonly state: 'open' | 'closed';
  /** UTC epoch ms; null when the day is closed or the source tells no hours. */
  readonly openMs: number | null;
  /** Likewise. */
  readonly closeMs: number | null;
  /** E.g. the broker's operation that answered. */
  readonly source: string;
  /** When it was told, UTC epoch ms. */
  readonly fetchedAtMs: number;
}

/** Which saved days: Korean days `YYYY-MM-DD`, both of them in the range. */
export interface TradingDayQuery {
  readonly venue: Venue;
  readonly fromDay: string;
  readonly toDay: string;
}

const orNull = (ms: number | null) => (ms === null ? null : timestamp(ms));

const upsert = `
INSERT INTO trading_days VALUES ($venue, $day::DATE, $state, $openAt, $closeAt, $source, $fetchedAt)
ON CONFLICT (venue, day) DO UPDATE SET state = excluded.state, open_at = excluded.open_at,
  close_at = excluded.close_at, source = excluded.source, fetched_at = excluded.fetched_at
WHERE excluded.fetched_at >= trading_days.fetched_at`;

/** Row by row on purpose: a broker answers with a few weeks at most, once a day. */
export const saveTradingDays = async (database: Database, days: readonly TradingDay[]): Promise<void> => {
  for (const { day } of days) startOfDay(day);
  await database.transaction(async (connection) => {
    for (const { venue, day, state, openMs, closeMs, source, fetchedAtMs } of days) {
      await connection.run(upsert, {
        ...{ venue, day, state, source },
        ...{ openAt: orNull(openMs), closeAt: orNull(closeMs), fetchedAt: timestamp(fetchedAtMs) },
      });
    }
  });
};

/** Ascending by day. Rejects with HUB_DAY_INVALID. */
export const savedTradingDays = async (database: Database, query: TradingDayQuery): Promise<TradingDay[]> => {
  startOfDay(query.fromDay);
  startOfDay(query.toDay);
  const rows = await database.all(
    `SELECT venue, day::VARCHAR AS day, state, epoch_ms(open_at)::DOUBLE AS "openMs",
            epoch_ms(close_at)::DOUBLE AS "closeMs", source, epoch_ms(fetched_at)::DOUBLE AS "fetchedAtMs"
     FROM trading_days WHERE venue = $venue AND day BETWEEN $fromDay::DATE AND $toDay::DATE ORDER BY day`,
    { venue: query.venue, fromDay: query.fromDay, toDay: query.toDay },
  );
  return rows as unknown as TradingDay[]; // the columns above are its fields
};
