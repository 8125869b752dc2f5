import { memorySlotStore } from '../../src/ledger/memory/slot-store.js';
import { sharedLedger } from '../../src/ledger/shared-ledger.js';
import { sleep } from '../../src/runtime/clock.js';
import { silent } from '../../src/runtime/notice.js';
import { fakeWorld } from '../support/world.js';
import { ledgerSuite } from './suite/ledger.js';
import { seeded } from '../support/seeded.js';

ledgerSuite('memory', () => {
  const { clock, until } = fakeWorld();
  const ledger = sharedLedger({ store: memorySlotStore(clock), clock, notify: silent });
  // Several calls may be under way at once, and only `until` moves the clock.
  const pass = async (ms: number): Promise<void> => sleep(clock, ms);
  return { clock, until, pass: (ms) => (ms < 25 ? pass(ms) : until(pass(ms))), ledger, random: seeded(7) };
});
