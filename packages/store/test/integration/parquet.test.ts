import { DuckDBInstance } from '@duckdb/node-api';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore, type CandleRow } from '../../src/index.js';
import { bar, batchOf, openMs } from '../support/batch.js';
import { book, feedBatch, gap, tick } from '../support/feed-batch.js';
import { killWithin } from '../support/other-reader.js';
import { storeFile } from '../support/store-file.js';

const dayMs = 86_400_000;
const dirOf = (path: string): string => join(dirname(path), 'parquet');
const later = (days: number): Partial<CandleRow> => ({ startMs: openMs + days * dayMs });

/** Read as anybody would. */
const read = async (dir: string, columns: string): Promise<unknown[][]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT ${columns} FROM read_parquet('${dir}/**/*.parquet', hive_partitioning = true)`,
  );
  connection.disconnectSync();
  instance.closeSync();
  return reader.getRowsJson();
};

it('writes bars by interval and Korean day, each with its provenance', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  // 23:30 UTC is on the next day in Korea.
  await store.write(batchOf('first', [bar(0), bar(1, later(1)), bar(2, { startMs: openMs + dayMs - 1_800_000 })]));
  const { tables } = await store.exportParquet({ dir: dirOf(store.path), tables: ['candles'] });
  expect(tables).toEqual([{ table: 'candles', written: 2, unchanged: 0, removed: 0, rows: 3 }]);
  const byDay = await read(join(dirOf(store.path), 'candles'), 'interval, day::VARCHAR AS day, tr, batch_id, key_id');
  expect(byDay.map(([interval, day]) => [interval, day]).sort()).toEqual([
    ['1m', '2026-11-02'],
    ['1m', '2026-11-03'],
    ['1m', '2026-11-03'],
  ]);
  expect(byDay[0]?.slice(2)).toEqual(['FHKST03010230', 'first', '0123456789ab']);
});

it('writes trades, books and gaps by day', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const rows = { ticks: [tick(10)], books: [book(openMs)], gaps: [gap('gap-1', openMs + 5_000)] };
  await store.writeFeed(feedBatch('feed-1', rows));
  const { dir, tables } = await store.exportParquet({ dir: dirOf(store.path) });
  expect(tables.map(({ table, rows: count }) => [table, count])).toEqual([
    ['candles', 0],
    ['ticks', 1],
    ['books', 1],
    ['gaps', 1],
  ]);
  const found = 'day::VARCHAR AS day, batch_id, broker, normaliser_version';
  for (const table of ['ticks', 'books', 'gaps']) {
    expect(await read(join(dir, table), found)).toEqual([['2026-11-02', 'feed-1', 'kis', 1]]);
  }
});

it('leaves alone what has not changed, and replaces what has', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const query = { dir: dirOf(store.path), tables: ['candles'] } as const;
  await store.write(batchOf('first', [bar(0), bar(1, later(1))]));
  await store.exportParquet(query);
  const nameOf = (day: string) => join(query.dir, `candles/interval=1m/day=${day}/data.parquet`);
  const before = await Promise.all(['2026-11-02', '2026-11-03'].map((day) => stat(nameOf(day), { bigint: true })));
  expect((await store.exportParquet(query)).tables[0]).toMatchObject({ written: 0, unchanged: 2 });
  await store.write(batchOf('mended', [bar(1, { ...later(1), close: 58_000 })], { fetchedAtMs: openMs + 1 }));
  expect((await store.exportParquet(query)).tables[0]).toMatchObject({ written: 1, unchanged: 1 });
  const after = await Promise.all(['2026-11-02', '2026-11-03'].map((day) => stat(nameOf(day), { bigint: true })));
  expect(after[0]?.ino).toBe(before[0]?.ino);
  expect(after[1]?.ino).not.toBe(before[1]?.ino);
  const closes = await read(join(query.dir, 'candles'), 'close::DOUBLE AS close, day');
  expect(closes.map(([close]) => close).sort()).toEqual([58_000, 58_100]);
});

it('removes a day of which nothing is left, within the days that were asked for', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const query = { dir: dirOf(store.path), tables: ['gaps'] } as const;
  const run = { id: 'early', begun: [{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: openMs }] } as const;
  await store.writeFeed({ ...feedBatch('b1', {}), run });
  const second = { id: 'late', begun: [{ ...run.begun[0], atMs: openMs + 60_000 }] } as const;
  await store.writeFeed({ ...feedBatch('b2', {}), run: second });
  expect((await store.exportParquet(query)).tables[0]).toMatchObject({ written: 1 });
  // The early run was there after all: what stood between them is no gap.
  const heard = { ticks: [tick(10, { receivedMs: openMs + 120_000 })] };
  await store.writeFeed({ ...feedBatch('b3', heard), run: { id: 'early', begun: [] } });
  const away = { ...query, fromDay: '2026-11-03' };
  expect((await store.exportParquet(away)).tables[0]).toMatchObject({ removed: 0 });
  expect((await store.exportParquet(query)).tables[0]).toMatchObject({ removed: 1, rows: 0 });
  expect(await readdir(join(query.dir, 'gaps'))).toEqual(['manifest.json']);
});

it('is one state of the store while commits go on', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const dir = dirOf(store.path);
  const over = new AbortController();
  const commits = (async () => {
    // Each batch has one bar on either day: no state of the store has more of one day than of the other.
    for (let count = 0; !over.signal.aborted; count += 1) {
      const symbol = `S${count}`;
      await store.write(batchOf(`b${count}`, [bar(0, { symbol }), bar(0, { symbol, ...later(1) })]));
    }
  })();
  for (let round = 0; round < 5; round += 1) {
    await store.exportParquet({ dir, tables: ['candles'] });
    const rows = await read(join(dir, 'candles'), 'symbol, day::VARCHAR AS day').catch(() => []);
    const symbolsOf = (day: string) => rows.flatMap(([symbol, its]) => (its === day ? [symbol] : [])).sort();
    expect(symbolsOf('2026-11-02')).toEqual(symbolsOf('2026-11-03'));
  }
  over.abort();
  await commits;
});

it('leaves whole partitions when the writer is killed within it', async () => {
  await using file = await storeFile();
  const dir = dirOf(file.path);
  for (let round = 0; round < 4; round += 1) {
    await killWithin(60, 2, 'export-on', file.path, String(round), 'parquet', dir);
    const [[bars, batches] = []] = await read(
      join(dir, 'candles'),
      'count(*)::INTEGER, count(DISTINCT batch_id)::INTEGER * 30',
    );
    expect(Number(bars)).toBeGreaterThan(0);
    expect(bars).toBe(batches);
  }
  await using store = await openStore({ path: file.path });
  await store.exportParquet({ dir });
  const names = await readdir(dir, { recursive: true });
  expect(names.filter((name) => name.includes('.partial'))).toEqual([]);
  expect((await store.exportParquet({ dir })).tables.map(({ written }) => written)).toEqual([0, 0, 0, 0]);
}, 120_000);

it('refuses a day that does not exist', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  const query = { dir: dirOf(store.path), fromDay: '2026-02-31' };
  await expect(store.exportParquet(query)).rejects.toMatchObject({ code: 'HUB_DAY_INVALID' });
});
