// A worker to be killed: it fetches for ever, or (with `answer`) publishes rows for a writer that is not there.
import { startService } from '@hub/worker';

const [redisUrl, prefix, mode] = process.argv.slice(2);
const minuteMs = 60_000;

const batchOf = ({ symbol, venue, interval, from }) => {
  const midnightMs = Date.parse(`${from}T00:00:00+09:00`);
  const price = { open: 100, high: 110, low: 90, close: 105, volume: 7, value: 735 };
  const bar = { symbol, venue, interval, startMs: midnightMs + 540 * minuteMs, ...price, source: 'REST_API_KIS' };
  const request = { tr: 'FHKST03010230', requestIds: ['first'], fetchedAtMs: Date.now(), keyId: '0123456789ab' };
  return { days: [from], candles: [bar], finalUntilMs: midnightMs + 1_440 * minuteMs, ...request };
};

const hub = {
  brokers: ['kis'],
  admit: () => ({}),
  candleBatches: async function* (query) {
    process.stdout.write('fetching\n');
    if (mode !== 'answer') await new Promise(() => setInterval(() => undefined, 1_000));
    yield batchOf(query);
  },
};

await startService({ redisUrl, prefix, hub, lockMs: 1_000 });
