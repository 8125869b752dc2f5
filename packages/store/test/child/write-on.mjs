// Writes batches without end, three at a time, and says each one that is acknowledged. They are small, so that the
// process is within a transaction most of the time.
import { openStore } from '@hub/store';
import { dayBatch } from './batch.mjs';
import { say } from './say.mjs';

const [, , path, round] = process.argv;
const store = await openStore({ path });
const lane = async (name) => {
  for (let count = 0; ; count++) {
    const { batchId } = await store.write(dayBatch(`${round}-${name}-${count}`, `R${round}${name}${count}`, 30));
    say(batchId);
  }
};
await Promise.all(['A', 'B', 'C'].map(lane));
