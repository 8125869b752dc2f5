import type { Check } from './check.js';
import { koreanDay, shownTime } from './scope.js';

const series = ['symbol', 'venue', 'interval', 'source'] as const;
const same = (a: string, b: string): string => series.map((name) => `${a}.${name} = ${b}.${name}`).join(' AND ');
const stretch = `concat_ws(' ', coverage.symbol, coverage.venue, coverage.interval, coverage.source,
  ${shownTime('coverage.from_at')}, 'to', ${shownTime('coverage.to_at')})`;

const again = 'Fetch the day again: remove its coverage first, for `hub backfill` does not ask for what is covered.';

const withoutRows: Check = {
  code: 'coverage-without-rows',
  table: 'coverage',
  remedy: again,
  // Few stretches make a day, so days are joined, and then looked at bar by bar.
  sql: (scope) => `
    WITH claimed AS (
      SELECT rowid AS place_id, symbol, venue, interval, source, day, from_at, to_at FROM coverage
      WHERE state = 'present' AND kind = 'candle' AND ${scope.day('day')}
    ), held AS (
      SELECT DISTINCT place_id FROM candles JOIN claimed ON ${same('candles', 'claimed')}
        AND claimed.day = ${koreanDay('candles.start_at')}
        AND candles.start_at >= claimed.from_at AND candles.start_at < claimed.to_at
      WHERE ${scope.time('candles.start_at')}
    )
    SELECT ${stretch} AS place, 'is said to be present, and no bar lies in it' AS what
    FROM claimed AS coverage ANTI JOIN held ON held.place_id = coverage.place_id`,
};

const overlaps: Check = {
  code: 'coverage-overlaps',
  table: 'coverage',
  remedy: 'Restore the file from a snapshot taken before: the store keeps stretches apart.',
  sql: (scope) => `
    SELECT ${stretch} AS place, 'begins before ' || ${shownTime('before_to')} || ', where another stretch ends' AS what
    FROM (SELECT *, max(to_at) OVER (
        PARTITION BY symbol, venue, kind, interval, source, day ORDER BY from_at, to_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to
      FROM coverage WHERE ${scope.day('day')}) AS coverage
    WHERE from_at < before_to`,
};

/** Bars made of ticks are not fetched, so nothing is claimed of them. */
const notCovered: Check = {
  code: 'row-not-covered',
  table: 'candles',
  remedy: 'Run `hub backfill` for the day: it is fetched again, and covered then.',
  sql: (scope) => `
    SELECT concat_ws(' ', symbol, venue, interval, source, ${koreanDay('start_at')}) AS place,
      count(*) || ' bars lie outside of every present stretch, the first at ' || ${shownTime('min(start_at)')} AS what
    FROM candles ANTI JOIN (SELECT * FROM coverage WHERE state = 'present' AND kind = 'candle' AND ${scope.day('day')}) AS covered
      ON ${same('candles', 'covered')} AND covered.day = ${koreanDay('candles.start_at')}
      AND candles.start_at >= covered.from_at AND candles.start_at < covered.to_at
    WHERE starts_with(source, 'REST_') AND ${scope.time('start_at')}
    GROUP BY symbol, venue, interval, source, ${koreanDay('start_at')}`,
};

/** What is claimed against what is there. */
export const coverageChecks: readonly Check[] = [withoutRows, overlaps, notCovered];
