import type { DuckDBConnection } from '@duckdb/node-api';
import { timestamp } from '../database/index.js';
import type { FeedBatch, FeedRecovery, RecoveryResult } from './feed-batch.js';

/**
 * From the last trade that feeds told before the stretch to the first one that they told behind it, each trade must begin where the
 * one before ended. A feed tells a trade some time after it happened, so it is the receipt that counts. Where feeds had told nothing yet,
 * the chain begins with what a broker told of the time before the stretch, or with the day.
 */
const lacking = `
WITH told AS (
  SELECT day_volume, size, coalesce(exchange_at, received_at) AS happened_at, received_at, starts_with(source, 'WS_') AS pushed FROM ticks
  WHERE symbol = $symbol AND venue = $venue AND day = $day::DATE
), before AS (
  SELECT coalesce(
    max(day_volume) FILTER (WHERE pushed AND received_at <= $from::TIMESTAMP),
    max(day_volume) FILTER (WHERE happened_at < date_trunc('second', $from::TIMESTAMP)),
    0
  ) AS volume FROM told
), behind AS (
  SELECT min(day_volume) AS volume FROM told WHERE pushed AND received_at >= $to::TIMESTAMP AND day_volume > (FROM before)
)
SELECT coalesce(sum(abs(day_volume - size - earlier)), 0)::DOUBLE AS missing,
  (SELECT volume IS NOT NULL FROM behind) AS ended
FROM (
  SELECT day_volume, size, lag(day_volume, 1, (FROM before)) OVER (ORDER BY day_volume) AS earlier
  FROM told WHERE day_volume > (FROM before) AND day_volume <= coalesce((FROM behind), day_volume)
)`;

interface Chain {
  /** Shares. */
  readonly missing: number;
  /** Whether a trade behind the stretch is here. */
  readonly ended: boolean;
}

const chainIn = async (connection: DuckDBConnection, recovery: FeedRecovery): Promise<Chain> => {
  const { symbol, venue, day, fromMs, toMs } = recovery;
  const reader = await connection.runAndReadAll(lacking, {
    ...{ symbol, venue, day },
    ...{ from: timestamp(fromMs), to: timestamp(toMs) },
  });
  const [row] = reader.getRowObjects();
  return { missing: Number(row?.missing), ended: row?.ended === true };
};

const judge = async (connection: DuckDBConnection, recovery: FeedRecovery): Promise<RecoveryResult> => {
  const { kind, asked, unavailable, expired } = recovery;
  if (unavailable !== undefined) return { state: 'unavailable', missing: 0 };
  if (expired !== undefined) return { state: 'expired', missing: 0 };
  const { missing, ended } = kind === 'trade' ? await chainIn(connection, recovery) : { missing: 0, ended: false };
  return { state: missing === 0 && (asked || ended) ? 'recovered' : 'open', missing };
};

// A proof outranks the word that nobody has it, in whatever order they come.
const record = `
INSERT INTO recoveries VALUES ($gapId, $from, $to, $state, $reason, $trades, $batchId, $now)
ON CONFLICT (gap_id, from_at) DO UPDATE SET to_at = excluded.to_at, state = excluded.state, reason = excluded.reason,
  trades = excluded.trades, batch_id = excluded.batch_id, recorded_at = excluded.recorded_at
WHERE recoveries.state <> 'recovered' OR excluded.to_at > recoveries.to_at`;

/**
 * After the rows of these batches: says of each recovery whether it has closed its part of the gap, and records it. A batch that was
 * committed before is judged anew, for rows may have come since.
 */
export const commitRecoveries = async (
  connection: DuckDBConnection,
  batches: readonly FeedBatch[],
  tradesOf: (batchId: string) => number,
  nowMs: number,
): Promise<Map<string, RecoveryResult>> => {
  const results = new Map<string, RecoveryResult>();
  for (const { batchId, recovery } of batches) {
    if (recovery === undefined) continue;
    const { gapId, fromMs, toMs, unavailable, expired } = recovery;
    const result = await judge(connection, recovery);
    results.set(batchId, result);
    if (result.state === 'open') continue;
    await connection.run(record, {
      ...{
        gapId,
        from: timestamp(fromMs),
        to: timestamp(toMs),
        state: result.state,
        reason: unavailable ?? expired ?? null,
      },
      ...{ trades: tradesOf(batchId), batchId, now: timestamp(nowMs) },
    });
  }
  return results;
};
