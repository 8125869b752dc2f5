import { describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { openStore, type Source } from '../../src/index.js';
import { candleRecipe, GroupCommit } from '../../src/ingest/index.js';
import { migrate } from '../../src/migration/index.js';
import { bar, batchOf, day, openMs, stretch } from '../support/batch.js';
import { collect, storeFile } from '../support/store-file.js';

const nowMs = Date.UTC(2026, 10, 2, 8);
const openTestStore = (path: string) => openStore({ path, clock: () => nowMs });
const counts = (inserted: number, updated: number, unchanged: number) => ({ inserted, updated, unchanged });

describe('write', () => {
  it('stores rows as they came, by symbol and start', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const rows = [
      bar(0, { symbol: '000660', open: 0.0001, low: 0.0001, high: 900_000_000_000.1234 }),
      bar(0, { value: null }),
      bar(1, { value: 123_456_789_012_345, volume: 9_007_199_254_740_991 }),
      bar(2, { value: 10.5 }),
    ];
    const result = await store.write(batchOf('a', [...rows].reverse()));
    expect(result).toEqual({ batchId: 'a', ...counts(4, 0, 0), committedAtMs: nowMs });
    expect(await collect(store.candles({ interval: '1m' }))).toEqual(rows);
  });

  it('takes a batch that is delivered again as done, also within one group', async () => {
    await using file = await storeFile();
    const batch = batchOf('a', [bar(0), bar(1)]);
    {
      await using store = await openTestStore(file.path);
      const twice = await Promise.all([store.write(batch), store.write(batch)]);
      expect(twice).toMatchObject([counts(2, 0, 0), counts(0, 0, 2)]);
    }
    await using store = await openStore({ path: file.path, clock: () => nowMs + 5 });
    expect(await store.write(batch)).toEqual({ batchId: 'a', ...counts(0, 0, 2), committedAtMs: nowMs });
    expect(await store.summary()).toMatchObject({ candles: 2, batches: 1 });
  });

  it('counts what is new, what changed and what stayed', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    await store.write(batchOf('a', [bar(0), bar(1)]));
    const forming = bar(1, { close: 58_000, value: null });
    expect(await store.write(batchOf('b', [bar(0), forming, bar(2), bar(2)]))).toMatchObject(counts(1, 1, 2));
    expect((await collect(store.candles({ interval: '1m' })))[1]).toEqual(forming);
  });

  it('keeps the value that was fetched last, whichever is delivered last', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const final = bar(0, { close: 58_200 });
    await store.write(batchOf('final', [final], { fetchedAtMs: openMs + 60_000 }));
    expect(await store.write(batchOf('late', [bar(0)], { fetchedAtMs: openMs }))).toMatchObject(counts(0, 0, 1));
    expect(await collect(store.candles({ interval: '1m' }))).toEqual([final]);
    const group = await Promise.all([
      store.write(batchOf('c', [bar(1, { volume: 7 })], { fetchedAtMs: openMs + 2 })),
      store.write(batchOf('d', [bar(1, { volume: 6 })], { fetchedAtMs: openMs + 1 })),
    ]);
    expect(group).toMatchObject([counts(1, 0, 0), counts(0, 0, 1)]);
    expect((await collect(store.candles({ interval: '1m', fromMs: openMs + 60_000 })))[0]?.volume).toBe(7);
  });

  it('commits batches that wait together in one transaction', async () => {
    await using file = await storeFile();
    let tick = nowMs;
    await using store = await openStore({ path: file.path, clock: () => tick++ });
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, count) => store.write(batchOf(`b${count}`, [bar(count)]))),
    );
    expect(new Set(results.map(({ committedAtMs }) => committedAtMs)).size).toBe(1);
    expect(await store.summary()).toMatchObject({ candles: 50, batches: 50 });
  });

  it('writes nothing of an invalid batch, and its neighbours whole', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const written = await Promise.allSettled([
      store.write(batchOf('a', [bar(0)])),
      store.write(batchOf('bad', [bar(1), bar(2, { volume: -1 })], { coverage: [stretch(1, 3)] })),
      store.write(batchOf('c', [bar(3)])),
    ]);
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written[1]).toMatchObject({ reason: { code: 'HUB_BATCH_INVALID' } });
    expect(await store.summary()).toMatchObject({ candles: 2, batches: 2, coverage: 0 });
  });
});

describe('a batch that DuckDB refuses', () => {
  it('leaves no rows behind when its coverage cannot be written, and takes no neighbour along', async () => {
    await using file = await storeFile();
    const database = await Database.open({ path: file.path, memoryLimit: '256MB', threads: 1, clock: () => nowMs });
    await migrate(database, nowMs);
    await database.transaction((connection) => connection.run('DROP TABLE coverage'));
    const ingest = new GroupCommit(database, () => nowMs, candleRecipe());
    const written = await Promise.allSettled([
      ingest.write(batchOf('a', [bar(0)])),
      ingest.write(batchOf('b', [bar(1)], { coverage: [stretch(1, 2)] })),
    ]);
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await database.all('SELECT DISTINCT batch_id FROM candles')).toEqual([{ batch_id: 'a' }]);
    expect(await database.all('SELECT batch_id FROM batches')).toEqual([{ batch_id: 'a' }]);
    await database.close();
  });
});

