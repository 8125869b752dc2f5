import { coverageStates, type CoverageState } from './state.js';

/**
 * What is known of sessions, in one query for all symbols and days: `layers` are the stretches that tables tell, cut to the sessions;
 * a symbol-day that one layer settles is done with, and only the others are cut into segments, each of which is judged by the layers
 * above it. Values: $hours ("venue day openMs closeMs untilMs"), $symbols and $venue where symbols are named.
 */
export interface KnownSqlOptions {
  /** Trades or books ($kind, $now, $recently); else candles ($interval). */
  readonly feed: boolean;
  /** Whether symbols are named: then a day without anything counts. */
  readonly named: boolean;
}

/** The first one that any source tells counts: what is here, what is answered, what somebody has asked for, what nobody has. */
const ranking = [
  ...(['present', 'verified_empty', 'halted', 'requested'] as const),
  ...(['expired', 'unavailable', 'missing'] as const),
] satisfies readonly CoverageState[];

const ranks = `[${ranking.map((state) => `'${state}'`).join(', ')}]`;

const hours = `
hours AS (
  SELECT part[1] AS venue, part[2]::DATE AS day, epoch_ms(part[3]::BIGINT) AS open_at, epoch_ms(part[4]::BIGINT) AS close_at,
    epoch_ms(part[5]::BIGINT) AS until_at
  FROM (SELECT string_split(unnest($hours), ' ') AS part)
)`;

const nothing = 'NULL::VARCHAR AS cause, NULL::VARCHAR AS reason, FALSE AS lasts';

const ofNamed = (named: boolean, table: string): string =>
  named ? ` AND ${table}.symbol IN (SELECT unnest($symbols))` : '';

/** What sources of bars have told. */
const candleLayers = (named: boolean): string => `
told AS (
  SELECT symbol, venue, day, open_at, hours.until_at, greatest(from_at, open_at) AS from_at, least(to_at, hours.until_at) AS to_at,
    list_position(${ranks}, state) AS rank
  FROM coverage JOIN hours USING (venue, day)
  WHERE kind = 'candle' AND interval = $interval AND from_at < hours.until_at AND to_at > open_at${ofNamed(named, 'coverage')}
),
days AS MATERIALIZED (
  SELECT symbol, venue, day, any_value(open_at) AS open_at, any_value(until_at) AS until_at, min(rank) AS best,
    min(rank) FILTER (from_at = open_at AND to_at = until_at) IS NOT DISTINCT FROM min(rank) AS whole
  FROM told GROUP BY symbol, venue, day
),
settled AS (SELECT symbol, venue, day, open_at AS from_at, until_at AS to_at, ${ranks}[best] AS state, ${nothing} FROM days WHERE whole)`;

const candleVerdict = `
judged AS (
  SELECT segment, coalesce(${ranks}[min(rank)], 'missing') AS state, ${nothing} FROM layered GROUP BY segment
)`;

/** The Korean days that a stretch touches, of those that are asked for. */
const touched = `unnest(generate_series(
    greatest(since_at + INTERVAL 9 HOUR, (SELECT min(day) FROM hours))::DATE,
    least(until_at + INTERVAL 9 HOUR, (SELECT max(day) FROM hours))::DATE, INTERVAL 1 DAY))::DATE AS day`;

/**
 * A run of a collector was there up to what any of its feeds told last, for its batches are committed in order. One that came to the
 * close has what the closing auction prints behind it. A trade that is lost at an instant is a gap of one millisecond.
 */
