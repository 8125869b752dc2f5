import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { askExport, askSnapshot } from '../../src/queue/ask.js';
import { openStage } from '../support/stage.js';

/** A writer that exports below `exportDir`, unless it exports to nowhere, and a folder beside that one. */
const openWriter = async ({ exports = true } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-export-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [exportDir, elsewhere] = [join(folder, 'exports'), join(folder, 'elsewhere')];
  await Promise.all([exportDir, elsewhere].map((each) => mkdir(each)));
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ store: { store, id: storeId, ...(exports ? { exportDir } : {}) } });
  return { exportDir, elsewhere, store, options: { redisUrl, prefix, storeId } };
};

test('a writer writes snapshots and Parquet files for others, below its folder', async () => {
  const { exportDir, options } = await openWriter();
  const path = join(exportDir, 'snapshot.duckdb');
  expect(await askSnapshot(options, path)).toMatchObject({ path });
  const dir = join(exportDir, 'parquet');
  const { tables } = await askExport(options, { dir, tables: ['candles'], fromDay: '2026-11-02', toDay: '2026-11-06' });
  expect(tables).toEqual([{ table: 'candles', written: 0, unchanged: 0, removed: 0, rows: 0 }]);
  expect((await readdir(exportDir)).sort()).toEqual(['parquet', 'snapshot.duckdb']);
});

test('a client of Redis makes it write nowhere else', async () => {
  const { exportDir, elsewhere, store, options } = await openWriter();
  await symlink(elsewhere, join(exportDir, 'way-out'));
  const refused = { code: 'HUB_EXPORT_REFUSED' };
  for (const path of [
    join(elsewhere, 'x.duckdb'),
    join(exportDir, '..', 'elsewhere', 'x.duckdb'),
    join(exportDir, 'way-out', 'x.duckdb'),
    'x.duckdb',
    exportDir,
    store.path,
  ]) {
    await expect(askSnapshot(options, path), path).rejects.toMatchObject(refused);
    await expect(askExport(options, { dir: path }), path).rejects.toMatchObject(refused);
  }
  expect(await readdir(elsewhere)).toEqual([]);
});

test('without a folder for exports it writes for nobody', async () => {
  const { exportDir, options } = await openWriter({ exports: false });
  await expect(askSnapshot(options, join(exportDir, 'x.duckdb'))).rejects.toMatchObject({
    code: 'HUB_EXPORT_REFUSED',
    message: expect.stringContaining('--export-dir') as string,
  });
});