describe('candlesBest', () => {
  const sourcesWorstFirst: Source[] = [
    'TICK_AGGREGATION_UNVERIFIED',
    'TICK_AGGREGATION_VERIFIED',
    'REST_API_KIWOOM',
    'REST_API_KIS',
  ];

  it('takes the best source of each bar, and no source overwrites another', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    for (const [index, source] of sourcesWorstFirst.entries()) {
      await store.write(batchOf(source, [bar(0, { source, volume: index })]));
      expect(await collect(store.candlesBest({ interval: '1m' }))).toEqual([bar(0, { source, volume: index })]);
    }
    await store.write(batchOf('late', [bar(0, { source: 'TICK_AGGREGATION_VERIFIED', volume: 99 })]));
    expect(await collect(store.candlesBest({ interval: '1m' }))).toEqual([bar(0, { volume: 3 })]);
    expect(await collect(store.candles({ interval: '1m' }))).toHaveLength(4);
  });

  it('serves what only Kiwoom has, and what both have from KIS, whichever came last', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const kiwoom = [0, 1, 2].map((minute) => bar(minute, { source: 'REST_API_KIWOOM', close: 58_000, value: null }));
    await store.write(batchOf('kis-1', [bar(0)]));
    await store.write(batchOf('kiwoom', kiwoom, { fetchedAtMs: openMs + 60_000 }));
    await store.write(batchOf('kis-2', [bar(2)], { fetchedAtMs: openMs + 120_000 }));
    expect(await collect(store.candlesBest({ interval: '1m' }))).toEqual([bar(0), kiwoom[1], bar(2)]);
    expect(await collect(store.candles({ interval: '1m', source: 'REST_API_KIWOOM' }))).toEqual(kiwoom);
  });

  it('keeps venues, intervals and symbols apart', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const daily = bar(0, { interval: '1d', startMs: Date.UTC(2026, 10, 1, 15) });
    const rows = [bar(0), bar(0, { venue: 'NXT' }), bar(0, { symbol: '000660' }), daily, bar(1)];
    await store.write(batchOf('a', rows));
    expect(await collect(store.candlesBest({ interval: '1d' }))).toEqual([daily]);
    expect(await collect(store.candlesBest({ interval: '1m', venue: 'NXT' }))).toEqual([rows[1]]);
    expect(await collect(store.candles({ interval: '1m', symbols: ['000660'] }))).toEqual([rows[2]]);
    const window = { interval: '1m', fromMs: openMs, toMs: openMs + 60_000 } as const;
    expect(await collect(store.candles({ ...window, symbols: ['005930'], venue: 'KRX' }))).toEqual([rows[0]]);
    expect(await collect(store.candles({ interval: '1m', source: 'REST_API_KIWOOM' }))).toEqual([]);
    expect(await collect(store.candles({ interval: '1m', symbols: [] }))).toEqual([]);
  });
});

describe('coverage', () => {
  const series = { symbol: '005930', venue: 'KRX', interval: '1m', sources: ['REST_API_KIS'] } as const;

  it('joins what batches prove, and leaves a day missing until it is covered from opening to close', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const days = [day, '2026-11-03'];
    expect(await store.missingDays({ ...series, days })).toEqual(days);
    await store.write(batchOf('a', [], { coverage: [stretch(0, 390, { state: 'requested' })] }));
    await store.write(batchOf('b', [bar(0)], { coverage: [stretch(0, 200)] }));
    expect(await store.missingDays({ ...series, days })).toEqual(days);
    await Promise.all([
      store.write(batchOf('c', [bar(200)], { coverage: [stretch(200, 300)] })),
      store.write(batchOf('d', [], { coverage: [stretch(300, 390, { state: 'verified_empty' })] })),
    ]);
    expect(await store.missingDays({ ...series, days })).toEqual(days); // the closing auction is a bar at 15:30
    await store.write(batchOf('e', [bar(390)], { coverage: [stretch(390, 391)] }));
    expect(await store.missingDays({ ...series, days })).toEqual(['2026-11-03']);
    expect(await store.missingDays({ ...series, sources: ['REST_API_KIWOOM'], days })).toEqual(days);
    expect(await store.coverage({ days: [day] })).toEqual([
      stretch(0, 300),
      stretch(300, 390, { state: 'verified_empty' }),
      stretch(390, 391),
    ]);
    expect(await store.coverage({ fromDay: '2026-11-03' })).toEqual([]);
  });

  it('never asks for days without trading, and believes a saved day more than the calendar', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const told = { venue: 'KRX', source: 'CTCA0903R', fetchedAtMs: nowMs, openMs: null, closeMs: null } as const;
    const days = ['2026-12-25', '2026-12-26', '2026-12-28', '2026-12-29', '2027-01-04'];
    expect(await store.missingDays({ ...series, days })).toEqual(['2026-12-28', '2026-12-29', '2027-01-04']);
    const closed = { ...told, day: '2026-12-29', state: 'closed' } as const;
    const open = { ...told, day: '2026-12-25', state: 'open' } as const;
    await store.saveTradingDays([closed, open]);
    await store.saveTradingDays([{ ...closed, state: 'open', fetchedAtMs: nowMs - 1 }]); // an older answer
    expect(await store.missingDays({ ...series, days })).toEqual(['2026-12-25', '2026-12-28', '2027-01-04']);
    const range = { venue: 'KRX', fromDay: '2026-12-01', toDay: '2026-12-31' } as const;
    expect(await store.tradingDays(range)).toEqual([open, closed]);
    const bad = store.saveTradingDays([{ ...closed, day: '2026-02-31' }]);
    await expect(bad).rejects.toMatchObject({ code: 'HUB_DAY_INVALID' });
    await expect(store.missingDays({ ...series, days: ['2026-2-1'] })).rejects.toMatchObject({
      code: 'HUB_DAY_INVALID',
    });
  });
});
