const openMs = Date.UTC(2026, 10, 2, 0, 0);
const minuteMs = 60_000;

/** A day's worth of bars for one symbol, with the stretch that they cover. */
export const dayBatch = (batchId, symbol, count = 390) => ({
  batchId,
  provenance: {
    requestIds: [batchId],
    tr: 'FHKST03010230',
    broker: 'kis',
    keyId: '0123456789ab',
    fetchedAtMs: openMs,
    normaliserVersion: 1,
  },
  rows: Array.from({ length: count }, (_, minute) => ({
    symbol,
    venue: 'KRX',
    interval: '1m',
    startMs: openMs + minute * minuteMs,
    source: 'REST_API_KIS',
    open: 58_000,
    high: 58_200,
    low: 57_900,
    close: 58_000 + (minute % 200),
    volume: 1_000 + minute,
    value: 58_050_000,
  })),
  coverage: [
    {
      symbol,
      venue: 'KRX',
      kind: 'candle',
      interval: '1m',
      source: 'REST_API_KIS',
      day: '2026-11-02',
      fromMs: openMs,
      toMs: openMs + count * minuteMs,
      state: 'present',
    },
  ],
});
