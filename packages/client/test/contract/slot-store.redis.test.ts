import { afterAll } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { redisSlotStore } from '../../src/ledger/redis/slot-store.js';
import { portTo, realWorld } from '../support/world.js';
import { slotStoreSuite } from './suite/slot-store.js';
import { spendingSuite } from './suite/spending.js';

const redis = portTo('gatekeeper', redisUrls().gatekeeper);
afterAll(() => redis.close());

slotStoreSuite('redis', () => ({ ...realWorld(), store: redisSlotStore(redis) }));
spendingSuite('redis', ({ now }) => redisSlotStore(redis, { now }));
