// Trades beside the minute bars of a broker: what adds up is verified, and what does not is a gap that nobody knew of.
import { describe, expect, it } from 'vitest';
import { openStore, type NewTick, type Store } from '../../src/index.js';
import { bar, batchOf, day, openMs } from '../support/batch.js';
import { feedBatch, gap, tick } from '../support/feed-batch.js';
import { filePerTest } from '../support/file-per-test.js';
import { collect } from '../support/store-file.js';

const at = (second: number): number => openMs + second * 1_000;
/** One share a second, from second to second. */
const trades = (from: number, to: number): NewTick[] =>
  Array.from({ length: to - from }, (_each, index) => {
    const second = from + index;
    return tick(second + 1, { size: 1, atMs: at(second), receivedMs: at(second) + 100, price: 58_000 + (second % 7) });
  });
const query = { venue: 'KRX', day } as const;

describe('verifyTicks', () => {
  let store: Store;
  let now = openMs + 3_600_000;
  filePerTest(
    async (path) => {
      store = await openStore({ path, clock: () => now });
    },
    () => store.close(),
  );

  const tell = (ticks: readonly NewTick[], id = 'a', gaps = [] as ReturnType<typeof gap>[]) => {
    const begun = [{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: at(0) }] as const;
    return store.writeFeed({ ...feedBatch(id, { ticks, gaps }), run: { id: 'run', begun } });
  };
  /** Bars of whole minutes with sixty shares each. */
  const told = (minutes: number, volume = 60) =>
    store.write(
      batchOf(
        'bars',
        Array.from({ length: minutes }, (_each, minute) => bar(minute, { volume })),
      ),
    );
  const aggregated = async () =>
    (await collect(store.candles({ interval: '1m' }))).filter(({ source }) => source.startsWith('TICK_'));

  it('stores minutes that add up as verified, with what their trades say', async () => {
    await tell(trades(0, 181));
    await told(3);
    expect(await store.verifyTicks(query)).toEqual({ verified: 3, unverified: 0, gaps: 0 });
    const [first] = await aggregated();
    expect(first).toMatchObject({
      ...{ symbol: '005930', startMs: openMs, source: 'TICK_AGGREGATION_VERIFIED' },
      ...{ open: 58_000, high: 58_006, low: 58_000, close: 58_003, volume: 60 },
    });
    expect(await store.holes()).toEqual([]);
    const best = await collect(store.candlesBest({ interval: '1m' }));
    expect(best.map(({ source }) => source)).toEqual(['REST_API_KIS', 'REST_API_KIS', 'REST_API_KIS']);
  });

  it('makes a gap of a minute that does not add up, once', async () => {
    await tell([...trades(0, 70), ...trades(71, 181)]);
    await told(3);
    expect(await store.verifyTicks(query)).toEqual({ verified: 2, unverified: 1, gaps: 1 });
    expect(await store.holes()).toMatchObject([
      { cause: 'verification', symbol: '005930', fromMs: at(60), toMs: at(120), missing: 1 },
    ]);
    expect(await store.verifyTicks(query)).toMatchObject({ gaps: 0 });
  });

  it('has it verified once the lost trade is back', async () => {
    await tell([...trades(0, 70), ...trades(71, 181)]);
    await told(3);
    await store.verifyTicks(query);
    const [hole] = await store.holes();
    const { gapId = '', fromMs = 0, toMs = 0 } = hole ?? {};
    const recovery = { gapId, kind: 'trade', symbol: '005930', venue: 'KRX', day, fromMs, toMs, asked: true } as const;
    const back = { ...feedBatch('back', { ticks: trades(70, 71) }, { source: 'REST_API_KIS' }), recovery };
    expect(await store.writeFeed(back)).toMatchObject({ ticks: 1, recovery: { state: 'recovered' } });
    now += 1_000;
    expect(await store.verifyTicks(query)).toEqual({ verified: 3, unverified: 0, gaps: 0 });
    expect((await aggregated()).map(({ source }) => source)).toEqual([1, 2, 3].map(() => 'TICK_AGGREGATION_VERIFIED'));
  });

  it('proves nothing where a hole is open, no bar was told, or nobody collected', async () => {
    await tell(trades(0, 181), 'a', [gap('g', at(90), { sinceMs: at(70) })]);
    await told(2, 61);
    // Minute 0 does not add up; minute 1 lies in a hole; minute 2 has no bar; minute 3 is not over.
    expect(await store.verifyTicks(query)).toEqual({ verified: 0, unverified: 3, gaps: 1 });
  });

  it('makes a gap of a minute of which no trade came at all', async () => {
    await tell([...trades(0, 60), ...trades(120, 181)]);
    await told(3);
    expect(await store.verifyTicks(query)).toEqual({ verified: 2, unverified: 0, gaps: 1 });
  });

  it('refuses what is no day, and finds nothing on an empty one', async () => {
    await expect(store.verifyTicks({ venue: 'KRX', day: '2026-02-30' })).rejects.toMatchObject({
      code: 'HUB_DAY_INVALID',
    });
    expect(await store.verifyTicks(query)).toEqual({ verified: 0, unverified: 0, gaps: 0 });
  });
});
