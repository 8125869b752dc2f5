// The same through the hub, for whichever broker is set up: no key, no socket, no parser, and nothing that is lost without a word.
// node after.mjs 005930,000660 after.duckdb
import { createHub } from '@hub/client';
import { openStore } from '@hub/store';
import { startCollector } from '@hub/worker';

const [symbols, path] = process.argv.slice(2);
const feeds = symbols.split(',').map((symbol) => ({ kind: 'trade', symbol }));
const hub = createHub();
const store = await openStore({ path });
const sink = { write: (batch) => store.writeFeed(batch) };
const collector = await startCollector({ hub, feeds, sink });
process.once('SIGINT', () => void collector.close());

await collector.ended;
const { received, written, gaps } = await collector.close();
console.log(`${received} received, ${written} written, ${gaps.told} gaps`);
await hub.close();
await store.close();
