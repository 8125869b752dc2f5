import { type DuckDBConnection, LIST, listValue, type DuckDBValue, BIGINT, DOUBLE } from '@duckdb/node-api';
import { textLiteral } from '../database/index.js';
import type { CandleRow } from '../query/index.js';
import { rawFilesIn, rawFolderOf } from '../raw/index.js';
import type { FindingCode } from './check.js';
import { type Scope, shownTime } from './scope.js';
import type { VerifyFinding } from './verify.js';

/** The answers behind one batch, as they were kept. */
export interface RawPayload {
  readonly batchId: string;
  /** In the order in which they were asked for: `request` and `body` of a `RawPage`. */
  readonly pages: readonly { readonly request: string; readonly body: string }[];
}

/** How raw answers are read again. */
export interface RawCheck {
  /** Makes rows of answers, as it is done today. What it rejects with is a finding. */
  readonly normalise: (payload: RawPayload) => Promise<readonly CandleRow[]>;
  /** Of `normalise`. */
  readonly normaliserVersion: number;
  /** The folder with the answers; that beside the file unless given. */
  readonly dir?: string;
}

/** What was looked at of raw answers. */
export interface RawChecked {
  /** Batches whose answers are kept, of those that were looked at. */
  readonly batches: number;
  /** Bars that their answers were compared with. */
  readonly rows: number;
  /** Bars from brokers whose answers are not kept, or not any more: nothing is said about them. */
  readonly rowsWithout: number;
}

export const rawCodes = [
  'raw-differs',
  'raw-row-missing',
  'raw-without-row',
  'raw-unreadable',
] as const satisfies readonly FindingCode[];
type RawCode = (typeof rawCodes)[number];

const remedies = {
  'raw-differs':
    'Somebody has changed the row, or the normaliser has: of equal versions, restore it or fetch the day again.',
  'raw-row-missing': 'The row was removed behind the back of the store: restore it or fetch the day again.',
  'raw-without-row':
    'The answers do not tell this row (any more): of equal versions, restore it or fetch the day again.',
  'raw-unreadable':
    'The answers do not read as they did: of equal versions the file is damaged; restore it, or remove it.',
} as const satisfies Record<RawCode, string>;

interface Work {
  readonly path: string;
  readonly scope: Scope;
  readonly check: RawCheck;
  readonly listed: number;
}

interface RawFound {
  readonly findings: readonly VerifyFinding[];
  readonly total: number;
  readonly checked: RawChecked;
}

/** So many rows are compared by one look at the candles. */
const rowsAtOnce = 200_000;

const temporary = `
CREATE TEMP TABLE raw_seen (batch_id VARCHAR);
CREATE TEMP TABLE raw_batches (batch_id VARCHAR);
CREATE TEMP TABLE raw_rows (batch_id VARCHAR, symbol VARCHAR, venue VARCHAR, interval VARCHAR, source VARCHAR, start_at TIMESTAMP,
  open DECIMAL(18, 4), high DECIMAL(18, 4), low DECIMAL(18, 4), close DECIMAL(18, 4), volume BIGINT, value DECIMAL(24, 4));
`;

/** Reads all raw answers again and compares what comes of them with the bars that are stored. */
export const verifyRaw = async (connection: DuckDBConnection, work: Work): Promise<RawFound> => {
  await connection.run(temporary);
  const found = new Findings(work.listed);
  let batches = 0;
  let rows = 0;
  let waiting = 0;
  const compare = async (): Promise<void> => {
    rows += await compareStaged(connection, work, found);
    waiting = 0;
  };
  for await (const payload of payloads(connection, work, found)) {
    batches += 1;
    waiting += await stage(connection, payload, work, found);
    if (waiting > rowsAtOnce) await compare();
  }
  await compare();
  const rowsWithout = await countOf(
    connection,
    `FROM candles ANTI JOIN raw_seen USING (batch_id) WHERE starts_with(source, 'REST_') AND ${work.scope.time('start_at')}`,
  );
  return { findings: found.listed, total: found.total, checked: { batches, rows, rowsWithout } };
};

class Findings {
  readonly listed: VerifyFinding[] = [];
  total = 0;
  readonly #counts = new Map<RawCode, number>();

  constructor(private readonly most: number) {}

  add(code: RawCode, place: string, what: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    this.total += 1;
    if (count <= this.most) this.listed.push({ code, table: 'candles', place, what, remedy: remedies[code] });
  }
}

const countOf = async (connection: DuckDBConnection, from: string): Promise<number> =>
  Number((await connection.runAndReadAll(`SELECT count(*)::DOUBLE ${from}`)).getRows()[0]?.[0] ?? 0);

/** Those in files, file by file, then those that are not moved yet. Some may be in both: whoever moved them was killed. */
async function* payloads(connection: DuckDBConnection, work: Work, found: Findings): AsyncGenerator<RawPayload> {
  for (const file of await rawFilesIn(work.check.dir ?? rawFolderOf(work.path))) {
    const place = `read_parquet(${textLiteral(file)}, hive_partitioning = false)`;
    // A file that is damaged must not hide what the others tell.
    yield* payloadsIn(connection, place, (error) => found.add('raw-unreadable', file, reasonOf(error)));
  }
  yield* payloadsIn(connection, 'raw_payloads');
}

