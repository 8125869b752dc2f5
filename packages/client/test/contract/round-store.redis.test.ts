import { afterAll } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { redisRoundStore } from '../../src/coalesce/redis/round-store.js';
import { portTo, realWorld } from '../support/world.js';
import { roundStoreSuite } from './suite/round-store.js';

const redis = portTo('main', redisUrls().main);
afterAll(() => redis.close());

roundStoreSuite('redis', () => redisRoundStore(redis), realWorld);
