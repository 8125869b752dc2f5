import type { DuckDBConnection } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { type Database, timestamp } from '../database/index.js';
import { MigrationChanged, StoreNewer, StoreUnreadable } from '../error/index.js';
import { type Migration, migrations } from './list.js';

export const checksum = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

const appliedOn = async (connection: DuckDBConnection): Promise<Applied[]> => {
  await connection.run(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
    )`);
  const reader = await connection.runAndReadAll('SELECT version, checksum FROM schema_migrations ORDER BY version');
  return reader.getRowObjects().map((row) => ({ version: Number(row.version), checksum: String(row.checksum) }));
};

const verify = (path: string, applied: readonly Applied[], known: readonly Migration[]): void => {
  const newest = known.at(-1)?.version ?? 0;
  for (const { version, checksum: recorded } of applied) {
    const migration = known.find((candidate) => candidate.version === version);
    if (migration === undefined) throw new StoreNewer(path, version, newest);
    if (checksum(migration) !== recorded) throw new MigrationChanged(path, migration.name);
  }
};

const apply = async (connection: DuckDBConnection, path: string, migration: Migration, nowMs: number) => {
  await connection.run(migration.sql).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    if (!text.includes('already exists')) throw error;
    throw new StoreUnreadable(path, `it has tables of another program (${text})`, { cause: error });
  });
  await connection.run('INSERT INTO schema_migrations VALUES ($version, $name, $checksum, $appliedAt)', {
    version: migration.version,
    name: migration.name,
    checksum: checksum(migration),
    appliedAt: timestamp(nowMs),
  });
};

/** Brings the file to the newest schema, all or nothing. A file that is newer, or differs, is refused untouched. */
export const migrate = (database: Database, nowMs: number, known: readonly Migration[] = migrations): Promise<void> =>
  database.transaction(async (connection) => {
    const applied = await appliedOn(connection);
    verify(database.path, applied, known);
    const newest = applied.at(-1)?.version ?? 0;
    for (const migration of known) {
      if (migration.version > newest) await apply(connection, database.path, migration, nowMs);
    }
  });
