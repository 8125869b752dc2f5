import { afterAll } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { redisSlotStore } from '../../src/ledger/redis/slot-store.js';
import { sharedLedger } from '../../src/ledger/shared-ledger.js';
import { silent } from '../../src/runtime/notice.js';
import { portTo, realWorld } from '../support/world.js';
import { ledgerSuite } from './suite/ledger.js';
import { seeded } from '../support/seeded.js';

const redis = portTo('gatekeeper', redisUrls().gatekeeper);
afterAll(() => redis.close());

ledgerSuite('redis', () => {
  const world = realWorld();
  return {
    ...world,
    ledger: sharedLedger({ store: redisSlotStore(redis), clock: world.clock, notify: silent }),
    random: seeded(7),
  };
});
