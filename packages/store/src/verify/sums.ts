import type { Check } from './check.js';
import { koreanDay, type Scope, shownTime } from './scope.js';

/**
 * Days of which both are final: the bar of a day is told on the next one at the earliest, and its minutes are all there when the
 * coverage of `verify_hours` says so. Kiwoom's minutes were seen to lack up to 1 % (see the verdicts of disagreements).
 */
const compared = (scope: Scope): string => `
  WITH minutes AS (
    SELECT symbol, venue, source, ${koreanDay('start_at')} AS day, sum(volume)::HUGEINT AS volume
    FROM candles WHERE interval = '1m' AND ${scope.time('start_at')} GROUP BY ALL
  ), days AS (
    SELECT symbol, venue, source, ${koreanDay('start_at')} AS day, volume FROM candles
    WHERE interval = '1d' AND fetched_at >= start_at + INTERVAL 24 HOUR AND ${scope.time('start_at')}
  ), whole AS (
    SELECT symbol, venue, source, day FROM coverage JOIN verify_hours AS hours USING (venue, day)
    WHERE interval = '1m' AND kind = 'candle' AND state IN ('present', 'verified_empty', 'halted') AND ${scope.day('day')}
    GROUP BY symbol, venue, source, day, open_at, close_at
    HAVING sum(greatest(0, epoch_ms(least(to_at, close_at)) - epoch_ms(greatest(from_at, open_at))))
      >= epoch_ms(close_at) - epoch_ms(open_at)
  )
  SELECT minutes.*, days.volume AS told, whole.day IS NOT NULL AS is_whole
  FROM minutes JOIN days USING (symbol, venue, source, day) LEFT JOIN whole USING (symbol, venue, source, day)`;

const place = `concat_ws(' ', symbol, venue, source, day) AS place`;
const what = `'minutes add up to ' || volume || ', the day has ' || told AS what`;

const exceed: Check = {
  code: 'minutes-exceed-day',
  table: 'candles',
  remedy: 'One of the two is not final or of another venue: fetch minutes and day of this symbol again.',
  sql: (scope) => `SELECT ${place}, ${what} FROM (${compared(scope)}) WHERE volume > told`,
};

const below: Check = {
  code: 'minutes-below-day',
  table: 'candles',
  remedy: 'Minutes are missing although the day counts as covered: fetch its minutes again.',
  sql: (scope) => `
    SELECT ${place}, ${what} FROM (${compared(scope)})
    WHERE is_whole AND volume < told AND (source <> 'REST_API_KIWOOM' OR (told - volume) * 100 > told)`,
};

/** Trades with the one before; a feed tells a trade some time after it happened. */
const chain = (scope: Scope): string => `
  SELECT *, lag(day_volume) OVER trades AS before, lag(came_at) OVER trades AS before_at
  FROM (SELECT symbol, venue, day, day_volume, size, exchange_at,
      CASE WHEN starts_with(source, 'WS_') THEN received_at ELSE coalesce(exchange_at, received_at) END AS came_at
    FROM ticks WHERE ${scope.day('day')})
  WINDOW trades AS (PARTITION BY symbol, venue, day ORDER BY day_volume)`;

const isBroken = 'before IS NOT NULL AND day_volume - size <> before';

const brokenChain: Check = {
  code: 'tick-chain-broken',
  table: 'ticks',
  remedy: 'Trades are missing and no gap says so: fetch the trades of that day again, or note the gap.',
  // A second more on either side: times of the exchange are whole seconds.
  sql: (scope) => `
    SELECT concat_ws(' ', symbol, venue, day, 'volume', before, 'to', day_volume) AS place,
      CASE WHEN day_volume - size > before THEN day_volume - size - before || ' shares are missing between '
        ELSE before - day_volume + size || ' shares are told twice between ' END
      || ${shownTime('least(before_at, came_at)')} || ' and ' || ${shownTime('greatest(before_at, came_at)')}
      || ', and no gap is recorded there' AS what
    FROM (SELECT * FROM (${chain(scope)}) WHERE ${isBroken}) AS broken
    ANTI JOIN gaps ON gaps.kind = 'trade' AND gaps.symbol = broken.symbol AND gaps.venue = broken.venue
      AND gaps.since_at <= greatest(broken.before_at, broken.came_at) + INTERVAL 1 SECOND
      AND coalesce(gaps.until_at, TIMESTAMP '9999-01-01') >= least(broken.before_at, broken.came_at) - INTERVAL 1 SECOND`,
};

const minuteDiffers: Check = {
  code: 'tick-minute-differs',
  table: 'ticks',
  remedy: 'Trades of that minute are missing or doubled: fetch trades and minutes again.',
  // The first minute of a chain may have begun before it, the last one may go on behind it, and what a break or a gap touches is known.
  sql: (scope) => `
    WITH linked AS (${chain(scope)}), minutes AS (
      SELECT symbol, venue, day, date_trunc('minute', exchange_at) AS start_at, sum(size)::HUGEINT AS volume,
        bool_or(before IS NULL AND day_volume > size OR coalesce(${isBroken}, FALSE)) AS is_open
      FROM linked WHERE exchange_at IS NOT NULL GROUP BY ALL
    ), whole AS (
      SELECT * FROM minutes WHERE NOT is_open
      QUALIFY start_at < max(start_at) OVER (PARTITION BY symbol, venue, day)
    )
    SELECT concat_ws(' ', whole.symbol, whole.venue, bar.source, ${shownTime('whole.start_at')}) AS place,
      'trades add up to ' || whole.volume || ', the minute has ' || bar.volume AS what
    FROM whole JOIN candles AS bar ON bar.symbol = whole.symbol AND bar.venue = whole.venue AND bar.interval = '1m'
      AND bar.start_at = whole.start_at AND starts_with(bar.source, 'REST_')
    ANTI JOIN gaps ON gaps.kind = 'trade' AND gaps.symbol = whole.symbol AND gaps.venue = whole.venue
      AND gaps.since_at < whole.start_at + INTERVAL 61 SECOND
      AND coalesce(gaps.until_at, TIMESTAMP '9999-01-01') >= whole.start_at - INTERVAL 1 SECOND
    WHERE bar.volume <> whole.volume AND (bar.source <> 'REST_API_KIWOOM'
      OR abs(whole.volume - bar.volume) * 100 > greatest(whole.volume, bar.volume))`,
};

/** Volumes that have to agree with each other. */
export const sumChecks: readonly Check[] = [exceed, below, brokenChain, minuteDiffers];
