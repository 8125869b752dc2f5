import { memoryRoundStore } from '../../src/coalesce/memory/round-store.js';
import { fakeWorld } from '../support/world.js';
import { roundStoreSuite } from './suite/round-store.js';

roundStoreSuite('memory', ({ clock }) => memoryRoundStore(clock), fakeWorld);