const feedLayers = (named: boolean): string => `
ends AS (
  SELECT run_id, broker, CASE WHEN max(through_at) >= $recently THEN greatest(max(through_at), $now) ELSE max(through_at) END AS until_at
  FROM feed_runs GROUP BY run_id, broker
),
spans AS (
  SELECT symbol, venue, broker, 'run' AS layer, since_at, ends.until_at, NULL AS cause, NULL AS reason, FALSE AS lasts
  FROM feed_runs JOIN ends USING (run_id, broker) WHERE kind = $kind${ofNamed(named, 'feed_runs')}
  UNION ALL
  SELECT symbol, venue, broker, 'gap', since_at, greatest(coalesce(until_at, $now), since_at + INTERVAL 1 MILLISECOND),
    cause, NULL, until_at IS NULL
  FROM gaps WHERE kind = $kind${ofNamed(named, 'gaps')}
  UNION ALL
  SELECT symbol, venue, broker, recoveries.state, recoveries.from_at, greatest(recoveries.to_at, recoveries.from_at + INTERVAL 1 MILLISECOND),
    NULL, recoveries.reason, FALSE
  FROM recoveries JOIN gaps USING (gap_id) WHERE kind = $kind${ofNamed(named, 'gaps')}
),
told AS MATERIALIZED (
  SELECT symbol, venue, day, broker, layer, cause, reason, lasts, since_at, open_at, hours.until_at,
    greatest(daily.since_at, open_at) AS from_at,
    CASE WHEN layer = 'run' AND daily.until_at >= close_at THEN hours.until_at ELSE least(daily.until_at, hours.until_at) END AS to_at
  FROM (SELECT *, ${touched} FROM spans) AS daily JOIN hours USING (venue, day)
  WHERE daily.since_at < hours.until_at AND daily.until_at > open_at
),
days AS MATERIALIZED (
  SELECT symbol, venue, day, any_value(open_at) AS open_at, any_value(until_at) AS until_at,
    bool_and(layer = 'run') AND bool_or(from_at = open_at AND to_at = until_at) AS whole
  FROM told GROUP BY symbol, venue, day
),
settled AS (SELECT symbol, venue, day, open_at AS from_at, until_at AS to_at, 'present' AS state, ${nothing} FROM days WHERE whole)`;

/** The feed of one broker may tell what that of the other one lacks: each is judged by its own gaps. */
const feedVerdict = `
by_broker AS (
  SELECT segment, broker,
    bool_or(layer = 'recovered') OR (bool_or(layer = 'run') AND NOT bool_or(layer = 'gap')) AS here,
    bool_or(layer = 'unavailable') AS given_up, bool_or(layer = 'expired') AS forgotten, bool_or(lasts) AS lasts,
    -- What a client told says more than that nobody was there.
    arg_min(cause, since_at) FILTER (cause <> 'not-collected') AS cause, min(reason) AS reason
  FROM layered GROUP BY segment, broker
),
verdicts AS (
  SELECT segment,
    CASE WHEN bool_or(here) THEN 'present' WHEN bool_or(forgotten) THEN 'expired' WHEN bool_or(given_up) THEN 'unavailable'
      ELSE 'missing' END AS state,
    coalesce(min(cause), 'not-collected') AS cause, min(reason) AS reason, bool_or(lasts) AS lasts
  FROM by_broker GROUP BY segment
),
judged AS (
  SELECT segment, state, CASE WHEN state = 'missing' THEN cause END AS cause, CASE WHEN state IN ('expired', 'unavailable') THEN reason END AS reason,
    coalesce(state = 'missing' AND lasts, FALSE) AS lasts
  FROM verdicts
)`;

/** From each beginning or end to the next one, for what no single layer has settled, with the layers above it. */
const segments = `
unsettled AS MATERIALIZED (SELECT row_number() OVER () AS place, * FROM days WHERE NOT whole),
layers AS MATERIALIZED (
  SELECT place, told.* EXCLUDE (symbol, venue, day, open_at, until_at) FROM told JOIN unsettled USING (symbol, venue, day)
),
edges AS (
  SELECT place, from_at AS edge_at FROM layers UNION SELECT place, to_at FROM layers
  UNION SELECT place, open_at FROM unsettled UNION SELECT place, until_at FROM unsettled
),
segments AS MATERIALIZED (
  SELECT row_number() OVER () AS segment, * FROM (
    SELECT place, edge_at AS from_at, lead(edge_at) OVER (PARTITION BY place ORDER BY edge_at) AS to_at FROM edges
  ) WHERE to_at IS NOT NULL
),
layered AS (
  SELECT segment, layers.* EXCLUDE (place, from_at, to_at) FROM segments LEFT JOIN layers ON layers.place = segments.place
    AND layers.from_at <= segments.from_at AND layers.to_at >= segments.to_at
)`;

