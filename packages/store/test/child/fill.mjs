// Writes batches until the disk is full, then looks whether the store can still be read, written and closed.
import { openStore } from '@hub/store';
import { dayBatch } from './batch.mjs';
import { say } from './say.mjs';

const store = await openStore({ path: process.argv[2] });
const acknowledged = [];
let refused;
for (let count = 0; refused === undefined; count++) {
  const batch = dayBatch(`fill-${count}`, `F${count}`);
  try {
    await store.write(batch);
    acknowledged.push(batch.batchId);
  } catch (error) {
    refused = { batchId: batch.batchId, code: error.code, remedy: error.remedy };
  }
}
const { candles } = await store.summary();
const small = await store.write(dayBatch('small', 'SMALL', 1)).then(
  ({ batchId }) => batchId,
  (error) => error.code,
);
await store.close();
say({ acknowledged, refused, candles, small });
