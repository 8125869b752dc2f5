import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { compactStore, openStore } from '../../src/index.js';
import { bar, batchOf, openMs, stretch } from '../support/batch.js';
import { feedBatch, tick } from '../support/feed-batch.js';
import { killWithin } from '../support/other-reader.js';
import { collect, storeFile } from '../support/store-file.js';
import { editStore } from '../../../../test/support/edit-store.js';

const dayMs = 86_400_000;
const weekLater = (): number => openMs + 8 * dayMs;

it('drops batches that nothing points to once they are a week old', async () => {
  await using file = await storeFile();
  const clock = () => openMs;
  {
    await using store = await openStore({ path: file.path, clock });
    await store.write(batchOf('first', [bar(0)], { coverage: [stretch(0, 1)] }));
    await store.write(
      batchOf('second', [bar(0, { close: 58_000 })], { coverage: [stretch(0, 1)], fetchedAtMs: openMs + 1 }),
    );
    await store.writeFeed(feedBatch('told', { ticks: [tick(10)] }));
    await store.writeFeed(feedBatch('again', { ticks: [tick(10)] }));
  }
  expect(await compactStore({ path: file.path, clock })).toMatchObject({ droppedBatches: 0, droppedFeedBatches: 0 });
  expect(await compactStore({ path: file.path, clock: weekLater })).toMatchObject({
    ...{ droppedBatches: 1, droppedFeedBatches: 1 },
  });
  await using store = await openStore({ path: file.path });
  expect(await store.summary()).toMatchObject({ candles: 1, batches: 1 });
  expect(await store.write(batchOf('second', [bar(0)]))).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
});

const fillAndEmpty = (path: string): Promise<void> =>
  editStore(path, [
    `INSERT INTO batches VALUES ('big', 'kis', 'T', 'k', ['r'], now()::TIMESTAMP, 1, now()::TIMESTAMP, 1, 0, 0)`,
    `INSERT INTO candles SELECT 'S' || md5(i::VARCHAR), 'KRX', '1m', TIMESTAMP '2026-11-02', 'REST_API_KIS', 1, 1, 1, 1, 1, i, 'big',
      now()::TIMESTAMP FROM range(100000) bars(i)`,
    'CHECKPOINT',
    'DELETE FROM candles WHERE value >= 10',
  ]);

it('writes the file anew where that saves more than a fifth, with all that makes it a store', async () => {
  await using file = await storeFile();
  await (await openStore({ path: file.path })).close();
  await fillAndEmpty(file.path);
  const first = await compactStore({ path: file.path });
  expect(first.rewritten).toBe(true);
  expect(first.bytesAfter).toBeLessThan(first.bytesBefore * 0.8);
  const second = await compactStore({ path: file.path });
  expect(second).toMatchObject({ rewritten: false, bytesAfter: first.bytesAfter });
  await using store = await openStore({ path: file.path });
  expect(await collect(store.candlesBest({ interval: '1m' }))).toHaveLength(10);
  await store.write(batchOf('kis', [bar(0)]));
  await store.write(batchOf('kiwoom', [bar(0, { source: 'REST_API_KIWOOM', close: 1 })]));
  expect(await collect(store.disagreements())).toHaveLength(1);
});

it('keeps the file whole when it is killed within', async () => {
  await using file = await storeFile();
  await (await openStore({ path: file.path })).close();
  for (let round = 0; round < 5; round += 1) {
    if (round === 0) await fillAndEmpty(file.path);
    await killWithin(400, 1, 'compact', file.path);
    await using store = await openStore({ path: file.path });
    expect(await collect(store.candles({ interval: '1m' }))).toHaveLength(10);
  }
  await compactStore({ path: file.path });
  expect((await readdir(dirname(file.path))).filter((name) => name !== 'market.duckdb')).toEqual([]);
}, 120_000);

it('needs the file for itself', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  await expect(compactStore({ path: store.path })).rejects.toMatchObject({ code: 'HUB_STORE_LOCKED' });
});
