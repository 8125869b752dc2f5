// What gaps still lack, and when they are closed: the cumulative volume has to prove it.
import { describe, expect, it } from 'vitest';
import { openStore, type FeedRecovery, type NewGap, type NewTick, type Store } from '../../src/index.js';
import { day, openMs } from '../support/batch.js';
import { book, feedBatch, gap, tick } from '../support/feed-batch.js';
import { filePerTest } from '../support/file-per-test.js';

const at = (second: number): number => openMs + second * 1_000;
/** One share a second: the trade of second 5 brings the day to 5. */
const trades = (from: number, to: number, change: Partial<NewTick> = {}): NewTick[] =>
  Array.from({ length: to - from + 1 }, (_each, index) => {
    const second = from + index;
    return tick(second, { size: 1, atMs: at(second), receivedMs: at(second) + 200, ...change });
  });
const part = (fromSecond: number, toSecond: number, change: Partial<FeedRecovery> = {}): FeedRecovery => ({
  ...{ gapId: 'g', kind: 'trade', symbol: '005930', venue: 'KRX', day },
  ...{ fromMs: at(fromSecond), toMs: at(toSecond), asked: true },
  ...change,
});
const broken = (fromSecond: number, toSecond: number, change: Partial<NewGap> = {}): NewGap =>
  gap('g', at(toSecond), { sinceMs: at(fromSecond), ...change });
const rest = { source: 'REST_API_KIS' } as const;

