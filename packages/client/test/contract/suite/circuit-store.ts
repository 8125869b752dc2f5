import { randomBytes } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import {
  circuitProtocol,
  type CircuitPolicy,
  type CircuitState,
  type CircuitStore,
} from '../../../src/circuit/contract.js';
import type { Clock } from '../../../src/runtime/clock.js';
import type { World } from '../../support/world.js';

const policy: CircuitPolicy = { failures: 3, pauseMs: 200, longestPauseMs: 700 };

/** What every store of circuits must do; `makeWorld` says whose time counts. */
export const circuitStoreSuite = (
  name: string,
  make: (options: { clock: Clock; policy: CircuitPolicy }) => CircuitStore,
  makeWorld: () => World,
): void => {
  describe(`circuits in ${name}`, () => {
    let world: World;
    let store: CircuitStore;
    let account: string;

    beforeEach(() => {
      world = makeWorld();
      store = make({ clock: world.clock, policy });
      account = `kis:real:${randomBytes(6).toString('hex')}`;
    });

    const fail = (code = 'HUB_TIMEOUT', probe?: string) => store.fail(account, code, probe);
    const open = async (): Promise<void> => {
      for (let count = 0; count < policy.failures; count += 1) await fail();
    };
    const leftOf = (state: CircuitState): number => (state.kind === 'open' ? state.forMs : -1);

    it('are closed when nothing is known', async () => {
      expect(await store.look(account)).toEqual({ kind: 'closed', failures: 0 });
      expect(await store.probe(account, 'a')).toEqual({ kind: 'closed', failures: 0 });
    });

    it('open with the last of so many failures in a row, and say why and for how long', async () => {
      expect(await fail()).toEqual({ kind: 'closed', failures: 1 });
      expect(await fail()).toEqual({ kind: 'closed', failures: 2 });
      const opened = await fail('HUB_BROKER_UNREACHABLE');
      expect(opened).toMatchObject({ kind: 'open', tries: 0, code: 'HUB_BROKER_UNREACHABLE' });
      expect(opened.kind === 'open' && Math.abs(opened.since - world.clock.now())).toBeLessThan(1_000);
      expect(leftOf(opened)).toBeGreaterThan(100);
      expect(leftOf(opened)).toBeLessThanOrEqual(200);
      expect(await store.look(account)).toMatchObject({ kind: 'open', tries: 0 });
    });

    it('keep accounts apart', async () => {
      await open();
      expect(await store.look(`${account}0`)).toEqual({ kind: 'closed', failures: 0 });
    });

    it('stay closed when an answer comes between the failures', async () => {
      await fail();
      await fail();
      await store.heal(account);
      expect(await fail()).toEqual({ kind: 'closed', failures: 1 });
    });

    it('let nobody through before the pause is over, then one at a time', async () => {
      await open();
      expect(await store.probe(account, 'a')).toMatchObject({ kind: 'open' });
      await world.pass(policy.pauseMs + 10);
      expect(leftOf(await store.look(account))).toBe(0);
      expect(await store.probe(account, 'a')).toEqual({ kind: 'go' });
      const other = await store.probe(account, 'b');
      expect(other.kind === 'open' && other.forMs).toBeGreaterThan(0);
      expect(other.kind === 'open' && other.forMs).toBeLessThanOrEqual(circuitProtocol.lookMs);
    });

    it('let another one through when a probe was given up, and only then', async () => {
      await open();
      await world.pass(policy.pauseMs + 10);
      await store.probe(account, 'a');
      await store.release(account, 'b');
      expect(await store.probe(account, 'b')).toMatchObject({ kind: 'open' });
      await store.release(account, 'a');
      expect(await store.probe(account, 'b')).toEqual({ kind: 'go' });
    });

    it('open for twice as long with every probe that fails, up to the longest pause', async () => {
      await open();
      const pauses: number[] = [];
      for (const probe of ['a', 'b', 'c']) {
        await world.pass(Math.min(policy.longestPauseMs, policy.pauseMs * 2 ** pauses.length) + 10);
        expect(await store.probe(account, probe)).toEqual({ kind: 'go' });
        const state = await fail('HUB_TIMEOUT', probe);
        expect(state).toMatchObject({ kind: 'open', tries: pauses.length + 1 });
        pauses.push(leftOf(state));
      }
      expect(pauses.map((ms) => Math.round(ms / 100) * 100)).toEqual([400, 700, 700]);
    });

    it('learn nothing from calls that left before the others failed', async () => {
      await open();
      await world.pass(policy.pauseMs + 10);
      await store.probe(account, 'a');
      expect(await fail()).toMatchObject({ kind: 'open', tries: 0 });
      expect(await fail('HUB_TIMEOUT', 'b')).toMatchObject({ kind: 'open', tries: 0 });
      expect(await store.probe(account, 'b')).toMatchObject({ kind: 'open' });
    });

    it('are closed by an answer, with a short memory: the next pause is the first again', async () => {
      await open();
      await world.pass(policy.pauseMs + 10);
      await store.probe(account, 'a');
      await fail('HUB_TIMEOUT', 'a');
      await store.heal(account);
      expect(await store.look(account)).toEqual({ kind: 'closed', failures: 0 });
      await open();
      expect(leftOf(await store.look(account))).toBeLessThanOrEqual(policy.pauseMs);
    });

    it('tell everybody who listens of every change, in its order', async () => {
      const heard: string[] = [];
      const stop = await store.listen(account, (state) => {
        heard.push(state.kind === 'open' ? `open ${String(state.tries)}` : `closed ${String(state.failures)}`);
      });
      await open();
      await fail(); // changes nothing
      await store.heal(account);
      await store.heal(account); // nothing to forget
      await expect.poll(() => heard).toEqual(['closed 1', 'closed 2', 'open 0', 'closed 0']);
      stop();
      await fail();
      await world.pass(20);
      expect(heard).toHaveLength(4);
    });
  });
};
