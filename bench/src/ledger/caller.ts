import { setTimeout as sleep } from 'node:timers/promises';

import { givenOrder, untilReleased } from '../harness/child.js';
import type { LedgerOrder } from './cycle.js';
import { flySingly } from './single-flight.js';
import { grantWithoutPause } from './throughput.js';

/** One process that asks for leave and calls nobody: `caller.js <order>`, until it is let go. */
const order = givenOrder() as LedgerOrder;
if (order.task === 'single-flight') {
  await flySingly(order);
  await untilReleased();
} else {
  const close = await grantWithoutPause(order);
  await untilReleased();
  // What waits in a peer knows no signal and ends with its connections.
  await Promise.race([close().catch(() => undefined), sleep(1_000)]);
}
process.exit();
