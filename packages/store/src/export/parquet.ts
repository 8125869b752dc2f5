import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { startOfDay } from '../calendar/index.js';
import { type Database, textLiteral, writeFailure } from '../database/index.js';
import { type Partition, readManifest, writeManifest } from './manifest.js';
import { partialPath, putInPlace, sweepPartials } from './partial.js';
import { exportTables, layouts, partitionsOf, rowsOf, type ExportTable } from './table.js';

/** What is exported, and where to. Days are Korean, `YYYY-MM-DD`; both ends belong to the range. */
export interface ParquetExport {
  /** The folder; it is created when it is not there. */
  readonly dir: string;
  /** All of `exportTables` unless given. */
  readonly tables?: readonly ExportTable[];
  readonly fromDay?: string;
  readonly toDay?: string;
  /** Stops between two partitions, with the reason of the signal; those that were written stay. */
  readonly signal?: AbortSignal;
}

/** What became of the partitions of a table. */
export interface TableExport {
  readonly table: ExportTable;
  /** Partitions that were new, or held something else. */
  readonly written: number;
  /** Partitions that held the same already. */
  readonly unchanged: number;
  /** Partitions of which nothing is left in the store. */
  readonly removed: number;
  /** Rows of all partitions in the range. */
  readonly rows: number;
}

/** What an export has done. */
export interface ExportResult {
  /** Absolute. */
  readonly dir: string;
  readonly tables: readonly TableExport[];
}

/** Bump it when a layout changes: all partitions are written again then. */
const layoutVersion = 1;

interface Work {
  readonly connection: DuckDBConnection;
  readonly query: ParquetExport;
  readonly writtenBy: string;
}

type Found = Readonly<Record<string, string>> & { readonly rows: number; readonly checksum: string };

/**
 * Writes what is in the store by table and Korean day, as one state of it: commits go on meanwhile, and are in the next export. Each
 * partition is replaced whole, after the disk has it.
 */
export const exportParquet = (database: Database, query: ParquetExport): Promise<ExportResult> => {
  for (const day of [query.fromDay, query.toDay]) if (day !== undefined) startOfDay(day); // refuses what is no day
  const dir = resolve(query.dir);
  return database.aside(async (connection) => {
    await connection.run('BEGIN TRANSACTION');
    try {
      const [[version = ''] = []] = (await connection.runAndReadAll('SELECT version()')).getRows();
      const work: Work = { connection, query, writtenBy: `duckdb ${String(version)} layout ${layoutVersion}` };
      const tables: TableExport[] = [];
      for (const table of query.tables ?? exportTables) tables.push(await exportTable(table, join(dir, table), work));
      return { dir, tables };
    } catch (error) {
      throw writeFailure(dir, error);
    } finally {
      await connection.run('ROLLBACK').catch(() => undefined); // nothing was written to the store
    }
  });
};

const exportTable = async (table: ExportTable, folder: string, work: Work): Promise<TableExport> => {
  const { connection, query, writtenBy } = work;
  await mkdir(folder, { recursive: true });
  await sweepPartials(join(folder, 'manifest.json'));
  const known = await readManifest(folder, writtenBy);
  const reader = await connection.runAndReadAll(partitionsOf(table, query.fromDay, query.toDay));
  const found = reader.getRowObjects() as unknown as Found[]; // the columns of that query are its fields
  const files = new Set(found.map((each) => fileOf(table, each)));
  const gone = [...known.keys()].filter((file) => isWithin(file, query) && !files.has(file));
  for (const file of gone) await remove(folder, file, known);
  let written = 0;
  for (const each of found) {
    query.signal?.throwIfAborted();
    const file = fileOf(table, each);
    if (await isSame(folder, each, known.get(file))) continue;
    known.set(file, await writePartition(table, folder, each, connection));
    written += 1;
    await writeManifest(folder, writtenBy, known);
  }
  if (gone.length > 0) await writeManifest(folder, writtenBy, known);
  const rows = found.reduce((sum, each) => sum + each.rows, 0);
  return { table, written, unchanged: found.length - written, removed: gone.length, rows };
};

const fileOf = (table: ExportTable, found: Found): string =>
  [...layouts[table].partition.map(([name]) => `${name}=${String(found[name])}`), 'data.parquet'].join('/');

const isWithin = (file: string, { fromDay = '', toDay = '9999-12-31' }: ParquetExport): boolean => {
  const day = /day=([\d-]+)/.exec(file)?.[1] ?? '';
  return day >= fromDay && day <= toDay;
};

const isSame = async (folder: string, found: Found, known: Partition | undefined): Promise<boolean> => {
  if (known?.rows !== found.rows || known.checksum !== found.checksum) return false;
  const { size } = await stat(join(folder, known.file)).catch(() => ({ size: -1 }));
  return size === known.bytes;
};

const writePartition = async (
  table: ExportTable,
  folder: string,
  found: Found,
  connection: DuckDBConnection,
): Promise<Partition> => {
  const file = fileOf(table, found);
  const path = join(folder, file);
  const partial = partialPath(path);
  await mkdir(dirname(path), { recursive: true });
  await sweepPartials(path);
  try {
    await connection.run(
      `COPY (${rowsOf(table, found)}) TO ${textLiteral(partial)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const { size } = await stat(partial);
    await putInPlace(partial, path);
    return { file, rows: found.rows, checksum: found.checksum, bytes: size };
  } finally {
    await rm(partial, { force: true });
  }
};

const remove = async (folder: string, file: string, known: Map<string, Partition>): Promise<void> => {
  await rm(join(folder, file), { force: true });
  await rmdir(dirname(join(folder, file))).catch(() => undefined); // somebody keeps something else there
  known.delete(file);
};