async function* payloadsIn(
  connection: DuckDBConnection,
  place: string,
  onUnreadable?: (error: unknown) => void,
): AsyncGenerator<RawPayload> {
  let rows: DuckDBValue[][] = [];
  try {
    const reader = await connection.runAndReadAll(
      `SELECT batch_id, request, body FROM ${place} ANTI JOIN raw_seen USING (batch_id) ORDER BY batch_id, page`,
    );
    rows = reader.getRows();
  } catch (error) {
    if (onUnreadable === undefined) throw error;
    onUnreadable(error);
  }
  let batchId: string | undefined;
  let pages: { request: string; body: string }[] = [];
  for (const [id, request, body] of rows) {
    if (batchId !== undefined && batchId !== id) {
      yield { batchId, pages };
      pages = [];
    }
    batchId = String(id);
    pages.push({ request: String(request), body: String(body) });
  }
  if (batchId !== undefined) yield { batchId, pages };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const stage = async (
  connection: DuckDBConnection,
  payload: RawPayload,
  { check }: Work,
  found: Findings,
): Promise<number> => {
  const { batchId } = payload;
  await connection.run('INSERT INTO raw_seen VALUES ($batchId)', { batchId });
  try {
    const rows = await check.normalise(payload);
    await connection.run('INSERT INTO raw_batches VALUES ($batchId)', { batchId });
    await insert(connection, batchId, rows);
    return rows.length;
  } catch (error) {
    found.add('raw-unreadable', batchId, reasonOf(error));
    return 0;
  }
};

const prices = ['open', 'high', 'low', 'close'] as const;

/** Lists as parameters: DuckDB lets no appender be made for a file that is open for reading. All rows of a batch are of one series. */
const insert = async (connection: DuckDBConnection, batchId: string, rows: readonly CandleRow[]): Promise<void> => {
  const [first] = rows;
  if (first === undefined) return;
  const { symbol, venue, interval, source } = first;
  const lists = {
    starts: listValue(rows.map(({ startMs }) => BigInt(startMs))),
    volumes: listValue(rows.map(({ volume }) => BigInt(volume))),
    amounts: listValue(rows.map(({ value }) => value)),
    ...Object.fromEntries(prices.map((name) => [name, listValue(rows.map((row) => row[name]))])),
  };
  await connection.run(
    `INSERT INTO raw_rows SELECT $batchId, $symbol, $venue, $interval, $source, make_timestamp_ms(unnest($starts)),
      ${prices.map((name) => `unnest($${name})`).join(', ')}, unnest($volumes), unnest($amounts)`,
    { batchId, symbol, venue, interval, source, ...lists },
    {
      ...{ starts: LIST(BIGINT), volumes: LIST(BIGINT), amounts: LIST(DOUBLE) },
      ...Object.fromEntries(prices.map((name) => [name, LIST(DOUBLE)])),
    },
  );
};

const place = (row: string): string =>
  `concat_ws(' ', ${row}.symbol, ${row}.venue, ${row}.interval, ${row}.source, ${shownTime(`${row}.start_at`)})`;
const figures = ['open', 'high', 'low', 'close', 'volume', 'value'];
const shown = (row: string): string =>
  `concat_ws(' ', ${figures.map((name) => `'${name}', ${row}.${name}`).join(', ')})`;
const tuple = (row: string): string => `(${figures.map((name) => `${row}.${name}`).join(', ')})`;
const key = ['symbol', 'venue', 'interval', 'start_at', 'source'].join(', ');

/**
 * A row that a later answer has changed since is that one's. A row that is older than the batch is here because the batch told the same;
 * so what differs from it has to be what is stored.
 */
const queries = ({ scope, check }: Work): Readonly<Record<Exclude<RawCode, 'raw-unreadable'>, string>> => {
  const versions = `' (normaliser ' || coalesce(own.normaliser_version::VARCHAR, '?') || '), the raw answer gives '`;
  const now = `' (normaliser ${check.normaliserVersion})'`;
  const told = `raw_rows AS raw JOIN batches AS own ON own.batch_id = raw.batch_id`;
  return {
    'raw-differs': `
      SELECT ${place('stored')} AS place, 'stored ' || ${shown('stored')} || ${versions} || ${shown('raw')} || ${now} AS what
      FROM ${told} JOIN candles AS stored USING (${key})
      WHERE (stored.batch_id = raw.batch_id OR stored.fetched_at < own.fetched_at) AND ${scope.time('stored.start_at')}
        AND ${tuple('stored')} IS DISTINCT FROM ${tuple('raw')}`,
    'raw-row-missing': `
      SELECT ${place('raw')} AS place, 'nothing stored' || ${versions} || ${shown('raw')} || ${now} AS what
      FROM ${told} ANTI JOIN candles AS stored USING (${key}) WHERE ${scope.time('raw.start_at')}`,
    'raw-without-row': `
      SELECT ${place('stored')} AS place, 'stored ' || ${shown('stored')} || ${versions} || 'nothing' || ${now} AS what
      FROM (SELECT candles.* FROM candles SEMI JOIN raw_batches USING (batch_id) WHERE ${scope.time('start_at')}) AS stored
      JOIN batches AS own USING (batch_id) ANTI JOIN raw_rows AS raw USING (batch_id, ${key})`,
  };
};

const compareStaged = async (connection: DuckDBConnection, work: Work, found: Findings): Promise<number> => {
  for (const [code, sql] of Object.entries(queries(work))) {
    const reader = await connection.runAndReadAll(`SELECT place, what FROM (${sql}) ORDER BY place`);
    for (const [at, what] of reader.getRows()) found.add(code as RawCode, String(at), String(what));
  }
  const compared = await countOf(connection, `FROM raw_rows WHERE ${work.scope.time('start_at')}`);
  await connection.run('DELETE FROM raw_rows; DELETE FROM raw_batches');
  return compared;
};
