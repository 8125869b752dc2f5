import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/index.js';
import { bar, batchOf, stretch } from '../support/batch.js';
import { killWithin, readElsewhere } from '../support/other-reader.js';
import { collect, storeFile } from '../support/store-file.js';

const beside = (path: string, name: string): string => join(dirname(path), name);

it('keeps other processes off the store itself, also those that would only read', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const { error } = await readElsewhere(store.path);
  expect(error).toContain('Could not set lock on file');
  expect(error).toContain(`PID ${process.pid}`);
});

it('gives them a snapshot, which they read while the writer goes on', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const path = beside(store.path, 'snapshot.duckdb');
  await store.write(batchOf('first', [bar(0)], { coverage: [stretch(0, 1)] }));
  const { bytes, pausedMs } = await store.snapshot(path);
  await store.write(batchOf('second', [bar(1)]));
  expect(bytes).toBeGreaterThan(0);
  expect(pausedMs).toBeGreaterThanOrEqual(0);
  expect(await readElsewhere(path)).toEqual({ rows: [[1]] });
  expect(await readElsewhere(path, 'SELECT count(*)::INTEGER FROM candles_best')).toEqual({ rows: [[1]] });
  await store.snapshot(path);
  expect(await readElsewhere(path)).toEqual({ rows: [[2]] });
});

it('still keeps other processes off the store after a snapshot', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  await store.snapshot(beside(store.path, 'snapshot.duckdb'));
  expect((await readElsewhere(store.path)).error).toContain('Could not set lock on file');
});

it('is a store of its own', async () => {
  await using file = await storeFile();
  const path = beside(file.path, 'snapshot.duckdb');
  {
    await using store = await openStore({ path: file.path });
    await store.write(batchOf('first', [bar(0)]));
    await store.snapshot(path);
  }
  await using copy = await openStore({ path });
  const again = await copy.write(batchOf('first', [bar(0)]));
  expect(again).toMatchObject({ inserted: 0, unchanged: 1 });
  expect(await collect(copy.candles({ interval: '1m' }))).toHaveLength(1);
});

it('replaces neither a store that is open nor a file of somebody else', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  await using other = await openStore({ path: beside(store.path, 'other.duckdb') });
  const letter = beside(store.path, 'letter.txt');
  await writeFile(letter, 'do not overwrite me');
  for (const path of [store.path, other.path, letter]) {
    await expect(store.snapshot(path)).rejects.toMatchObject({ code: 'HUB_EXPORT_REFUSED', path });
  }
});

it('is whole when the writer is killed within it, and what the writer left is swept away', async () => {
  await using file = await storeFile();
  const path = beside(file.path, 'snapshot.duckdb');
  let before = 0;
  for (let round = 0; round < 5; round += 1) {
    await killWithin(40, 2, 'export-on', file.path, String(round), 'snapshot', path);
    const { rows } = await readElsewhere(
      path,
      'SELECT count(*)::INTEGER, (count(*) / 30)::INTEGER * 30, count(DISTINCT batch_id)::INTEGER * 30 FROM candles',
    );
    const [bars = 0, whole, ofBatches] = rows?.[0] ?? [];
    expect([whole, ofBatches]).toEqual([bars, bars]);
    expect(Number(bars)).toBeGreaterThanOrEqual(before);
    before = Number(bars);
  }
  await using store = await openStore({ path: file.path });
  await store.snapshot(path);
  expect((await readdir(dirname(path))).filter((name) => name.includes('.partial'))).toEqual([]);
}, 120_000);
