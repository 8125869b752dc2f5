// Writes feed batches of five trades and a book without end, three at a time, and says each one that is acknowledged.
import { openStore } from '@hub/store';
import { say } from './say.mjs';

const [, , path, round] = process.argv;
const store = await openStore({ path });
const at = Date.UTC(2026, 10, 2, 0, 0, 1);
const placed = { venue: 'KRX', atMs: at, receivedMs: at };
const lane = async (name) => {
  for (let count = 0; ; count++) {
    const symbol = `R${round}${name}${count}`;
    const { batchId } = await store.writeFeed({
      batchId: `${round}-${name}-${count}`,
      provenance: { broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: at, normaliserVersion: 1 },
      ticks: [1, 2, 3, 4, 5].map((turn) => ({
        ...{ ...placed, symbol, day: '2026-11-02', dayVolume: turn * 10, price: 58_000, size: 10 },
        ...{ dayValue: null, side: null, ask: null, bid: null },
      })),
      books: [{ ...placed, symbol, asks: [], bids: [], totalAskSize: 0, totalBidSize: 0, expected: null }],
      gaps: [],
    });
    say(batchId);
  }
};
await Promise.all(['A', 'B', 'C'].map(lane));
