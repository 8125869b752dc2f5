import { describe, expect, it } from 'vitest';
import {
  openStore,
  type FeedBatch,
  type FeedBeginning,
  type NewGap,
  type NewTick,
  type Store,
} from '../../src/index.js';
import { openMs } from '../support/batch.js';
import { book, feedBatch, gap, kiwoom, tick } from '../support/feed-batch.js';
import { filePerTest } from '../support/file-per-test.js';
import { collect } from '../support/store-file.js';

const at = (ms: number): number => openMs + ms;
const trade = (ms: number): NewTick => tick(ms, { receivedMs: at(ms), size: 1 });
const live = (ms: number, change: Partial<FeedBeginning> = {}): FeedBeginning => ({
  ...{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: at(ms) },
  ...change,
});

describe('runs of collectors', () => {
  let store: Store;
  filePerTest(
    async (path) => {
      store = await openStore({ path });
    },
    () => store.close(),
  );

  let batches = 0;
  const batchOf = (
    runId: string,
    rows: Partial<Pick<FeedBatch, 'ticks' | 'books' | 'gaps'>>,
    begun: readonly FeedBeginning[] = [],
  ): FeedBatch => {
    batches += 1;
    return { ...feedBatch(`${runId}.${String(batches)}`, rows), run: { id: runId, begun } };
  };
  const write = (...given: Parameters<typeof batchOf>) => store.writeFeed(batchOf(...given));
  /** Cause, beginning and end of each gap, ms after the opening. */
  const gaps = async (query: Parameters<Store['gaps']>[0] = {}) =>
    (await collect(store.gaps(query))).map(({ cause, sinceMs, untilMs }) => [
      ...[cause, sinceMs - openMs, untilMs === null ? null : untilMs - openMs],
    ]);

  it('leave a gap between them, from the last row of the one until the other is live', async () => {
    expect(await write('one', { ticks: [trade(10), trade(20)] }, [live(5)])).toMatchObject({ gaps: 0 });
    expect(await write('one', { ticks: [trade(30)] })).toMatchObject({ gaps: 0 });
    expect(await write('two', { ticks: [trade(80)] }, [live(70)])).toMatchObject({ ticks: 1, gaps: 1 });
    expect(await collect(store.gaps())).toMatchObject([
      {
        ...{ id: 'two.kis.trade.KRX.005930', kind: 'trade', cause: 'not-collected', missing: null },
        ...{ sinceMs: at(30), untilMs: at(70), batchId: expect.stringMatching(/^two\./) as string },
      },
    ]);
    await write('two', { ticks: [trade(90)] });
    await write('three', {}, [live(200)]);
    expect(await gaps()).toEqual([
      ['not-collected', 30, 70],
      ['not-collected', 90, 200],
    ]);
  });

  it('are told apart by feed: broker, kind, share and venue', async () => {
    const feeds = [live(5), live(5, { kind: 'book' }), live(5, { venue: 'NXT' }), live(5, { symbol: '000660' })];
    await write('one', { ticks: [trade(20)], books: [book(at(40))] }, feeds);
    await store.writeFeed({ ...feedBatch('w', { ticks: [trade(60)] }, kiwoom), run: { id: 'w', begun: [live(50)] } });
    await write('two', {}, [live(100, { kind: 'book' })]);
    expect(await gaps()).toEqual([['not-collected', 40, 100]]);
    expect(await gaps({ kind: 'trade' })).toEqual([]);
  });

  it('continue a gap that the one before has left open, and end it where they are live', async () => {
    await write('one', { ticks: [trade(10)], gaps: [gap('g', null, { sinceMs: at(25) })] }, [live(5)]);
    expect(await write('two', {}, [live(90)])).toMatchObject({ gaps: 1 });
    expect(await collect(store.gaps())).toMatchObject([
      { id: 'g', cause: 'disconnect', sinceMs: at(25), untilMs: at(90), closedBy: null },
    ]);
    // Whoever was told the end knows better.
    await write('two', { gaps: [gap('g', at(95), { sinceMs: at(25) })] });
    await write('two', { gaps: [gap('g', at(99), { sinceMs: at(25) })] });
    expect(await gaps()).toEqual([['disconnect', 25, 95]]);
  });

  it('lose nothing where the end of such a gap is committed late', async () => {
    await write('one', { ticks: [trade(10)], gaps: [gap('g', null, { sinceMs: at(25) })] }, [live(5)]);
    await write('two', {}, [live(90)]);
    await write('one', { ticks: [trade(40)], gaps: [gap('g', at(40), { sinceMs: at(25) })] });
    expect(await gaps()).toEqual([['disconnect', 25, 90]]);
  });

  it('leave open what is told open behind their beginning', async () => {
    await write('one', { ticks: [trade(10)] }, [live(5)]);
    const since: Partial<NewGap> = { sinceMs: at(50) };
    await write('two', { gaps: [gap('g', null, since)] }, [live(70)]);
    expect(await gaps()).toEqual([
      ['not-collected', 10, 70],
      ['disconnect', 50, null],
    ]);
  });

  it('have no gap where another one was there all the time', async () => {
    await write('one', { ticks: [trade(10)] }, [live(5)]);
    await write('two', { ticks: [trade(80)] }, [live(70)]);
    expect(await gaps()).toEqual([['not-collected', 10, 70]]);
    await write('one', { ticks: [trade(40)] });
    expect(await gaps()).toEqual([['not-collected', 40, 70]]);
    await write('one', { ticks: [trade(75)] });
    expect(await gaps()).toEqual([]);
  });

  it('count what is committed together in the order in which it came', async () => {
    const [late, begins, first] = [
      batchOf('one', { ticks: [trade(30)], gaps: [gap('g', null, { sinceMs: at(35) })] }),
      batchOf('two', {}, [live(70)]),
      batchOf('one', { ticks: [trade(10)] }, [live(5)]),
    ];
    const results = await Promise.all([first, late, begins].map((batch) => store.writeFeed(batch)));
    expect(results.map(({ gaps: told }) => told)).toEqual([0, 1, 1]);
    expect(await gaps()).toEqual([['disconnect', 35, 70]]);
  });

  it('begin with their first row where nothing else is told, and say nothing without a name', async () => {
    await store.writeFeed(feedBatch('nobody', { ticks: [trade(3)] }));
    await write('one', { ticks: [trade(10)] });
    await write('two', { ticks: [trade(80)] });
    expect(await gaps()).toEqual([['not-collected', 10, 80]]);
  });

  it('are written with their rows or not at all, and a second delivery changes nothing', async () => {
    await write('one', { ticks: [trade(10)] }, [live(5)]);
    const batch = batchOf('two', { ticks: [trade(80)] }, [live(70)]);
    await store.writeFeed(batch);
    expect(await store.writeFeed(batch)).toMatchObject({ ticks: 0, gaps: 0 });
    expect(await gaps()).toEqual([['not-collected', 10, 70]]);
    const wrong = { id: '', begun: [live(1.5, { kind: 'notice' as 'trade', symbol: '', venue: 'NYSE' as 'KRX' })] };
    await expect(store.writeFeed({ ...batch, batchId: 'x', run: wrong })).rejects.toMatchObject({
      code: 'HUB_BATCH_INVALID',
      flaws: [
        { where: 'run.id' },
        ...['kind', 'symbol', 'venue', 'atMs'].map((name) => ({ where: `run.begun[0].${name}` })),
      ],
    });
  });
});
