import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/index.js';
import { day, openMs } from '../support/batch.js';
import { book, feedBatch, gap, kiwoom, tick } from '../support/feed-batch.js';
import { filePerTest } from '../support/file-per-test.js';
import { collect, startChild, storeFile } from '../support/store-file.js';

const now = openMs + 60_000;
const samsung = { symbol: '005930', venue: 'KRX', day } as const;

describe('writeFeed', () => {
  let store: Store;
  filePerTest(
    async (path) => {
      store = await openStore({ path, clock: () => now });
    },
    () => store.close(),
  );

  const volumes = async (): Promise<number[]> =>
    (await collect(store.ticks(samsung))).map(({ dayVolume }) => dayVolume);

  it('keeps trades, books and gaps as they were told', async () => {
    const full = tick(20, { price: 58_100.5, dayValue: 9_007_199_254_740_991, side: null, ask: null, bid: null });
    const auction = book(openMs + 5, { expected: { price: 58_050, size: 7 }, bids: [], atMs: null });
    const batch = feedBatch('a', { ticks: [full, tick(10)], books: [book(openMs + 1), auction], gaps: [gap('g')] });
    expect(await store.writeFeed(batch)).toEqual({ batchId: 'a', ticks: 2, books: 2, gaps: 1, committedAtMs: now });
    const origin = { source: 'WS_KIS', batchId: 'a' };
    expect(await collect(store.ticks(samsung))).toEqual([
      { ...tick(10), ...origin },
      { ...full, ...origin },
    ]);
    expect(await collect(store.books({ symbol: '005930', venue: 'KRX' }))).toEqual([
      { ...book(openMs + 1), ...origin },
      { ...auction, ...origin },
    ]);
    expect(await collect(store.gaps())).toEqual([{ ...gap('g'), broker: 'kis', batchId: 'a', closedBy: null }]);
    expect(await store.summary()).toMatchObject({ ticks: 2, books: 2, gaps: 1, candles: 0 });
  });

  it('does nothing the second time, and says when the first one was committed', async () => {
    const batch = feedBatch('a', { ticks: [tick(10)], books: [book(openMs)], gaps: [gap('g')] });
    const [first, double] = await Promise.all([store.writeFeed(batch), store.writeFeed(batch)]);
    expect(first).toMatchObject({ ticks: 1, books: 1, gaps: 1 });
    expect(double).toMatchObject({ ticks: 0, books: 0, gaps: 0 });
    expect(await store.writeFeed(batch)).toMatchObject({ ticks: 0, books: 0, gaps: 0, committedAtMs: now });
    expect(await store.summary()).toMatchObject({ ticks: 1, books: 1, gaps: 1 });
  });

  it('has one row of a trade that both brokers told: the first one', async () => {
    await store.writeFeed(feedBatch('kis', { ticks: [tick(10), tick(20)] }));
    const second = feedBatch('kiwoom', { ticks: [tick(20, { dayValue: 1_000_000 }), tick(30)] }, kiwoom);
    expect(await store.writeFeed(second)).toMatchObject({ ticks: 1 });
    const rows = await collect(store.ticks(samsung));
    expect(rows.map(({ dayVolume, source }) => [dayVolume, source])).toEqual([
      [10, 'WS_KIS'],
      [20, 'WS_KIS'],
      [30, 'WS_KIWOOM'],
    ]);
    expect(rows[1]?.dayValue).toBeNull();
  });

  it('has one row also when both come in one transaction, or one batch', async () => {
    const results = await Promise.all([
      store.writeFeed(feedBatch('a', { ticks: [tick(10), tick(10, { price: 1 })] })),
      store.writeFeed(feedBatch('b', { ticks: [tick(10, { price: 2 }), tick(20)] }, kiwoom)),
    ]);
    expect(results.map(({ ticks }) => ticks)).toEqual([1, 1]);
    expect((await collect(store.ticks(samsung))).map(({ price }) => price)).toEqual([58_100, 58_100]);
  });

  it('has one row of a book that two collectors wrote, and two of different ones within a ms', async () => {
    const other = book(openMs, { totalAskSize: 71 });
    await store.writeFeed(feedBatch('a', { books: [book(openMs)] }));
    expect(await store.writeFeed(feedBatch('b', { books: [book(openMs), other] }))).toMatchObject({ books: 1 });
    const within = { symbol: '005930', venue: 'KRX', fromMs: openMs, toMs: openMs + 1 } as const;
    expect((await collect(store.books(within))).map(({ totalAskSize }) => totalAskSize)).toEqual([70, 71]);
    expect(await collect(store.books({ ...within, fromMs: openMs + 1, toMs: openMs + 2 }))).toEqual([]);
  });

  it('closes a gap that is told again with its end, once, in whatever order', async () => {
    await store.writeFeed(feedBatch('a', { gaps: [gap('one'), gap('two'), gap('three', openMs + 9)] }));
    const end = feedBatch('b', { gaps: [gap('one', openMs + 5, { missing: 40 }), gap('three')] });
    expect(await store.writeFeed(end)).toMatchObject({ gaps: 1 });
    expect(await store.writeFeed(feedBatch('c', { gaps: [gap('one', openMs + 7), gap('one')] }))).toMatchObject({
      gaps: 0,
    });
    expect(await store.writeFeed(feedBatch('d', { gaps: [gap('four', openMs + 5), gap('four')] }))).toMatchObject({
      gaps: 1,
    });
    expect(
      (await collect(store.gaps())).map(({ id, untilMs, missing, batchId, closedBy }) => [
        id,
        untilMs,
        missing,
        batchId,
        closedBy,
      ]),
    ).toEqual([
      ['four', openMs + 5, null, 'd', 'd'],
      ['one', openMs + 5, 40, 'a', 'b'],
      ['three', openMs + 9, null, 'a', 'a'],
      ['two', null, null, 'a', null],
    ]);
  });

  it('finds gaps by feed and time, those that last too', async () => {
    const gaps = [
      gap('past', openMs + 5),
      gap('open', null, { sinceMs: openMs + 10 }),
      gap('book', openMs + 30, { kind: 'book', symbol: '000660', sinceMs: openMs + 20 }),
      gap('notice', null, { kind: 'notice', symbol: '', venue: 'UN', sinceMs: openMs + 40 }),
    ];
    await store.writeFeed(feedBatch('a', { gaps }));
    const ids = async (query: Parameters<Store['gaps']>[0]): Promise<string[]> =>
      (await collect(store.gaps(query))).map(({ id }) => id);
    expect(await ids({ fromMs: openMs + 6, toMs: openMs + 25 })).toEqual(['open', 'book']);
    expect(await ids({ kind: 'trade', venue: 'KRX' })).toEqual(['past', 'open']);
    expect(await ids({ symbols: ['000660', ''] })).toEqual(['book', 'notice']);
    expect(await ids({ broker: 'kiwoom' })).toEqual([]);
  });

  it('lists every flaw, and writes nothing', async () => {
    const batch = feedBatch(
      'a',
      {
        ticks: [
          tick(10),
          tick(5, { price: Number.NaN, day: '2026-11-03', side: 'up' as 'buy' }),
          tick(0.5, { symbol: 'a b', size: 0 }),
        ],
        books: [book(-1, { asks: [{ price: 1, size: -1 }] })],
        gaps: [gap('', openMs - 1, { cause: 'No word!', kind: 'x' as 'trade' })],
      },
      { source: 'WS_KIWOOM', keyId: '' },
    );
    const failure = await store.writeFeed(batch).then(
      () => undefined,
      (error: unknown) => error as { code: string; flaws: { where: string }[] },
    );
    expect(failure?.code).toBe('HUB_BATCH_INVALID');
    expect(failure?.flaws.map(({ where }) => where)).toEqual([
      ...['provenance.source', 'provenance.keyId'],
      ...['ticks[1].day', 'ticks[1].price', 'ticks[1].dayVolume', 'ticks[1].side'],
      ...['ticks[2].symbol', 'ticks[2].dayVolume'],
      ...['books[0].receivedMs', 'books[0].asks[0]'],
      ...['gaps[0].id', 'gaps[0].kind', 'gaps[0].untilMs', 'gaps[0].cause'],
    ]);
    expect(await volumes()).toEqual([]);
    expect(await store.summary()).toMatchObject({ ticks: 0, books: 0, gaps: 0 });
  });

  it('takes a huge batch', async () => {
    const ticks = Array.from({ length: 60_000 }, (_, index) => tick((index + 1) * 10));
    const books = Array.from({ length: 10_000 }, (_, index) => book(openMs + index));
    expect(await store.writeFeed(feedBatch('a', { ticks, books }))).toMatchObject({ ticks: 60_000, books: 10_000 });
    expect(await store.writeFeed(feedBatch('b', { ticks }))).toMatchObject({ ticks: 0 });
    expect((await volumes()).length).toBe(60_000);
  });

  it('refuses days that are none', async () => {
    await expect(collect(store.ticks({ ...samsung, day: '2026-02-31' }))).rejects.toMatchObject({
      code: 'HUB_DAY_INVALID',
    });
  });
});

it('keeps every acknowledged feed batch and no part of another when the writer is killed', async () => {
  await using file = await storeFile();
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round++) {
    await using writer = startChild('feed-on', file.path, String(round));
    const enough = 1 + Math.floor(Math.random() * 12);
    for (let count = 0; count < enough; count++) acknowledged.push(String((await writer.lines.next()).value));
    await delay(Math.random() * 15); // the moment itself, not a wait for something
    writer.process.kill('SIGKILL');
    for (let line = await writer.lines.next(); line.done !== true; line = await writer.lines.next()) {
      acknowledged.push(String(line.value));
    }
    await using store = await openStore({ path: file.path });
    const { ticks, books } = await store.summary();
    expect(ticks).toBe(books * 5);
    expect(books).toBeGreaterThanOrEqual(acknowledged.length);
    for (const batchId of acknowledged) {
      const symbol = `R${batchId.replaceAll('-', '')}`;
      expect(await collect(store.ticks({ ...samsung, symbol }))).toHaveLength(5);
    }
  }
}, 120_000);
