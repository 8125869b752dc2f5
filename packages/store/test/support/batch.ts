import type { CandleBatch, CandleRow, CoverageRow } from '../../src/index.js';

export const day = '2026-11-02';
const minuteMs = 60_000;
/** 09:00 in Korea on `day`. */
export const openMs = Date.UTC(2026, 10, 2, 0, 0);

/** The bar of minute `minute` after the opening. */
export const bar = (minute: number, change: Partial<CandleRow> = {}): CandleRow => ({
  symbol: '005930',
  venue: 'KRX',
  interval: '1m',
  startMs: openMs + minute * minuteMs,
  source: 'REST_API_KIS',
  open: 58_000,
  high: 58_200,
  low: 57_900,
  close: 58_100,
  volume: 1_000 + minute,
  value: 58_050_000,
  ...change,
});

/** From minute to minute after the opening. */
export const stretch = (from: number, to: number, change: Partial<CoverageRow> = {}): CoverageRow => ({
  symbol: '005930',
  venue: 'KRX',
  kind: 'candle',
  interval: '1m',
  source: 'REST_API_KIS',
  day,
  fromMs: openMs + from * minuteMs,
  toMs: openMs + to * minuteMs,
  state: 'present',
  ...change,
});

export const batchOf = (
  batchId: string,
  rows: readonly CandleRow[],
  { coverage = [], fetchedAtMs = openMs }: { coverage?: readonly CoverageRow[]; fetchedAtMs?: number } = {},
): CandleBatch => ({
  batchId,
  provenance: {
    requestIds: [`${batchId}-1`],
    tr: 'FHKST03010230',
    broker: [...rows, ...coverage].some(({ source }) => source === 'REST_API_KIWOOM') ? 'kiwoom' : 'kis',
    keyId: '0123456789ab',
    fetchedAtMs,
    normaliserVersion: 1,
  },
  rows,
  coverage,
});
