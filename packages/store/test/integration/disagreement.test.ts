import { describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { openStore, type CandleRow, type Disagreement, type DisagreementQuery } from '../../src/index.js';
import { candleRecipe, GroupCommit } from '../../src/ingest/index.js';
import { migrate } from '../../src/migration/index.js';
import { bar, batchOf, openMs, stretch } from '../support/batch.js';
import { brokerBar } from '../support/naive-verdict.js';
import { collect, storeFile } from '../support/store-file.js';

const nowMs = Date.UTC(2026, 10, 2, 8);

/** The bar of the same minute as Kiwoom tells it: without a traded value. */
const ofKiwoom = (minute: number, change: Partial<CandleRow> = {}): CandleRow =>
  bar(minute, { source: 'REST_API_KIWOOM', value: null, ...change });

const expected = (
  [kis, kisBatch]: readonly [CandleRow, string],
  [kiwoom, kiwoomBatch]: readonly [CandleRow, string],
  verdict: Disagreement['verdict'],
  noticedAtMs = nowMs,
): Disagreement => {
  const { symbol, venue, interval, startMs } = kis;
  const sides = { kis: brokerBar(kis, kisBatch), kiwoom: brokerBar(kiwoom, kiwoomBatch) };
  return { symbol, venue, interval, startMs, verdict, noticedAtMs, ...sides };
};

const openTestStore = (path: string, clock = () => nowMs) => openStore({ path, clock });

describe('a bar that both brokers tell', () => {
  const kis = bar(0);
  const kiwoom = ofKiwoom(0, { volume: 995 });

  it.each(['kis first', 'kiwoom first', 'in one group'])('is recorded with both values, %s', async (order) => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const batches = [batchOf('k', [kis, bar(1)]), batchOf('w', [kiwoom, ofKiwoom(1)])];
    if (order === 'kiwoom first') batches.reverse();
    if (order === 'in one group') await Promise.all(batches.map((batch) => store.write(batch)));
    else for (const batch of batches) await store.write(batch);
    expect(await collect(store.disagreements())).toEqual([expected([kis, 'k'], [kiwoom, 'w'], 'HIGH')]);
    expect(await store.summary()).toMatchObject({ candles: 4, disagreements: 1 });
  });

  it('follows either side, keeps the time of the first notice, and is gone once they agree', async () => {
    await using file = await storeFile();
    let now = nowMs;
    await using store = await openTestStore(file.path, () => now);
    const after = async (...[batchId, rows, fetchedAtMs]: [string, CandleRow[], number]): Promise<Disagreement[]> => {
      now += 1;
      await store.write(batchOf(batchId, rows, { fetchedAtMs: openMs + fetchedAtMs }));
      return collect(store.disagreements());
    };
    const [lower, near] = [ofKiwoom(0, { volume: 500 }), bar(0, { volume: 520 })];
    const same = ofKiwoom(0, { volume: 520 });
    expect(await after('k', [kis], 0)).toEqual([]);
    expect(await after('w', [kiwoom], 0)).toEqual([expected([kis, 'k'], [kiwoom, 'w'], 'HIGH', nowMs + 2)]);
    expect(await after('w2', [lower], 1)).toEqual([expected([kis, 'k'], [lower, 'w2'], 'LOW', nowMs + 2)]);
    expect(await after('k2', [near], 1)).toEqual([expected([near, 'k2'], [lower, 'w2'], 'MEDIUM', nowMs + 2)]);
    expect(await after('older', [same], 0)).toEqual([expected([near, 'k2'], [lower, 'w2'], 'MEDIUM', nowMs + 2)]);
    expect(await after('w3', [same], 2)).toEqual([]);
    expect(await store.summary()).toMatchObject({ disagreements: 0, candles: 2 });
    expect(await after('w4', [lower], 3)).toEqual([expected([near, 'k2'], [lower, 'w4'], 'MEDIUM', nowMs + 7)]);
  });

  it('stays as it is when a batch is delivered again', async () => {
    await using file = await storeFile();
    let now = nowMs;
    await using store = await openTestStore(file.path, () => now);
    const batches = [batchOf('k', [kis]), batchOf('w', [kiwoom])];
    for (const batch of batches) await store.write(batch);
    now += 1;
    for (const batch of [...batches, batchOf('same', [kis])]) await store.write(batch);
    expect(await collect(store.disagreements())).toEqual([expected([kis, 'k'], [kiwoom, 'w'], 'HIGH')]);
  });

  it('is compared with the same venue and interval of the other REST interface, and with nothing else', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const midnight = { startMs: Date.UTC(2026, 10, 1, 15) };
    const others: CandleRow[] = [
      ofKiwoom(0, { venue: 'NXT', volume: 1 }),
      ofKiwoom(0, { venue: 'UN', volume: 1 }),
      ofKiwoom(0, { symbol: '000660', volume: 1 }),
      ofKiwoom(1, { volume: 1 }),
      ofKiwoom(0, { interval: '1d', ...midnight, volume: 1 }),
    ];
    const minuteAtMidnight = bar(0, midnight); // the start of the daily bar, another interval
    const ticks = bar(0, { source: 'TICK_AGGREGATION_VERIFIED', volume: 1 });
    await store.write(batchOf('k', [kis, minuteAtMidnight, ticks]));
    await store.write(batchOf('w', others));
    expect(await collect(store.disagreements())).toEqual([]);
  });

  it('is found by symbol, venue, interval, time and verdict', async () => {
    await using file = await storeFile();
    await using store = await openTestStore(file.path);
    const bars: Partial<CandleRow>[] = [
      { symbol: '000660' },
      {},
      { startMs: openMs + 60_000 },
      { startMs: openMs + 60_000, venue: 'NXT' },
      { startMs: Date.UTC(2026, 10, 2, 15), interval: '1d' },
    ];
    const kiwoomBars = bars.map((change, index) => ofKiwoom(0, { ...change, volume: index === 1 ? 999 : 1 }));
    const kisBars = bars.map((change) => bar(0, change));
    await store.write(batchOf('k', kisBars));
    await store.write(batchOf('w', kiwoomBars));
    const all = await collect(store.disagreements());
    expect(all.map(({ symbol, venue, interval, startMs }) => ({ symbol, venue, interval, startMs }))).toEqual(
      kisBars.map(({ symbol, venue, interval, startMs }) => ({ symbol, venue, interval, startMs })),
    );
    const found = async (query: DisagreementQuery): Promise<number[]> => {
      const some = (await collect(store.disagreements(query))).map((one) => JSON.stringify(one));
      return all.flatMap((each, index) => (some.includes(JSON.stringify(each)) ? [index] : []));
    };
    expect(await found({ symbols: ['000660', '035720'] })).toEqual([0]);
    expect(await found({ symbols: [] })).toEqual([]);
    expect(await found({ venue: 'NXT' })).toEqual([3]);
    expect(await found({ interval: '1d' })).toEqual([4]);
    expect(await found({ verdict: 'HIGH' })).toEqual([1]);
    expect(await found({ fromMs: openMs + 60_000, toMs: openMs + 120_000 })).toEqual([2, 3]);
    expect(await found({ symbols: ['005930'], venue: 'KRX', toMs: openMs + 60_000, verdict: 'LOW' })).toEqual([]);
  });
});

it('leaves no disagreement behind when the batch that showed it is refused', async () => {
  await using file = await storeFile();
  const database = await Database.open({ path: file.path, memoryLimit: '256MB', threads: 1, clock: () => nowMs });
  await migrate(database, nowMs);
  const ingest = new GroupCommit(database, () => nowMs, candleRecipe());
  await ingest.write(batchOf('k', [bar(0), bar(1)]));
  await ingest.write(batchOf('w', [ofKiwoom(0, { volume: 1 })]));
  await database.transaction((connection) => connection.run('DROP TABLE coverage'));
  const source = 'REST_API_KIWOOM';
  const worse = batchOf('bad', [ofKiwoom(0, { volume: 2 }), ofKiwoom(1, { volume: 2 })], {
    coverage: [stretch(0, 2, { source })], // is written after the disagreements, and cannot be
  });
  await expect(ingest.write(worse)).rejects.toThrow('coverage');
  expect(await database.all('SELECT kiwoom_volume::INTEGER AS volume FROM disagreements')).toEqual([{ volume: 1 }]);
  await database.close();
});
