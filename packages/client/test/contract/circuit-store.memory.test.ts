import { memoryCircuitStore } from '../../src/circuit/memory/circuit-store.js';
import { fakeWorld } from '../support/world.js';
import { circuitStoreSuite } from './suite/circuit-store.js';

circuitStoreSuite('memory', ({ clock, policy }) => memoryCircuitStore(clock, policy), fakeWorld);
