import { describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { openStore } from '../../src/index.js';
import { candleRecipe, GroupCommit } from '../../src/ingest/index.js';
import { migrate } from '../../src/migration/index.js';
import { bar, batchOf } from '../support/batch.js';
import { collect, startChildWithFileLimit, storeFile } from '../support/store-file.js';

interface Report {
  readonly acknowledged: string[];
  readonly refused: { readonly batchId: string; readonly code: string; readonly remedy: string };
  readonly candles: number;
  readonly small: string;
}

describe('a disk that is full', () => {
  // The log of a write reaches the smallest limit, the file itself (a checkpoint) the others.
  it.each([600, 2_000, 6_000])('refuses the write and keeps what it has (%d blocks)', async (blocks) => {
    await using file = await storeFile();
    await using child = startChildWithFileLimit(blocks, 'fill', file.path);
    const report = (await child.lines.next()).value as Report;
    await child.exited;
    expect(report.refused).toMatchObject({ code: 'HUB_STORE_FULL', remedy: expect.stringContaining('Free space') });
    expect(report.candles).toBe(report.acknowledged.length * 390);
    expect(['small', 'HUB_STORE_FULL']).toContain(report.small);

    await using store = await openStore({ path: file.path }); // now with room
    const stored = new Set((await collect(store.candles({ interval: '1m' }))).map(({ symbol }) => symbol));
    expect(report.acknowledged.filter((batchId) => !stored.has(batchId.replace('fill-', 'F')))).toEqual([]);
    expect(stored.has(report.refused.batchId.replace('fill-', 'F'))).toBe(false);
    await expect(store.write(batchOf('later', [bar(0)]))).resolves.toMatchObject({ inserted: 1 });
  });
});

describe('an instance that DuckDB gives up', () => {
  it('is replaced, and the write that met it succeeds all the same', async () => {
    await using file = await storeFile();
    const options = { path: file.path, memoryLimit: '256MB', threads: 1, clock: () => 0 };
    const database = await Database.open(options);
    await migrate(database, 0);
    const ingest = new GroupCommit(database, options.clock, candleRecipe());
    await ingest.write(batchOf('a', [bar(0)]));
    // DuckDB's own switch for tests: the checkpoint after the next commit fails, and every call after it.
    await database.transaction(async (connection) => {
      await connection.run(`SET debug_checkpoint_abort = 'before_header'`);
      await connection.run(`SET wal_autocheckpoint = '1KB'`);
    });
    const rows = Array.from({ length: 3_000 }, (_, minute) => bar(minute, { symbol: '000660' }));
    await expect(ingest.write(batchOf('b', rows))).resolves.toMatchObject({ batchId: 'b' });
    expect(database.invalidated).toBe(false);
    expect(await database.all('SELECT count(*)::INTEGER AS candles FROM candles')).toEqual([{ candles: 3_001 }]);
    await database.close();
  });
});
