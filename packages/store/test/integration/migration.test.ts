import { describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { openStore } from '../../src/index.js';
import { migrations } from '../../src/migration/list.js';
import { migrate } from '../../src/migration/migrate.js';
import { collect, storeFile } from '../support/store-file.js';

const openDatabase = (path: string) => Database.open({ path, memoryLimit: '256MB', threads: 1, clock: () => 0 });

const change = async (path: string, sql: string): Promise<void> => {
  const database = await openDatabase(path);
  await database.transaction((connection) => connection.run(sql));
  await database.close();
};

const createStore = async (path: string): Promise<void> => {
  await (await openStore({ path })).close();
};

describe('migrations', () => {
  it('run once', async () => {
    await using file = await storeFile();
    await createStore(file.path);
    await createStore(file.path);
    const database = await openDatabase(file.path);
    expect(await database.all('SELECT version, name FROM schema_migrations')).toEqual([
      { version: 1, name: '0001-candles' },
      { version: 2, name: '0002-disagreements' },
      { version: 3, name: '0003-feeds' },
      { version: 4, name: '0004-feed-runs' },
      { version: 5, name: '0005-recoveries' },
      { version: 6, name: '0006-raw-payloads' },
    ]);
    await database.close();
  });

  it('record the disagreements that a file of version 1 already holds', async () => {
    await using file = await storeFile();
    const database = await openDatabase(file.path);
    await migrate(database, 0, migrations.slice(0, 1));
    await database.transaction((connection) =>
      connection.run(`
        INSERT INTO batches SELECT id, broker, 'TR', 'key', [], moment, 1, moment, 2, 0, 0 FROM (VALUES
          ('k', 'kis', TIMESTAMP '2026-11-03'), ('w', 'kiwoom', TIMESTAMP '2026-11-04')) AS batch(id, broker, moment);
        INSERT INTO candles SELECT '005930', venue, '1m', TIMESTAMP '2026-11-02' + to_minutes(minute), source,
          100, 100, 100, 100, volume, value, batch_id, TIMESTAMP '2026-11-02' FROM (VALUES
          (0, 'KRX', 'REST_API_KIS', 50, 5000, 'k'), (0, 'KRX', 'REST_API_KIWOOM', 50, NULL, 'w'),
          (1, 'KRX', 'REST_API_KIS', 50, 5000, 'k'), (1, 'KRX', 'REST_API_KIWOOM', 48, NULL, 'w'),
          (2, 'KRX', 'REST_API_KIS', 50, 5000, 'k'), (2, 'NXT', 'REST_API_KIWOOM', 40, NULL, 'w'),
          (3, 'KRX', 'REST_API_KIS', 50, 5000, 'k'), (3, 'KRX', 'TICK_AGGREGATION_VERIFIED', 40, NULL, 'k')
          ) AS bar(minute, venue, source, volume, value, batch_id);`),
    );
    await database.close();

    await using store = await openStore({ path: file.path });
    const bar = { open: 100, high: 100, low: 100, close: 100 };
    expect(await collect(store.disagreements())).toEqual([
      {
        ...{ symbol: '005930', venue: 'KRX', interval: '1m', startMs: Date.UTC(2026, 10, 2, 0, 1), verdict: 'MEDIUM' },
        noticedAtMs: Date.UTC(2026, 10, 4),
        kis: { ...bar, volume: 50, value: 5000, batchId: 'k' },
        kiwoom: { ...bar, volume: 48, value: null, batchId: 'w' },
      },
    ]);
    expect(await store.summary()).toMatchObject({ candles: 8, disagreements: 1 });
  });

  it('refuse a file whose migration had another text', async () => {
    await using file = await storeFile();
    await createStore(file.path);
    await change(file.path, `UPDATE schema_migrations SET checksum = 'other'`);
    await expect(openStore({ path: file.path })).rejects.toMatchObject({
      code: 'HUB_STORE_MIGRATION_CHANGED',
      migration: '0001-candles',
    });
  });

  it('refuse a newer file, and let go of it', async () => {
    await using file = await storeFile();
    await createStore(file.path);
    await change(file.path, `INSERT INTO schema_migrations VALUES (99, '0099-later', 'x', TIMESTAMP '2030-01-01')`);
    const newer = { code: 'HUB_STORE_NEWER', schemaVersion: 99, knownVersion: migrations.length };
    await expect(openStore({ path: file.path })).rejects.toMatchObject(newer);
    await expect(openStore({ path: file.path })).rejects.toMatchObject(newer);
  });

  it('refuse a database of another program, and leave nothing in it', async () => {
    await using file = await storeFile();
    await change(file.path, 'CREATE TABLE candles (mine INTEGER)');
    await expect(openStore({ path: file.path })).rejects.toMatchObject({ code: 'HUB_STORE_UNREADABLE' });
    const database = await openDatabase(file.path);
    expect(await database.all('SELECT table_name FROM duckdb_tables()')).toEqual([{ table_name: 'candles' }]);
    await database.close();
  });

  it('keep the storage version that DuckDB 1.4 reads', async () => {
    await using file = await storeFile();
    await createStore(file.path);
    const database = await openDatabase(file.path);
    const [row] = await database.all(
      `SELECT tags['storage_version'] AS version FROM duckdb_databases() WHERE database_name = 'market'`,
    );
    expect(row).toEqual({ version: expect.stringMatching(/^v1\.0\.0/) });
    await database.close();
  });

  it('are all or nothing', async () => {
    await using file = await storeFile();
    const database = await openDatabase(file.path);
    const broken = { version: 4, name: '0004-broken', sql: 'CREATE TABLE half (a INTEGER); SELECT nonsense;' };
    await expect(migrate(database, 0, [...migrations, broken])).rejects.toThrow('nonsense');
    expect(await database.all('SELECT table_name FROM duckdb_tables()')).toEqual([]);
    await database.close();
  });
});
