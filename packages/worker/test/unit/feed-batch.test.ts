import type { GapEvent, StatusEvent, TradeEvent } from '@hub/client';
import { expect, it } from 'vitest';

import { FeedBatcher } from '../../src/job/feed-batch.js';

const told = { broker: 'kis', of: 'trade', symbol: '005930', venue: 'KRX' } as const;
const live = (atMs: number, change: Partial<StatusEvent> = {}): StatusEvent => ({
  ...{ kind: 'status', ...told, state: 'live', atMs },
  ...change,
});
const gap = (sinceMs: number, untilMs: number | null): GapEvent => ({
  ...{ kind: 'gap', ...told, id: 'g', sinceMs, untilMs, cause: 'holder-lost' },
});
const trade = (receivedMs: number): TradeEvent => ({
  ...{ kind: 'trade', broker: 'kis', symbol: '005930', venue: 'KRX', receivedMs, atMs: receivedMs, price: 1, size: 1 },
  ...{ dayVolume: receivedMs, dayValue: null, side: null, ask: null, bid: null },
});

/** Where the feeds of the next batch begin, by kind. */
const begun = (batcher: FeedBatcher): (string | number)[][] =>
  batcher.take().flatMap(({ run }) => (run?.begun ?? []).map(({ kind, symbol, atMs }) => [kind, symbol, atMs]));

it('a feed begins with its first row, where it was said to be live, and only once', () => {
  const batcher = new FeedBatcher('run');
  batcher.live(live(10.7));
  expect(begun(batcher)).toEqual([]);
  expect(batcher.add(trade(15))).toBe(true);
  expect(begun(batcher)).toEqual([['trade', '005930', 10]]);
  batcher.live(live(30));
  batcher.add(trade(35));
  expect(begun(batcher)).toEqual([]);
});

it('a feed that was live before this process listened begins with what was on its way', () => {
  const batcher = new FeedBatcher('run');
  batcher.live(live(10));
  batcher.add(trade(8));
  expect(begun(batcher)).toEqual([['trade', '005930', 8]]);
});

it('a feed whose holder was dead begins with the gap', () => {
  const batcher = new FeedBatcher('run');
  batcher.live(live(10));
  expect(batcher.add(gap(5, null))).toBe(true);
  expect(begun(batcher)).toEqual([['trade', '005930', 5]]);
  expect(batcher.confirm()).toBe(false);
  expect(batcher.add(gap(5, 40))).toBe(true);
  expect(begun(batcher)).toEqual([]);
});

it('a feed that breaks before its first row begins where it was said to be live: what is missing then is in the gap', () => {
  const batcher = new FeedBatcher('run');
  batcher.live(live(10));
  expect(batcher.add(gap(12, null))).toBe(true);
  expect(batcher.take()).toMatchObject([{ run: { begun: [{ atMs: 10 }] }, gaps: [{ sinceMs: 12, untilMs: null }] }]);
});

it('a gap of a feed that was never live is of the time before', () => {
  const batcher = new FeedBatcher('run');
  expect(batcher.add(gap(5, null))).toBe(false);
  expect(batcher.add(gap(5, 40))).toBe(false);
  batcher.live(live(40));
  batcher.add(trade(45));
  expect(begun(batcher)).toEqual([['trade', '005930', 40]]);
  expect(batcher.add(gap(50, null))).toBe(true);
});

it('a feed that tells nothing begins when it is confirmed; notices never do', () => {
  const batcher = new FeedBatcher('run');
  batcher.live(live(10, { of: 'book' }));
  batcher.live(live(10, { of: 'notice', symbol: '' }));
  expect(batcher.confirm()).toBe(true);
  expect(begun(batcher)).toEqual([['book', '005930', 10]]);
  expect(batcher.confirm()).toBe(false);
});
