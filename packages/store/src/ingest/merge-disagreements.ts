import type { DuckDBConnection } from '@duckdb/node-api';
import { timestamp } from '../database/index.js';

const figures = ['open', 'high', 'low', 'close', 'volume', 'value', 'batch_id'] as const;
const sides = ['kis', 'kiwoom'] as const;

const key = ['symbol', 'venue', 'interval', 'start_at'] as const;
const told = sides.flatMap((side) => figures.map((figure) => `${side}_${figure}`));
const selected = sides.flatMap((side) => figures.map((figure) => `${side}.${figure} AS ${side}_${figure}`));

const sameBar = (a: string, b: string): string => key.map((name) => `${a}.${name} = ${b}.${name}`).join(' AND ');
const listOf = (names: readonly string[], of: string): string => names.map((name) => `${of}.${name}`).join(', ');

const otherSource = `CASE staged.source
  WHEN 'REST_API_KIS' THEN 'REST_API_KIWOOM' WHEN 'REST_API_KIWOOM' THEN 'REST_API_KIS' END`;

const hasPairs = `SELECT EXISTS (
  FROM staged JOIN candles AS other ON ${sameBar('other', 'staged')} AND other.source = ${otherSource}
)`;

// The pairs come from candles, not from staged: of a bar delivered late the row that stayed is the one that counts.
const merge = `
MERGE INTO disagreements USING (
  SELECT ${listOf(key, 'kis')}, broker_verdict(kis, kiwoom) AS verdict, ${selected.join(', ')}
  FROM (SELECT DISTINCT ${key.join(', ')} FROM staged) AS touched
  JOIN candles AS kis ON ${sameBar('kis', 'touched')} AND kis.source = 'REST_API_KIS'
  JOIN candles AS kiwoom ON ${sameBar('kiwoom', 'touched')} AND kiwoom.source = 'REST_API_KIWOOM'
) AS pair ON ${sameBar('disagreements', 'pair')}
WHEN MATCHED AND pair.verdict IS NULL THEN DELETE
WHEN MATCHED AND (${listOf(told, 'pair')}) IS DISTINCT FROM (${listOf(told, 'disagreements')})
  THEN UPDATE SET verdict = pair.verdict, ${told.map((name) => `${name} = pair.${name}`).join(', ')}
WHEN NOT MATCHED AND pair.verdict IS NOT NULL
  THEN INSERT (${key.join(', ')}, verdict, noticed_at, ${told.join(', ')})
  VALUES (${listOf(key, 'pair')}, pair.verdict, $noticedAt, ${listOf(told, 'pair')})`;

/**
 * Compares the staged bars with what the other broker says of them, and records, updates or removes their
 * disagreements. Runs in the transaction of their rows, after these were merged. The merge costs 10 ms to plan, which
 * a store of one broker need not pay with every batch.
 */
export const mergeDisagreements = async (connection: DuckDBConnection, nowMs: number): Promise<void> => {
  const [[found] = []] = (await connection.runAndReadAll(hasPairs)).getRows();
  if (found === true) await connection.run(merge, { noticedAt: timestamp(nowMs) });
};
