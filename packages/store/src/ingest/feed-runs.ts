import { type DuckDBConnection, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { append, timestamp } from '../database/index.js';
import type { FeedBatch } from './feed-batch.js';

/** What batches of one run say of one of its feeds. */
interface Span {
  readonly batch: FeedBatch;
  readonly runId: string;
  readonly kind: string;
  readonly symbol: string;
  readonly venue: string;
  readonly sinceMs: number;
  /** Everything up to then reached the run, but for the gaps that it told. */
  throughMs: number;
}

type Feed = Pick<Span, 'kind' | 'symbol' | 'venue'>;

const spansOf = (batches: readonly FeedBatch[]): Span[] => {
  const spans = new Map<string, Span>();
  for (const batch of batches) {
    if (batch.run === undefined) continue;
    const { id: runId, begun } = batch.run;
    const heard = ({ kind, symbol, venue }: Feed, atMs: number): void => {
      const name = [runId, batch.provenance.broker, kind, venue, symbol].join(' ');
      const span = spans.get(name);
      if (span === undefined) spans.set(name, { batch, runId, kind, symbol, venue, sinceMs: atMs, throughMs: atMs });
      else span.throughMs = Math.max(span.throughMs, atMs);
    };
    for (const feed of begun) heard(feed, feed.atMs);
    for (const row of batch.ticks) heard({ ...row, kind: 'trade' }, row.receivedMs);
    for (const row of batch.books) heard({ ...row, kind: 'book' }, row.receivedMs);
    // What was received before a gap, or again behind it, has reached the run too.
    for (const gap of batch.gaps) if (gap.kind !== 'notice') heard(gap, gap.untilMs ?? gap.sinceMs);
  }
  return [...spans.values()];
};

const spanTypes = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, TIMESTAMP, VARCHAR];

const sameFeed = (left: string, right: string): string =>
  ['broker', 'kind', 'symbol', 'venue'].map((name) => `${left}.${name} = ${right}.${name}`).join(' AND ');

/** Feeds of which their run tells for the first time. */
const begun = `FROM staged_spans span
  WHERE NOT EXISTS (FROM feed_runs run WHERE run.run_id = span.run_id AND ${sameFeed('run', 'span')})`;

const stageSpans = async (connection: DuckDBConnection, spans: readonly Span[]): Promise<void> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE staged_spans AS SELECT *, '' AS batch_id FROM feed_runs LIMIT 0`);
  await append(
    connection,
    'staged_spans',
    spanTypes,
    spans.map(({ batch, runId, kind, symbol, venue, sinceMs, throughMs }) => [
      ...[runId, batch.provenance.broker, kind, symbol, venue],
      ...[timestamp(sinceMs), timestamp(throughMs), batch.batchId],
    ]),
  );
};

const has = async (connection: DuckDBConnection, rows: string): Promise<boolean> =>
  (await connection.runAndReadAll(`SELECT 1 ${rows} LIMIT 1`)).currentRowCount > 0;

/** An earlier run has left it open: it is over, for the feed is received again. Nobody has told its end, so `closed_by` stays NULL. */
const endedHere = `gaps.until_at IS NULL AND gaps.since_at <= span.since_at AND ${sameFeed('gaps', 'span')}`;

const closings = `SELECT span.batch_id FROM gaps JOIN begun_spans span ON ${endedHere}`;
const close = `UPDATE gaps SET until_at = span.since_at FROM begun_spans span WHERE ${endedHere}`;

/** Between two runs nobody has collected, unless a gap that was just closed says so already. */
const uncollected = `
  INSERT INTO gaps
  SELECT concat_ws('.', run_id, broker, kind, venue, symbol), broker, kind, symbol, venue, before_at, since_at,
         'not-collected', NULL, batch_id, batch_id
  FROM begun_spans span
  WHERE before_at < since_at AND NOT EXISTS (
    FROM gaps WHERE gaps.until_at = span.since_at AND gaps.since_at <= span.before_at AND ${sameFeed('gaps', 'span')})
  ON CONFLICT DO NOTHING RETURNING batch_id`;

/**
 * Before the rows of these batches are merged: what their runs begin with. One name of a batch per gap that is new, or whose end is.
 */
export const beginRuns = async (connection: DuckDBConnection, batches: readonly FeedBatch[]): Promise<string[]> => {
  await stageSpans(connection, spansOf(batches));
  if (!(await has(connection, begun))) return [];
  // With where the runs before it have ended.
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE begun_spans AS
    SELECT span.*, (SELECT max(through_at) FROM feed_runs run WHERE ${sameFeed('run', 'span')}) AS before_at ${begun}`);
  const [closed = []] = (await connection.runAndReadAll(closings)).getColumns();
  await connection.run(close);
  const [found = []] = (await connection.runAndReadAll(uncollected)).getColumns();
  await connection.run(`
    INSERT INTO feed_runs SELECT run_id, broker, kind, symbol, venue, since_at, since_at FROM begun_spans`);
  return [...closed, ...found].map(String);
};

/** Gaps between runs that a run of these batches was there for, as far as it has come. */
const outlived = `gaps.cause = 'not-collected' AND gaps.since_at >= run.since_at AND ${sameFeed('gaps', 'run')}
  AND gaps.since_at < run.through_at AND run.run_id = span.run_id AND ${sameFeed('run', 'span')}`;

/**
 * Behind the merge: how far the runs have come. A run that collects beside a newer one, or whose last batches are committed late, has
 * covered some of what stands there as `not-collected`.
 */
export const extendRuns = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(`
    UPDATE feed_runs SET through_at = span.through_at FROM staged_spans span
    WHERE feed_runs.run_id = span.run_id AND ${sameFeed('feed_runs', 'span')} AND feed_runs.through_at < span.through_at`);
  if (!(await has(connection, `FROM gaps, staged_spans span, feed_runs run WHERE ${outlived}`))) return;
  await connection.run(`
    DELETE FROM gaps USING staged_spans span, feed_runs run WHERE ${outlived} AND gaps.until_at <= run.through_at`);
  await connection.run(`
    UPDATE gaps SET since_at = run.through_at FROM staged_spans span, feed_runs run
    WHERE ${outlived} AND gaps.until_at > run.through_at`);
};
