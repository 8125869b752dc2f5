import { expect, it } from 'vitest';

import { CircuitBreaker } from '../../src/circuit/circuit-breaker.js';
import type { CircuitStore } from '../../src/circuit/contract.js';
import { memoryCircuitStore } from '../../src/circuit/memory/circuit-store.js';
import { RedisRefused } from '../../src/error/index.js';
import type { Clock } from '../../src/runtime/clock.js';
import { fakeClock } from '../../src/testing/index.js';

const policy = { failures: 1, pauseMs: 1_000, longestPauseMs: 4_000 };
const account = 'kis:real:a';

it('a store that is heard and cannot be looked at gets one listener, however often calls fail', async () => {
  const clock = fakeClock();
  const fallback = memoryCircuitStore(clock, policy);
  const refuse = () => Promise.reject(new RedisRefused('gatekeeper', 'NOPERM this user has no permissions'));
  let listeners = 0;
  const listen: CircuitStore['listen'] = async () => {
    listeners += 1;
    return Promise.resolve(() => undefined);
  };
  const store: CircuitStore = { listen, look: refuse, fail: refuse, heal: refuse, probe: refuse, release: refuse };
  const breaker = new CircuitBreaker({ store, fallback, policy, clock, notify: () => undefined });
  for (let count = 0; count < 20; count += 1) {
    breaker.failed(account, 'HUB_TIMEOUT');
    await clock.advance(100);
  }
  expect(breaker.isOpen(account)).toBe(true);
  expect(listeners).toBe(1);
});

it('without Redis a pause is over after its time, also when the clock of this machine is set back by an hour', async () => {
  const clock = fakeClock('2026-11-28T00:00:00Z');
  const wall = { aheadMs: 3_600_000 };
  const moved: Clock = { ...clock, monotonic: () => clock.monotonic(), now: () => clock.now() + wall.aheadMs };
  const store = memoryCircuitStore(moved, policy);
  await store.fail(account, 'HUB_TIMEOUT', undefined);
  wall.aheadMs = 0;
  await clock.advance(policy.pauseMs);
  expect(await store.probe(account, 'one')).toEqual({ kind: 'go' });
});
