// Commits batches without end, and beside that does one thing over and over: a snapshot, or a Parquet export. Says each one that is done.
import { openStore } from '@hub/store';
import { dayBatch } from './batch.mjs';
import { say } from './say.mjs';

const [, , path, round, what, target] = process.argv;
const store = await openStore({ path });
const commits = async () => {
  for (let count = 0; ; count++) await store.write(dayBatch(`${round}-${count}`, `R${round}N${count}`, 30));
};
const exports = async () => {
  for (;;) {
    if (what === 'snapshot') await store.snapshot(target);
    else await store.exportParquet({ dir: target });
    say(what);
  }
};
await store.write(dayBatch(`${round}-first`, `R${round}first`, 30));
await Promise.all([commits(), exports()]);