const resolved = `
resolved AS (
  SELECT symbol, venue, day, segments.from_at, segments.to_at, state, cause, reason, lasts
  FROM judged JOIN segments USING (segment) JOIN unsettled USING (place)
)`;

/** Days of named symbols of which nothing at all is known. */
const silent = `
pairs AS (SELECT DISTINCT symbol, venue FROM days),
wanted AS (
  FROM pairs UNION ALL
  SELECT DISTINCT symbol, $venue FROM (SELECT unnest($symbols) AS symbol) AS named WHERE symbol NOT IN (SELECT symbol FROM pairs)
),
silent AS (
  SELECT symbol, venue, day, open_at AS from_at, until_at AS to_at, 'missing' AS state, ${nothing}
  FROM wanted JOIN hours USING (venue) ANTI JOIN days USING (symbol, venue, day)
)`;

const knownParts = ({ feed, named }: KnownSqlOptions): string =>
  [
    ...[hours, feed ? feedLayers(named) : candleLayers(named), segments, feed ? feedVerdict : candleVerdict, resolved],
    ...(named ? [silent] : []),
    `
known AS (FROM settled UNION ALL FROM resolved${named ? ' UNION ALL FROM silent' : ''})`,
  ].join(',');

/** Rows where anything is known. */
export const anythingSql = ({ feed, named }: KnownSqlOptions): string =>
  `WITH ${[hours, feed ? feedLayers(named) : candleLayers(named)].join(',')} SELECT 1 AS one FROM days LIMIT 1`;

/** The stretches in $states, as few as there can be; each row has the total of them. */
export const stretchesSql = (options: KnownSqlOptions & { readonly limit: number }): string => `
WITH ${knownParts(options)},
chosen AS (FROM known WHERE state IN (SELECT unnest($states))),
beginnings AS (
  SELECT *, lag(to_at) OVER series IS DISTINCT FROM from_at OR lag(state) OVER series IS DISTINCT FROM state
    OR lag(cause) OVER series IS DISTINCT FROM cause OR lag(reason) OVER series IS DISTINCT FROM reason
    OR lag(lasts) OVER series IS DISTINCT FROM lasts AS begins
  FROM chosen WINDOW series AS (PARTITION BY symbol, venue, day ORDER BY from_at)
),
numbered AS (SELECT *, count(*) FILTER (begins) OVER (PARTITION BY symbol, venue, day ORDER BY from_at) AS number FROM beginnings),
joined AS (
  SELECT symbol, venue, day, min(from_at) AS from_at, max(to_at) AS to_at, state, cause, reason, lasts
  FROM numbered GROUP BY symbol, venue, day, number, state, cause, reason, lasts
)
SELECT symbol, venue, day::VARCHAR AS day, epoch_ms(from_at)::DOUBLE AS "fromMs", epoch_ms(to_at)::DOUBLE AS "toMs",
  state, cause, reason, lasts, count(*) OVER () AS total
FROM joined ORDER BY joined.day, symbol, venue, joined.from_at LIMIT ${String(options.limit)}`;

/** Milliseconds by symbol, venue and state. */
export const sharesSql = (options: KnownSqlOptions): string => `
WITH ${knownParts(options)}
SELECT symbol, venue, state, sum(epoch_ms(to_at) - epoch_ms(from_at))::DOUBLE AS ms
FROM known GROUP BY symbol, venue, state
ORDER BY symbol, venue, list_position([${coverageStates.map((state) => `'${state}'`).join(', ')}], state)`;
