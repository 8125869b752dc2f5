import { cp, readdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compactStore, openStore, verifyStore, type CandleBatch, type RawPage } from '../../src/index.js';
import { bar, batchOf, openMs, stretch } from '../support/batch.js';
import { editStore } from '../../../../test/support/edit-store.js';
import { readElsewhere } from '../support/other-reader.js';
import { storeFile } from '../support/store-file.js';

const dayMs = 86_400_000;
const page = (body: string, fetchedAtMs = openMs): RawPage => ({ request: '{}', body, fetchedAtMs });

/** A batch of one bar whose two pages say which batch they are of. */
const withRaw = (batchId: string, minute: number, fetchedAtMs = openMs): CandleBatch => ({
  ...batchOf(batchId, [bar(minute)], { fetchedAtMs, coverage: [stretch(minute, minute + 1)] }),
  raw: [page(`${batchId} 0`, fetchedAtMs), page(`${batchId} 1`, fetchedAtMs)],
});

/** A store whose clock the test moves. */
const opened = async (path: string, rawKeepDays?: number) => {
  const time = { ms: openMs };
  const store = await openStore({ path, clock: () => time.ms, ...(rawKeepDays === undefined ? {} : { rawKeepDays }) });
  return { store, time };
};

/** The bodies that are in files, and those that are not moved yet. */
const bodies = async (path: string): Promise<{ files: unknown[]; buffer: unknown[] }> => {
  const read = async (from: string): Promise<unknown[]> =>
    ((await readElsewhere(path, `SELECT body FROM ${from} ORDER BY body`)).rows ?? []).flat();
  return { files: await read(`'${path}.raw/*/*.parquet'`), buffer: await read('raw_payloads') };
};

it('moves the answers of a day into one file when the day is over, each of them once', async () => {
  await using file = await storeFile();
  const { store, time } = await opened(file.path, 30);
  await store.write(withRaw('a', 0));
  await store.write(withRaw('a', 0));
  await store.write(withRaw('b', 1));
  expect(await store.tidyRaw()).toEqual({ written: 0, removed: 0 });
  time.ms += dayMs;
  expect(await Promise.all([store.tidyRaw(), store.tidyRaw()])).toEqual([
    { written: 1, removed: 0 },
    { written: 0, removed: 0 },
  ]);
  await store.close();
  expect(await bodies(file.path)).toEqual({ files: ['a 0', 'a 1', 'b 0', 'b 1'], buffer: [] });
});

it('loses nothing and doubles nothing when it was killed after a file was there and before the answers had left', async () => {
  await using file = await storeFile();
  const first = await opened(file.path, 30);
  await first.store.write(withRaw('a', 0));
  await first.store.close();
  await cp(file.path, `${file.path}.before`);
  const second = await opened(file.path, 30);
  second.time.ms += dayMs;
  await second.store.close();
  // The state on disk between the two steps: the file is whole, its answers are in the store too, and a part of another file lies there.
  await cp(`${file.path}.before`, file.path);
  await writeFile(`${file.path}.raw/day=2026-11-02/0002.parquet.elsewhere.1.partial`, 'PAR1');

  const { batches } = (await verifyStore({ path: file.path, raw: { normalise, normaliserVersion: 1 } })).raw ?? {};
  expect(batches).toBe(1);
  const third = await opened(file.path, 30);
  await third.store.write(withRaw('b', 1));
  third.time.ms += dayMs;
  await third.store.close();
  expect(await bodies(file.path)).toEqual({ files: ['a 0', 'a 1', 'b 0', 'b 1'], buffer: [] });
});

it('moves what is much before its day is over', async () => {
  await using file = await storeFile();
  const { store } = await opened(file.path, 30);
  await store.write({ ...withRaw('a', 0), raw: [page('x'.repeat(64_000_001))] });
  expect(await store.tidyRaw()).toEqual({ written: 1, removed: 0 });
  await store.close();
});

it('removes what is older than is to be kept, and all of it where none is', async () => {
  await using file = await storeFile();
  const { store, time } = await opened(file.path, 2);
  await store.write(withRaw('a', 0));
  await store.write(withRaw('b', 1, openMs + dayMs));
  time.ms += 2 * dayMs;
  expect(await store.tidyRaw()).toEqual({ written: 2, removed: 0 });
  time.ms += dayMs;
  expect(await store.tidyRaw()).toEqual({ written: 0, removed: 1 });
  await store.close();
  expect((await bodies(file.path)).files).toEqual(['b 0', 'b 1']);

  const untold = await opened(file.path);
  untold.time.ms += 1_000 * dayMs;
  await untold.store.write(withRaw('c', 2));
  await untold.store.close();
  expect(await bodies(file.path)).toEqual({ files: ['b 0', 'b 1'], buffer: [] });

  await compactStore({ path: file.path, rawKeepDays: 0 });
  expect(await readdir(`${file.path}.raw`)).toEqual([]);
});

/** The bars of the batches above. */
const normalise = async ({ batchId }: { readonly batchId: string }) => {
  await Promise.resolve();
  if (batchId === 'torn') throw new Error('half a page');
  return [bar(batchId === 'a' ? 0 : 1)];
};

it('tells a row that a later answer has changed from one that somebody has altered', async () => {
  await using file = await storeFile();
  const { store } = await opened(file.path, 30);
  await store.write(withRaw('a', 0));
  await store.write(withRaw('b', 1));
  await store.write(batchOf('later', [bar(0, { volume: 7 })], { fetchedAtMs: openMs + 1 }));
  await store.write(withRaw('torn', 5));
  await store.close();
  const verify = async (days?: readonly string[]) => {
    const { findings, raw } = await verifyStore({
      path: file.path,
      raw: { normalise, normaliserVersion: 9 },
      ...(days === undefined ? {} : { days }),
    });
    return { codes: findings.map(({ code, place }) => `${code} ${place}`), raw };
  };
  const torn = 'raw-unreadable torn';
  expect(await verify()).toEqual({ codes: [torn], raw: { batches: 3, rows: 2, rowsWithout: 1 } });

  await editStore(file.path, [`UPDATE candles SET volume = volume + 1 WHERE batch_id = 'b'`]);
  const altered = 'raw-differs 005930 KRX 1m REST_API_KIS 2026-11-02 09:01:00 KST';
  expect((await verify()).codes).toEqual([torn, altered]);
  expect((await verify(['2026-11-03'])).codes).toEqual([torn]);
});
