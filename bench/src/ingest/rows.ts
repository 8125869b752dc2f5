import { startOfDay, type CandleBatch } from '@hub/store';

const minuteMs = 60_000;
const openMs = startOfDay('2026-11-02') + 9 * 60 * minuteMs;
export const barsOfBatch = 390;

/** One day of minutes of one symbol, with what it covers. */
export const dayBatch = (symbol: string): CandleBatch => ({
  batchId: `bench-${symbol}`,
  provenance: {
    requestIds: [symbol],
    tr: 'FHKST03010230',
    broker: 'kis',
    keyId: '0123456789ab',
    fetchedAtMs: openMs,
    normaliserVersion: 1,
  },
  rows: Array.from({ length: barsOfBatch }, (_, minute) => ({
    ...{ symbol, venue: 'KRX', interval: '1m', source: 'REST_API_KIS', startMs: openMs + minute * minuteMs },
    ...{ open: 58_000, high: 58_200, low: 57_900, close: 58_000 + (minute % 200) },
    ...{ volume: 1_000 + minute, value: 58_050_000 },
  })),
  coverage: [
    {
      ...{ symbol, venue: 'KRX', kind: 'candle', interval: '1m', source: 'REST_API_KIS', day: '2026-11-02' },
      ...{ fromMs: openMs, toMs: openMs + barsOfBatch * minuteMs, state: 'present' },
    },
  ],
});
