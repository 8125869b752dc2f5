import { redlockTokenLock } from '../../src/vault/redis/token-lock.js';
import { portTo } from '../support/world.js';
import { tokenLockSuite } from './suite/token-lock.js';

const maker = { port: (url: string) => portTo('lock', url, 500), lock: redlockTokenLock };

tokenLockSuite('redlock on one server', { ...maker, servers: 1 });
tokenLockSuite('redlock by a majority of three', { ...maker, servers: 3 });
