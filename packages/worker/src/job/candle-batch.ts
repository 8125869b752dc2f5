import { normaliserVersion, sourceOf, type Candle, type CandleBatch } from '@hub/client';
import { koreanDay, startOfDay, type CoverageState, type Store } from '@hub/store';

import type { CompactRow, IngestPayload, WindowSpec } from '../queue/payload.js';

/** What the store takes. */
export type StoreBatch = Parameters<Store['write']>[0];

const dayMs = 86_400_000;

const compact = ({ startMs, open, high, low, close, volume, value }: Candle): CompactRow => [
  ...([startMs, open, high, low] as const),
  ...([close, volume, value] as const),
];

/**
 * The batches of a window as one job for the writer. A day is covered up to where its bars are final: what is fetched
 * of today says nothing of the rest of the day.
 */
export const ingestPayloadOf = (
  window: WindowSpec,
  batches: readonly CandleBatch[],
  isTradingDay: (day: string) => boolean,
): IngestPayload => {
  const { broker, symbol, venue, interval } = window;
  // A window that found nothing to ask for has no answer to name.
  const answered = batches.find(({ requestIds }) => requestIds.length > 0);
  return {
    v: 1,
    series: { symbol, venue, interval, source: sourceOf[broker] },
    provenance: {
      broker,
      requestIds: batches.flatMap(({ requestIds }) => requestIds),
      tr: answered?.tr ?? '',
      keyId: answered?.keyId ?? '',
      fetchedAtMs: Math.max(...batches.map(({ fetchedAtMs }) => fetchedAtMs)),
      normaliserVersion,
    },
    rows: batches.flatMap(({ candles }) => candles.map(compact)),
    coverage: batches.flatMap((batch) => coverageOf(batch, isTradingDay)),
  };
};

const coverageOf = (batch: CandleBatch, isTradingDay: (day: string) => boolean): IngestPayload['coverage'] => {
  const withRows = new Set(batch.candles.map(({ startMs }) => koreanDay(startMs)));
  const stateOf = (day: string): CoverageState => {
    if (withRows.has(day)) return 'present';
    return batch.halted?.includes(day) === true ? 'halted' : 'verified_empty';
  };
  return batch.days.filter(isTradingDay).flatMap((day): IngestPayload['coverage'] => {
    const fromMs = startOfDay(day);
    const toMs = Math.min(fromMs + dayMs, batch.finalUntilMs);
    return toMs > fromMs ? [[day, fromMs, toMs, stateOf(day)]] : [];
  });
};

/** What the writer hands to its store. */
export const storeBatchOf = (batchId: string, { series, provenance, rows, coverage }: IngestPayload): StoreBatch => ({
  batchId,
  provenance,
  rows: rows.map(([startMs, open, high, low, close, volume, value]) => ({
    ...series,
    ...{ startMs, open, high, low, close, volume, value },
  })),
  coverage: coverage.map(([day, fromMs, toMs, state]) => ({ ...series, kind: 'candle', day, fromMs, toMs, state })),
});
