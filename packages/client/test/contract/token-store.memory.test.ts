import { memoryTokenStore } from '../../src/vault/memory/token-store.js';
import { fakeWorld } from '../support/world.js';
import { tokenStoreSuite } from './suite/token-store.js';
import { vaultAttacksSuite } from './suite/vault-attacks.js';
import { vaultTracesSuite } from './suite/vault-traces.js';
import { vaultSuite } from './suite/vault.js';

const make = () => {
  const world = fakeWorld();
  const store = memoryTokenStore(world.clock);
  return { ...world, store, lock: store };
};

tokenStoreSuite('memory', make);
vaultSuite('memory', make);
vaultTracesSuite('memory', make);
vaultAttacksSuite('memory', make);
