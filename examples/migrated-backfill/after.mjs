// The same through the hub: no token, no sleep, no fetch, and no quota of its own.
// node after.mjs 005930 2026-11-02 after.csv
import { writeFile } from 'node:fs/promises';

import { createHub } from '@hub/client';

const [symbol, day, file] = process.argv.slice(2);
const hub = createHub();
const timeOf = ({ startMs }) => new Date(startMs + 9 * 3_600_000).toISOString().slice(11, 19).replaceAll(':', '');

const lines = [];
for await (const bar of hub.candles({ symbol, venue: 'KRX', interval: '1m', from: day, to: day })) {
  const { open, high, low, close, volume } = bar;
  lines.push(`${timeOf(bar)},${open},${high},${low},${close},${volume}\n`);
}
await writeFile(file, lines.join(''));
await hub.close();