describe('holes', () => {
  let store: Store;
  filePerTest(
    async (path) => {
      store = await openStore({ path });
    },
    () => store.close(),
  );

  const recover = async (id: string, ticks: readonly NewTick[], recovery: FeedRecovery) =>
    (await store.writeFeed({ ...feedBatch(id, { ticks }, rest), recovery })).recovery;
  const stretches = async (): Promise<(readonly [number, number])[]> =>
    (await store.holes()).map(({ fromMs, toMs }) => [(fromMs - openMs) / 1_000, (toMs - openMs) / 1_000]);

  it('are what ended gaps lack, and nothing of a gap that lasts', async () => {
    await store.writeFeed(feedBatch('live', { gaps: [broken(10, 20), gap('open', null, { sinceMs: at(30) })] }));
    expect(await store.holes()).toEqual([
      {
        ...{ gapId: 'g', broker: 'kis', kind: 'trade', symbol: '005930', venue: 'KRX', day },
        ...{ fromMs: at(10), toMs: at(20), cause: 'disconnect', missing: null },
      },
    ]);
  });

  it('are closed when the volumes follow one another from before until behind', async () => {
    await store.writeFeed(
      feedBatch('live', { ticks: [...trades(1, 10), ...trades(20, 25)], gaps: [broken(10.5, 19.5)] }),
    );
    expect(await recover('r1', trades(12, 19), part(10.5, 19.5))).toEqual({ state: 'open', missing: 1 });
    expect(await stretches()).toEqual([[10.5, 19.5]]);
    expect(await recover('r2', trades(11, 11), part(10.5, 19.5))).toEqual({ state: 'recovered', missing: 0 });
    expect(await stretches()).toEqual([]);
  });

  it('are not closed by what another stretch lacks, nor kept open by it', async () => {
    const ticks = [...trades(1, 10), ...trades(15, 30), ...trades(40, 45)];
    await store.writeFeed(
      feedBatch('live', { ticks, gaps: [broken(10.5, 14.5), broken(30.5, 39.5, { id: 'later' })] }),
    );
    expect(await recover('r', trades(11, 14), part(10.5, 14.5))).toEqual({ state: 'recovered', missing: 0 });
    expect(await stretches()).toEqual([[30.5, 39.5]]);
  });

  it('before the first trade that is here are closed only from the beginning of the day', async () => {
    await store.writeFeed(feedBatch('live', { ticks: trades(20, 25), gaps: [broken(5, 19.5)] }));
    expect(await recover('r1', trades(6, 19), part(5, 19.5))).toEqual({ state: 'open', missing: 5 });
    expect(await recover('r2', trades(1, 5), part(5, 19.5))).toEqual({ state: 'recovered', missing: 0 });
  });

  it('without any trade on the day are closed by an empty answer', async () => {
    await store.writeFeed(feedBatch('live', { gaps: [broken(5, 20)] }));
    expect(await recover('r', [], part(5, 20))).toEqual({ state: 'recovered', missing: 0 });
    expect(await stretches()).toEqual([]);
  });

  it('are proven by what other feeds have brought, where a trade behind them is here', async () => {
    await store.writeFeed(
      feedBatch('live', { ticks: trades(1, 25), gaps: [broken(10, 20), broken(22, 30, { id: 'last' })] }),
    );
    const asked = false;
    expect(await recover('a', [], part(10, 20, { asked }))).toEqual({ state: 'recovered', missing: 0 });
    expect(await recover('b', [], part(22, 30, { asked, gapId: 'last' }))).toEqual({ state: 'open', missing: 0 });
    expect(await stretches()).toEqual([[22, 30]]);
  });

  it('that nobody can fill are told so, and a later proof outranks that', async () => {
    await store.writeFeed(feedBatch('live', { ticks: [...trades(1, 10), ...trades(20, 25)], gaps: [broken(10, 20)] }));
    const gone = part(10, 20, { unavailable: 'both brokers have forgotten it' });
    expect(await recover('u', [], gone)).toEqual({ state: 'unavailable', missing: 0 });
    expect(await stretches()).toEqual([]);
    expect(await recover('r', trades(11, 19), part(10, 20))).toEqual({ state: 'recovered', missing: 0 });
    expect(await recover('u2', [], gone)).toMatchObject({ state: 'unavailable' });
    expect(await store.holes()).toEqual([]);
  });

  it('that brokers have forgotten are expired, which a later proof outranks as well', async () => {
    await store.writeFeed(feedBatch('live', { ticks: [...trades(1, 10), ...trades(20, 25)], gaps: [broken(10, 20)] }));
    const gone = part(10, 20, { expired: 'no broker tells the trades of that day any more' });
    expect(await recover('e', [], gone)).toEqual({ state: 'expired', missing: 0 });
    expect(await stretches()).toEqual([]);
    expect(await recover('r', trades(11, 19), part(10, 20))).toEqual({ state: 'recovered', missing: 0 });
    await recover('e2', [], gone);
    const query = { symbols: ['005930'], kind: 'trade', fromDay: '2026-11-02', toDay: '2026-11-02' } as const;
    expect((await store.coverageOf({ ...query, states: ['expired'] })).total).toBe(0);
  });

  it('of a second delivery are judged as they are now, and counted once', async () => {
    await store.writeFeed(feedBatch('live', { ticks: [...trades(1, 10), ...trades(20, 25)], gaps: [broken(10, 20)] }));
    expect(await recover('r', trades(11, 18), part(10, 20))).toEqual({ state: 'open', missing: 1 });
    await store.writeFeed(feedBatch('other', { ticks: trades(19, 19) }));
    expect(await recover('r', trades(11, 18), part(10, 20))).toEqual({ state: 'recovered', missing: 0 });
  });

  it('lie within the hours of the venue, one a day', async () => {
    const dayMs = 86_400_000;
    // From 15:00 to 10:00 of the next day.
    const until = openMs + dayMs + 3_600_000;
    const since = openMs + 6 * 3_600_000;
    await store.writeFeed(feedBatch('live', { gaps: [gap('g', until, { sinceMs: since, cause: 'not-collected' })] }));
    const holes = await store.holes();
    expect(holes.map(({ day: each, fromMs, toMs }) => [each, fromMs, toMs])).toEqual([
      ['2026-11-02', since, openMs + 6.5 * 3_600_000 + 60_000],
      ['2026-11-03', openMs + dayMs, until],
    ]);
    expect(await store.holes({ fromDay: '2026-11-03' })).toMatchObject([{ day: '2026-11-03' }]);
    expect(await store.holes({ toDay: '2026-11-02' })).toMatchObject([{ day: '2026-11-02' }]);
    await recover('r', [], part(0, 0, { fromMs: since, toMs: openMs + 6.5 * 3_600_000 + 60_000 }));
    expect(await store.holes()).toMatchObject([{ day: '2026-11-03' }]);
  });

  it('on a day without trading are none', async () => {
    const sunday = Date.UTC(2026, 10, 1, 1);
    await store.writeFeed(feedBatch('live', { gaps: [gap('g', sunday + 60_000, { sinceMs: sunday })] }));
    expect(await store.holes()).toEqual([]);
  });

  it('of books are there too, and can only be unavailable', async () => {
    await store.writeFeed(feedBatch('live', { books: [book(at(1))], gaps: [broken(5, 9, { kind: 'book' })] }));
    expect(await store.holes({ kind: 'book' })).toMatchObject([{ kind: 'book' }]);
    expect(await store.holes({ kind: 'trade' })).toEqual([]);
    await expect(recover('r', [], part(5, 9, { kind: 'book' }))).rejects.toMatchObject({ code: 'HUB_BATCH_INVALID' });
    const said = part(5, 9, { kind: 'book', unavailable: 'no broker tells past books' });
    expect(await recover('u', [], said)).toMatchObject({ state: 'unavailable' });
    expect(await store.holes()).toEqual([]);
  });

  it('refuse a recovery that leaves its day, ends before it begins, or gives an empty reason', async () => {
    await expect(recover('a', [], part(20, 10))).rejects.toThrow(/toMs.*is before fromMs/);
    await expect(recover('b', [], part(0, 86_400))).rejects.toThrow(/toMs.*is not on "2026-11-02"/);
    await expect(recover('c', [], part(1, 2, { unavailable: '' }))).rejects.toThrow(/gives no reason/);
    await expect(recover('d', [], part(1, 2, { expired: '' }))).rejects.toThrow(/expired.*gives no reason/);
    const both = part(1, 2, { expired: 'old', unavailable: 'never told' });
    await expect(recover('e', [], both)).rejects.toThrow(/expired.*unavailable/);
  });

  it('survive the file', async () => {
    await store.writeFeed(feedBatch('live', { gaps: [broken(5, 20), broken(30, 40, { id: 'later' })] }));
    await recover('r', [], part(5, 20));
    const { path } = store;
    await store.close();
    store = await openStore({ path });
    expect(await stretches()).toEqual([[30, 40]]);
  });
});
