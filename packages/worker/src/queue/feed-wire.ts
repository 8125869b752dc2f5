import type { FeedBatch, FeedRecovery, NewBook, NewTick } from '@hub/store';

import type { FeedPayload } from './feed-payload.js';

type Level = NewBook['asks'][number];
type CompactLevel = [number, number];

const compact = ({ price, size }: Level): CompactLevel => [price, size];
const levelOf = ([price, size]: CompactLevel): Level => ({ price, size });

/** As it travels. */
export const feedPayloadOf = ({ provenance, run, recovery, ticks, books, gaps }: FeedBatch): FeedPayload => ({
  v: 1,
  provenance,
  ...(run === undefined ? {} : { run: { id: run.id, begun: [...run.begun] } }),
  ...(recovery === undefined ? {} : { recovery }),
  ticks: ticks.map((row) => [
    ...([row.symbol, row.venue, row.day, row.dayVolume, row.atMs, row.receivedMs] as const),
    ...([row.price, row.size, row.dayValue, row.side, row.ask, row.bid] as const),
  ]),
  books: books.map((row) => [
    ...([row.symbol, row.venue, row.atMs, row.receivedMs, row.asks.map(compact), row.bids.map(compact)] as const),
    ...([row.totalAskSize, row.totalBidSize, row.expected === null ? null : compact(row.expected)] as const),
  ]),
  gaps: [...gaps],
});

const tickOf = (row: FeedPayload['ticks'][number]): NewTick => {
  const [symbol, venue, day, dayVolume, atMs, receivedMs, price, size, dayValue, side, ask, bid] = row;
  return { symbol, venue, day, dayVolume, atMs, receivedMs, price, size, dayValue, side, ask, bid };
};

const bookOf = (row: FeedPayload['books'][number]): NewBook => {
  const [symbol, venue, atMs, receivedMs, asks, bids, totalAskSize, totalBidSize, expected] = row;
  return {
    ...{ symbol, venue, atMs, receivedMs, asks: asks.map(levelOf), bids: bids.map(levelOf) },
    ...{ totalAskSize, totalBidSize, expected: expected === null ? null : levelOf(expected) },
  };
};

const recoveryOf = ({ unavailable, expired, ...part }: NonNullable<FeedPayload['recovery']>): FeedRecovery => ({
  ...part,
  ...(unavailable === undefined ? {} : { unavailable }),
  ...(expired === undefined ? {} : { expired }),
});

/** What the writer hands to its store. */
export const feedBatchOf = (
  batchId: string,
  { provenance, run, recovery, ticks, books, gaps }: FeedPayload,
): FeedBatch => ({
  ...{ batchId, provenance, gaps },
  ...(run === undefined ? {} : { run }),
  ...(recovery === undefined ? {} : { recovery: recoveryOf(recovery) }),
  ticks: ticks.map(tickOf),
  books: books.map(bookOf),
});
