import type { Check } from './check.js';
import { koreanDay, type Scope, shownTime } from './scope.js';

const restore =
  'Restore the file from a snapshot taken before, or remove these rows and run `hub backfill` for the day again.';

interface Key {
  readonly table: string;
  readonly key: readonly string[];
  readonly scope: (scope: Scope) => string;
  readonly place: string;
}

const bar = `concat_ws(' ', symbol, venue, interval, source, ${shownTime('start_at')})`;

const keys: readonly Key[] = [
  {
    table: 'candles',
    key: ['symbol', 'venue', 'interval', 'start_at', 'source'],
    scope: (scope) => scope.time('start_at'),
    place: bar,
  },
  {
    table: 'ticks',
    key: ['symbol', 'venue', 'day', 'day_volume'],
    scope: (scope) => scope.day('day'),
    place: `concat_ws(' ', symbol, venue, day, 'volume', day_volume)`,
  },
  {
    table: 'books',
    key: ['symbol', 'venue', 'source', 'received_at', 'digest'],
    scope: (scope) => scope.time('received_at'),
    place: `concat_ws(' ', symbol, venue, source, ${shownTime('received_at')})`,
  },
  { table: 'gaps', key: ['gap_id'], scope: (scope) => scope.time('since_at'), place: 'gap_id' },
  { table: 'batches', key: ['batch_id'], scope: () => 'TRUE', place: 'batch_id' },
  { table: 'feed_batches', key: ['batch_id'], scope: () => 'TRUE', place: 'batch_id' },
];

/** By hash first: grouping ten million keys themselves would not fit in memory. */
const duplicateKeys = keys.map(({ table, key, scope: within, place }): Check => {
  const digest = `hash(${key.join(', ')})`;
  return {
    code: 'duplicate-key',
    table,
    remedy: restore,
    sql: (scope) => `
      WITH twice AS (SELECT ${digest} AS key_hash FROM ${table} WHERE ${within(scope)} GROUP BY key_hash HAVING count(*) > 1)
      SELECT ${place} AS place, 'is there ' || count(*) || ' times' AS what
      FROM ${table} WHERE ${within(scope)} AND ${digest} IN (SELECT key_hash FROM twice)
      GROUP BY ${key.join(', ')} HAVING count(*) > 1`,
  };
});

interface Pointer {
  readonly table: string;
  readonly column: string;
  readonly batches: 'batches' | 'feed_batches';
  readonly scope: (scope: Scope) => string;
}

const feed = 'feed_batches';
const pointers: readonly Pointer[] = [
  { table: 'candles', column: 'batch_id', batches: 'batches', scope: (scope) => scope.time('start_at') },
  { table: 'coverage', column: 'batch_id', batches: 'batches', scope: (scope) => scope.day('day') },
  { table: 'disagreements', column: 'kis_batch_id', batches: 'batches', scope: (scope) => scope.time('start_at') },
  { table: 'disagreements', column: 'kiwoom_batch_id', batches: 'batches', scope: (scope) => scope.time('start_at') },
  { table: 'ticks', column: 'batch_id', batches: feed, scope: (scope) => scope.day('day') },
  { table: 'books', column: 'batch_id', batches: feed, scope: (scope) => scope.time('received_at') },
  { table: 'gaps', column: 'batch_id', batches: feed, scope: (scope) => scope.time('since_at') },
  { table: 'gaps', column: 'closed_by', batches: feed, scope: (scope) => scope.time('since_at') },
  { table: 'recoveries', column: 'batch_id', batches: feed, scope: (scope) => scope.time('from_at') },
];

const missingBatches = pointers.map(({ table, column, batches, scope: within }): Check => ({
  code: 'batch-missing',
  table,
  remedy: restore,
  sql: (scope) => `
      SELECT ${column} AS place, count(*) || ' rows point to it by ${column}, and ${batches} does not have it' AS what
      FROM ${table} ANTI JOIN ${batches} AS batch ON batch.batch_id = ${table}.${column}
      WHERE ${column} IS NOT NULL AND ${within(scope)} GROUP BY ${column}`,
}));

const inconsistentBars: Check = {
  code: 'bar-inconsistent',
  table: 'candles',
  remedy: 'Look at the bar with the broker; where it was wrong there, fetch the day again.',
  sql: (scope) => `
    SELECT ${bar} AS place,
      concat_ws(' ', 'open', open, 'high', high, 'low', low, 'close', close, 'volume', volume, 'value', value) AS what
    FROM candles
    WHERE ${scope.time('start_at')} AND (low > least(open, close) OR high < greatest(open, close) OR low <= 0
      OR volume < 0 OR value < 0
      OR CASE interval WHEN '1d' THEN start_at + INTERVAL 9 HOUR <> ${koreanDay('start_at')}
         ELSE date_trunc('minute', start_at) <> start_at END)`,
};

/** What holds of each row by itself. */
export const rowChecks: readonly Check[] = [...duplicateKeys, ...missingBatches, inconsistentBars];
