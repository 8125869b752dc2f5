// Trades by a handler, order books by an iterator, as lines of JSON: node live-collector.mjs 005930,000660
import { createHub } from '@hub/client';

const [symbols = '005930'] = process.argv.slice(2);
const feedsOf = (kind) => symbols.split(',').map((symbol) => ({ kind, symbol }));
const hub = createHub(); // keys and servers from the environment
const tell = (line) => console.log(JSON.stringify(line));
const iso = (ms) => (ms === null ? null : new Date(ms).toISOString());
const told = { trades: 0, books: 0, gaps: 0 };

/** Both kinds of feed tell these two: whoever keeps data has to know what is missing, and whether more will come. */
const tellTrouble = (event) => {
  const { of, symbol } = event;
  if (event.kind === 'gap') {
    const { id, cause, sinceMs, untilMs } = event; // told when it begins, and again with its end
    if (untilMs !== null) told.gaps += 1;
    tell({
      gap: untilMs === null ? 'begins' : 'ended',
      id,
      of,
      symbol,
      cause,
      since: iso(sinceMs),
      until: iso(untilMs),
    });
  }
  if (event.kind === 'status') tell({ status: event.state, of, symbol, code: event.code, message: event.message });
};

// A handler may return a promise: the next event waits for it, and so does nobody else.
const trades = await hub.realtime.subscribe(feedsOf('trade'), (event) => {
  if (event.kind !== 'trade') return tellTrouble(event);
  const { symbol, price, size, dayVolume, receivedMs } = event;
  told.trades += 1;
  tell({ trade: symbol, price, size, dayVolume, at: iso(receivedMs) });
});

// Leaving the loop gives the feeds back; so does close(), and the loop ends behind what has come by then.
const books = await hub.realtime.subscribe(feedsOf('book'));
const stop = () => void Promise.all([trades.close(), books.close()]);
process.once('SIGINT', stop);
trades.ended.catch(stop); // a handler that throws ends its subscription

for await (const event of books) {
  if (event.kind !== 'book') tellTrouble(event);
  else {
    const { symbol, asks, bids, receivedMs } = event;
    told.books += 1;
    tell({ book: symbol, ask: asks[0]?.price ?? null, bid: bids[0]?.price ?? null, at: iso(receivedMs) });
  }
}
await trades.ended;
await hub.close(); // the socket goes back at once, and the next collector need not wait for the end of a lease
tell({ ended: told });
