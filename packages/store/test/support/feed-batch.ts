import type { FeedBatch, FeedProvenance, NewBook, NewGap, NewTick } from '../../src/index.js';
import { day, openMs } from './batch.js';

/** The trade that brings the day's volume to `dayVolume`. */
export const tick = (dayVolume: number, change: Partial<NewTick> = {}): NewTick => ({
  symbol: '005930',
  venue: 'KRX',
  day,
  dayVolume,
  atMs: openMs + 1_000,
  receivedMs: openMs + 1_234,
  price: 58_100,
  size: 10,
  dayValue: null,
  side: 'buy',
  ask: 58_100,
  bid: 58_000,
  ...change,
});

export const book = (receivedMs: number, change: Partial<NewBook> = {}): NewBook => ({
  symbol: '005930',
  venue: 'KRX',
  atMs: openMs + 1_000,
  receivedMs,
  asks: [
    { price: 58_100, size: 30 },
    { price: 58_200, size: 40 },
  ],
  bids: [{ price: 58_000, size: 20 }],
  totalAskSize: 70,
  totalBidSize: 20,
  expected: null,
  ...change,
});

export const gap = (id: string, untilMs: number | null = null, change: Partial<NewGap> = {}): NewGap => ({
  ...{
    id,
    kind: 'trade',
    symbol: '005930',
    venue: 'KRX',
    sinceMs: openMs,
    untilMs,
    cause: 'disconnect',
    missing: null,
  },
  ...change,
});

export const feedBatch = (
  batchId: string,
  rows: Partial<Pick<FeedBatch, 'ticks' | 'books' | 'gaps'>>,
  provenance: Partial<FeedProvenance> = {},
): FeedBatch => ({
  batchId,
  provenance: {
    ...{ broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: openMs + 2_000, normaliserVersion: 1 },
    ...provenance,
  },
  ticks: [],
  books: [],
  gaps: [],
  ...rows,
});

export const kiwoom = { broker: 'kiwoom', source: 'WS_KIWOOM' } as const;
