import type { DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';

import { startOfDay } from '../calendar/index.js';
import { timestamp, type Venue } from '../database/index.js';

/** Which day of which venue. */
export interface VerifyQuery {
  readonly venue: Venue;
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
}

/** What came of comparing trades with the minute bars that a broker told by REST. */
export interface Verification {
  /** Minutes whose trades add up to the bar of a broker. */
  readonly verified: number;
  /** Minutes with trades that no bar proves: there is none yet, or a hole is open. */
  readonly unverified: number;
  /** Minutes that do not add up and lie in no open hole: each is a gap now, with the cause `verification`. */
  readonly gaps: number;
}

/**
 * Minutes of trades, by the time of the exchange, beside the bar of the better broker. `open`: a part of a gap that nothing has closed
 * lies in it, so that nothing follows from its sum. `collected`: within what runs of collectors received.
 */
const compare = `
CREATE OR REPLACE TEMP TABLE compared AS
WITH spans AS (
  SELECT symbol, min(since_at) AS since_at, max(through_at) AS through_at FROM feed_runs
  WHERE kind = 'trade' AND venue = $venue AND through_at >= $from AND since_at < $to GROUP BY symbol
), told AS (
  SELECT symbol, date_trunc('minute', coalesce(exchange_at, received_at)) AS start_at,
    arg_min(price, day_volume) AS open, max(price) AS high, min(price) AS low, arg_max(price, day_volume) AS close,
    sum(size)::BIGINT AS volume, sum(price * size)::DECIMAL(24, 4) AS value
  FROM ticks WHERE venue = $venue AND day = $day::DATE GROUP BY ALL
), bars AS (
  SELECT symbol, start_at, volume FROM candles
  WHERE venue = $venue AND interval = '1m' AND start_at >= $from AND start_at < $to AND starts_with(source, 'REST_API_')
  QUALIFY row_number() OVER (PARTITION BY symbol, start_at ORDER BY source) = 1
), holes AS (
  SELECT gaps.symbol, gaps.since_at, coalesce(gaps.until_at, $to) AS until_at FROM gaps
  WHERE gaps.kind = 'trade' AND gaps.venue = $venue AND gaps.since_at < $to AND coalesce(gaps.until_at, $to) >= $from
    AND NOT EXISTS (FROM recoveries WHERE recoveries.gap_id = gaps.gap_id AND recoveries.state = 'recovered'
      AND recoveries.from_at <= greatest(gaps.since_at, $from) AND recoveries.to_at >= least(coalesce(gaps.until_at, $to), $to))
)
SELECT coalesce(told.symbol, bars.symbol) AS symbol, coalesce(told.start_at, bars.start_at) AS start_at,
  told.open, told.high, told.low, told.close, told.volume, told.value, bars.volume AS bar_volume,
  coalesce(spans.since_at <= coalesce(told.start_at, bars.start_at)
    AND spans.through_at >= coalesce(told.start_at, bars.start_at) + INTERVAL 1 MINUTE, FALSE) AS collected,
  EXISTS (FROM holes WHERE holes.symbol = coalesce(told.symbol, bars.symbol)
    AND holes.since_at < coalesce(told.start_at, bars.start_at) + INTERVAL 1 MINUTE
    AND holes.until_at >= coalesce(told.start_at, bars.start_at)) AS open_hole
FROM told FULL JOIN bars ON told.symbol = bars.symbol AND told.start_at = bars.start_at
LEFT JOIN spans ON spans.symbol = coalesce(told.symbol, bars.symbol)`;

const aggregate = `
CREATE OR REPLACE TEMP TABLE aggregated AS
SELECT symbol, start_at, open, high, low, close, volume, value,
  CASE WHEN volume = bar_volume AND collected AND NOT open_hole
    THEN 'TICK_AGGREGATION_VERIFIED' ELSE 'TICK_AGGREGATION_UNVERIFIED' END AS source
FROM compared WHERE volume IS NOT NULL AND collected`;

const ofDay = `candles.venue = $venue AND candles.interval = '1m' AND candles.start_at >= $from AND candles.start_at < $to
  AND starts_with(candles.source, 'TICK_AGGREGATION_')`;

const forget = `
DELETE FROM candles WHERE ${ofDay} AND NOT EXISTS (
  FROM aggregated WHERE aggregated.symbol = candles.symbol AND aggregated.start_at = candles.start_at
    AND aggregated.source = candles.source)`;

const keep = `
INSERT INTO candles
SELECT symbol, $venue, '1m', start_at, source, open, high, low, close, volume, value, $batchId, $now FROM aggregated AS news
-- An update of what is the same would be counted as a change.
WHERE NOT EXISTS (
  FROM candles WHERE candles.symbol = news.symbol AND candles.venue = $venue AND candles.interval = '1m'
    AND candles.start_at = news.start_at AND candles.source = news.source
    AND (candles.open, candles.high, candles.low, candles.close, candles.volume, candles.value)
      = (news.open, news.high, news.low, news.close, news.volume, news.value))
ON CONFLICT (symbol, venue, interval, start_at, source) DO UPDATE SET open = excluded.open, high = excluded.high,
  low = excluded.low, close = excluded.close, volume = excluded.volume, value = excluded.value,
  batch_id = excluded.batch_id, fetched_at = excluded.fetched_at
RETURNING 1`;

const suspect = `
INSERT INTO gaps
SELECT concat_ws('.', 'verification', symbol, $venue, epoch_ms(start_at)), 'kis', 'trade', symbol, $venue, start_at,
  start_at + INTERVAL 1 MINUTE, 'verification', nullif(greatest(bar_volume - coalesce(volume, 0), 0), 0), $batchId, $batchId
FROM compared WHERE collected AND NOT open_hole AND bar_volume IS NOT NULL AND coalesce(volume, 0) <> bar_volume
ON CONFLICT DO NOTHING RETURNING 1`;

const dayMs = 86_400_000;

const countOf = async (connection: DuckDBConnection, sql: string, values: Parameters<DuckDBConnection['run']>[1]) =>
  (await connection.runAndReadAll(sql, values)).currentRowCount;

/** Throws HUB_DAY_INVALID. Runs in a transaction. */
export const verifyTicks = async (
  connection: DuckDBConnection,
  { venue, day }: VerifyQuery,
  nowMs: number,
): Promise<Verification> => {
  const fromMs = startOfDay(day);
  const range = { venue, from: timestamp(fromMs), to: timestamp(fromMs + dayMs) };
  const batchId = ['aggregation', venue, day, randomUUID().slice(0, 8)].join('.');
  const now = timestamp(nowMs);
  await connection.run(compare, { ...range, day });
  await connection.run(aggregate);
  await connection.run(forget, range);
  const changed = await countOf(connection, keep, { venue, batchId, now });
  const gaps = await countOf(connection, suspect, { venue, batchId });
  if (changed > 0) {
    await connection.run(`INSERT INTO batches VALUES ($batchId, 'hub', '', '', [], $now, 0, $now, $changed, 0, 0)`, {
      batchId,
      now,
      changed,
    });
  }
  if (gaps > 0) {
    await connection.run(
      `INSERT INTO feed_batches VALUES ($batchId, 'hub', 'REST_API_KIS', NULL, $now, 0, $now, 0, 0, $gaps)`,
      { batchId, now, gaps },
    );
  }
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FILTER (WHERE source = 'TICK_AGGREGATION_VERIFIED') AS verified, count(*) AS minutes FROM aggregated`,
  );
  const [{ verified, minutes } = { verified: 0, minutes: 0 }] = reader.getRowObjects();
  return { verified: Number(verified), unverified: Number(minutes) - Number(verified), gaps };
};
