// Minute bars of some symbols into a DuckDB file: node backfill.mjs market.duckdb 2026-11-02 2026-11-06 005930 000660
import { createHub, normaliserVersion, sourceOf } from '@hub/client';
import { openStore, startOfDay, tradingDays } from '@hub/store';

const [path = 'market.duckdb', from = '2026-11-02', to = from, ...symbols] = process.argv.slice(2);
if (symbols.length === 0) throw new Error('give a file, two days and some symbols');
const hub = createHub();
const store = await openStore({ path });
const [broker = 'kis'] = hub.brokers;
const series = { venue: 'KRX', interval: '1m', source: sourceOf[broker] };
const days = tradingDays(series.venue, from, to);

for (const symbol of symbols) {
  const missing = await store.missingDays({ symbol, ...series, sources: [series.source], days });
  console.log(`${symbol}: ${missing.length} of ${days.length} days are missing`);
  for (const day of missing) {
    for await (const batch of hub.candleBatches({ broker, symbol, ...series, from: day, to: day })) {
      const { requestIds, tr, keyId, fetchedAtMs, candles, finalUntilMs } = batch;
      if (!batch.days.includes(day)) continue; // the broker's history may end after this day
      const fromMs = startOfDay(day);
      const toMs = Math.min(fromMs + 86_400_000, finalUntilMs); // of today only what is final
      const state = candles.length > 0 ? 'present' : 'verified_empty';
      await store.write({
        batchId: requestIds[0],
        provenance: { broker, requestIds, tr, keyId, fetchedAtMs, normaliserVersion },
        rows: candles,
        coverage: [{ symbol, ...series, kind: 'candle', day, fromMs, toMs, state }],
      });
    }
  }
}
console.log(`${(await store.summary()).candles} bars in ${path}`);
await store.close();
await hub.close();
