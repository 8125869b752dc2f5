// In a worker thread: tries to open the file through the facade; says how that went.
import { parentPort, workerData } from 'node:worker_threads';
import { Database } from '@hub/store/duckdb-async';

const outcome = await Database.create(workerData).then(
  () => ({ open: workerData }),
  ({ code }) => ({ code }),
);
parentPort.postMessage(outcome);
