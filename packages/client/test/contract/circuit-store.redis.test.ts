import { afterAll, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { circuitProtocol } from '../../src/circuit/contract.js';
import { redisCircuitStore } from '../../src/circuit/redis/circuit-store.js';
import { scripts } from '../../src/circuit/redis/scripts.generated.js';
import type { Script } from '../../src/runtime/redis.js';
import { freshKeyId, portTo, realWorld } from '../support/world.js';
import { circuitStoreSuite } from './suite/circuit-store.js';

const redis = portTo('gatekeeper', redisUrls().gatekeeper);
afterAll(() => redis.close());

circuitStoreSuite('redis', ({ policy }) => redisCircuitStore(redis, policy), realWorld);

const pttl: Script = { name: 'pttl', keys: 1, lua: "return redis.call('PTTL', KEYS[1])" };

it('nothing stays in Redis for ever: failures are remembered for a minute, an open circuit for ten after its pause', async () => {
  const store = redisCircuitStore(redis, { failures: 2, pauseMs: 1_000, longestPauseMs: 1_000 });
  const account = `kis:real:${freshKeyId()}`;
  const left = async () => Number(await redis.run(pttl, [`api:circuit:{${account}}`], []));
  await store.fail(account, 'HUB_TIMEOUT', undefined);
  expect(await left()).toBeGreaterThan(circuitProtocol.rowMs - 1_000);
  expect(await left()).toBeLessThanOrEqual(circuitProtocol.rowMs);
  await store.fail(account, 'HUB_TIMEOUT', undefined);
  expect(await left()).toBeGreaterThan(circuitProtocol.keptMs);
  expect(await left()).toBeLessThanOrEqual(circuitProtocol.keptMs + 1_000);
});

it('a probe whose process died is lost with its lease', async () => {
  const store = redisCircuitStore(redis, { failures: 1, pauseMs: 1, longestPauseMs: 1 });
  const account = `kis:real:${freshKeyId()}`;
  const probe = (name: string) => redis.run(scripts.probe, [`api:circuit:{${account}}`], [1_000, name, 100, 60_000]);
  await store.fail(account, 'HUB_TIMEOUT', undefined);
  await expect.poll(() => probe('died')).toEqual(['go']);
  expect(await probe('next')).toContain('open');
  await expect.poll(() => probe('next')).toEqual(['go']);
});

const set: Script = { name: 'set', keys: 1, lua: "return redis.call('HSET', KEYS[1], unpack(ARGV))" };
const hourMs = 3_600_000;

it('a server whose clock was set back by an hour lets the next call through, and not none for an hour', async () => {
  const store = redisCircuitStore(redis, { failures: 1, pauseMs: 1_000, longestPauseMs: 1_000 });
  const account = `kis:real:${freshKeyId()}`;
  const later = (field: string) => redis.run(set, [`api:circuit:{${account}}`], [field, Date.now() + hourMs]);
  await store.fail(account, 'HUB_TIMEOUT', undefined);
  await later('till');
  expect(await store.look(account)).toMatchObject({ kind: 'open', forMs: 0 });
  expect(await store.probe(account, 'one')).toEqual({ kind: 'go' });
  await later('leased');
  expect(await store.probe(account, 'other')).toEqual({ kind: 'go' });
});

const publish: Script = { name: 'publish', keys: 1, lua: "return redis.call('PUBLISH', KEYS[1], ARGV[1])" };

it.each(['no JSON', '["ajar",1]', 'null'])(
  'news that are none (%s) do no harm, and the next ones are heard',
  async (text) => {
    const store = redisCircuitStore(redis, { failures: 2, pauseMs: 1_000, longestPauseMs: 1_000 });
    const account = `kis:real:${freshKeyId()}`;
    const heard: unknown[] = [];
    const stop = await store.listen(account, (state) => heard.push(state));
    await redis.run(publish, [`api:circuit:{${account}}:news`], [text]);
    await store.fail(account, 'HUB_TIMEOUT', undefined);
    await expect.poll(() => heard).toEqual([{ kind: 'closed', failures: 1 }]);
    stop();
  },
);
