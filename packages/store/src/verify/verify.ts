import type { DuckDBConnection } from '@duckdb/node-api';
import { readOnly } from '../database/index.js';
import { StoreNewer, StoreUnreadable } from '../error/index.js';
import { migrations } from '../migration/index.js';
import type { Check, FindingCode } from './check.js';
import { coverageChecks } from './coverage.js';
import { stageHours } from './hours.js';
import { type RawCheck, type RawChecked, rawCodes, verifyRaw } from './raw.js';
import { rowChecks } from './rows.js';
import { scopeOf } from './scope.js';
import { sumChecks } from './sums.js';

/** What `verifyStore` takes. */
export interface VerifyOptions {
  /** The DuckDB file: a store without a writer, or a snapshot. */
  readonly path: string;
  /** Korean days, `YYYY-MM-DD`; all unless given. */
  readonly days?: readonly string[];
  /** So many findings of each check are listed, and the others counted; 100 unless given. */
  readonly listed?: number;
  /** Has raw answers read again and compared with the rows that came of them; nothing of the kind unless given. */
  readonly raw?: RawCheck;
  /** DuckDB's `memory_limit`, with a unit; `1GB` unless given. What does not fit goes to the temporary folder of the system. */
  readonly memoryLimit?: string;
  /** Of DuckDB; 2 unless given. */
  readonly threads?: number;
}

/** Something in a store that cannot be right. */
export interface VerifyFinding {
  readonly code: FindingCode;
  /** The table where it is. */
  readonly table: string;
  /** Which rows: their key, times as in Korea. */
  readonly place: string;
  readonly what: string;
  /** What can be done about it. */
  readonly remedy: string;
}

/** What was looked at, and found. */
export interface VerifyResult {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Looks that were taken at the whole of a table. */
  readonly checks: number;
  /** In the order of the checks; of each of them at most `listed`. */
  readonly findings: readonly VerifyFinding[];
  /** All that there are, those included that are not listed. */
  readonly total: number;
  /** What was looked at of raw answers, where that was asked for. */
  readonly raw?: RawChecked;
}

const defaults = { listed: 100, memoryLimit: '1GB', threads: 2 } as const satisfies Partial<VerifyOptions>;
const checks: readonly Check[] = [...rowChecks, ...coverageChecks, ...sumChecks];

/**
 * Checks all that is stored against itself: keys, provenance, bars, coverage, volumes, and bars against raw answers. Reads only, set by set, so ten million bars take a
 * minute. Rejects with HUB_STORE_LOCKED while a writer has the file (verify a snapshot then), HUB_STORE_UNREADABLE, HUB_STORE_NEWER or
 * HUB_DAY_INVALID.
 */
export const verifyStore = async (options: VerifyOptions): Promise<VerifyResult> => {
  const settings = { ...defaults, ...options };
  const scope = scopeOf(settings.days);
  return readOnly(settings, async (connection, path) => {
    await checkSchema(connection, path);
    await stageHours(connection);
    const findings: VerifyFinding[] = [];
    let total = 0;
    for (const { code, table, remedy, sql } of checks) {
      const found = await connection.runAndReadAll(
        `SELECT place, what, count(*) OVER ()::DOUBLE FROM (${sql(scope)}) ORDER BY place LIMIT ${settings.listed}`,
      );
      const rows = found.getRows();
      total += Number(rows[0]?.[2] ?? 0);
      findings.push(
        ...rows.map(([place, what]) => ({ code, table, place: String(place), what: String(what), remedy })),
      );
    }
    if (settings.raw === undefined) return { path, checks: checks.length, findings, total };
    const found = await verifyRaw(connection, { path, scope, check: settings.raw, listed: settings.listed });
    return {
      ...{ path, checks: checks.length + rawCodes.length, raw: found.checked },
      ...{ findings: [...findings, ...found.findings], total: total + found.total },
    };
  });
};

const checkSchema = async (connection: DuckDBConnection, path: string): Promise<void> => {
  const reader = await connection
    .runAndReadAll('SELECT max(version)::INTEGER FROM schema_migrations')
    .catch((error: unknown) => {
      throw new StoreUnreadable(path, 'it is no store', { cause: error });
    });
  const version = Number(reader.getRows()[0]?.[0] ?? 0);
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) throw new StoreNewer(path, version, newest);
  if (version < newest) {
    throw new StoreUnreadable(path, `its schema is version ${version}, not ${newest}: let a writer open it once`);
  }
};
