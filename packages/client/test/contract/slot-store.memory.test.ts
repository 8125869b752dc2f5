import { memorySlotStore } from '../../src/ledger/memory/slot-store.js';
import { fakeWorld } from '../support/world.js';
import { slotStoreSuite } from './suite/slot-store.js';
import { spendingSuite } from './suite/spending.js';

slotStoreSuite('memory', () => {
  const world = fakeWorld();
  return { ...world, store: memorySlotStore(world.clock) };
});
spendingSuite('memory', memorySlotStore);
