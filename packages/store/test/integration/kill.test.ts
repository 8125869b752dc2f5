import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '../../src/index.js';
import { collect, startChild, storeFile } from '../support/store-file.js';

const rounds = 10;
const barsOfBatch = 30;

/** Kills the writer a random moment after a random number of acknowledgements: often within a commit. */
const writeUntilKilled = async (path: string, round: number): Promise<string[]> => {
  await using writer = startChild('write-on', path, String(round));
  const acknowledged: string[] = [];
  const enough = 1 + Math.floor(Math.random() * 12);
  while (acknowledged.length < enough) acknowledged.push(String((await writer.lines.next()).value));
  await delay(Math.random() * 15); // the moment itself, not a wait for something
  writer.process.kill('SIGKILL');
  for (let line = await writer.lines.next(); line.done !== true; line = await writer.lines.next()) {
    acknowledged.push(String(line.value));
  }
  return acknowledged;
};

it('keeps every acknowledged batch and no part of another when the writer is killed', async () => {
  await using file = await storeFile();
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await writeUntilKilled(file.path, round)));
    await using store = await openStore({ path: file.path });
    const bars = new Map<string, number>();
    for (const { symbol } of await collect(store.candles({ interval: '1m' }))) {
      bars.set(symbol, (bars.get(symbol) ?? 0) + 1);
    }
    const covered = new Set((await store.coverage()).map(({ symbol }) => symbol));
    const { batches } = await store.summary();
    expect([...bars.values()].filter((count) => count !== barsOfBatch)).toEqual([]);
    expect(covered).toEqual(new Set(bars.keys()));
    expect(batches).toBe(bars.size);
    const lost = acknowledged.filter((batchId) => !bars.has(`R${batchId.replaceAll('-', '')}`));
    expect(lost).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(rounds);
}, 180_000);
