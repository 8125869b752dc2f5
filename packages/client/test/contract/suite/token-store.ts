import { beforeEach, describe, expect, it } from 'vitest';

import type { Identity, TokenRecord, TokenStore } from '../../../src/vault/contract.js';
import { freshKeyId, type World } from '../../support/world.js';

export interface TokenStoreWorld extends World {
  readonly store: TokenStore;
}

const refusal = { brokerCode: 'EGW00103', brokerMessage: '유효하지 않은 AppKey입니다.', remedy: 'Check the key.' };

/** What every token store promises. `make` is asked anew for each test. */
export const tokenStoreSuite = (name: string, make: () => TokenStoreWorld): void => {
  describe(`token store: ${name}`, () => {
    let world: TokenStoreWorld;
    let identity: Identity;
    beforeEach(() => {
      world = make();
      identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
    });
    const record = (generation: number, lifeMs = 3_600_000): TokenRecord => ({
      token: `token of generation ${String(generation)}`,
      expiresAt: Math.round(world.clock.now()) + lifeMs,
      generation,
      issuedBy: 'here:1',
      issuedAt: Math.round(world.clock.now()),
    });
    const read = () => world.store.read(identity);

    it('knows nothing at first', async () => {
      expect(await read()).toEqual({ kind: 'none' });
    });

    it('gives back what was saved', async () => {
      const saved = record(1);
      expect(await world.store.save(identity, saved, 0)).toBe(true);
      expect(await read()).toEqual({ kind: 'token', record: saved });
    });

    it('keeps identities apart', async () => {
      await world.store.save(identity, record(1), 0);
      expect(await world.store.read({ ...identity, environment: 'paper' })).toEqual({ kind: 'none' });
    });

    it('refuses to save when the stored generation has moved on', async () => {
      const newer = record(2);
      await world.store.save(identity, record(1), 0);
      await world.store.save(identity, newer, 1);
      expect(await world.store.save(identity, record(2), 1)).toBe(false);
      expect(await world.store.save(identity, record(1), 0)).toBe(false);
      expect(await read()).toEqual({ kind: 'token', record: newer });
    });

    it('remembers the generation of a token that has expired', async () => {
      await world.store.save(identity, record(3, 20), 0);
      await world.pass(60);
      expect(await read()).toMatchObject({ kind: 'token', record: { generation: 3 } });
    });

    it('lets one caller ask the broker within a cooldown', async () => {
      expect(await world.store.beginIssue(identity, 5_000, 'one'), 'one').toEqual({ kind: 'go' });
      const second = await world.store.beginIssue(identity, 5_000, 'one');
      expect(second).toMatchObject({ kind: 'wait' });
      expect(second.kind === 'wait' && second.forMs > 4_000 && second.forMs <= 5_000).toBe(true);
    });

    it('lets the next one ask when the cooldown has passed', async () => {
      await world.store.beginIssue(identity, 40, 'one');
      await world.pass(45);
      expect(await world.store.beginIssue(identity, 40, 'one'), 'one').toEqual({ kind: 'go' });
    });

    it('sets the end of the cooldown anew after the answer', async () => {
      await world.store.beginIssue(identity, 5_000, 'one');
      await world.store.settleIssue(identity, 40, 'one');
      expect(await world.store.beginIssue(identity, 5_000, 'one'), 'one').toMatchObject({ kind: 'wait' });
      await world.pass(45);
      expect(await world.store.beginIssue(identity, 5_000, 'one'), 'one').toEqual({ kind: 'go' });
    });

    it('ends the cooldown at once when nothing arrived at the broker', async () => {
      await world.store.beginIssue(identity, 5_000, 'one');
      await world.store.settleIssue(identity, 0, 'one');
      expect(await world.store.beginIssue(identity, 5_000, 'one'), 'one').toEqual({ kind: 'go' });
    });

    it('leaves the cooldown of another attempt alone, of whatever process, unless it is to be longer', async () => {
      await world.store.beginIssue(identity, 40, 'stopped');
      await world.pass(45);
      await world.store.beginIssue(identity, 5_000, 'on its way');
      for (const cooldownMs of [0, 40]) await world.store.settleIssue(identity, cooldownMs, 'stopped');
      await world.pass(45);
      const left = await world.store.beginIssue(identity, 5_000, 'next');
      expect(left.kind === 'wait' && left.forMs).toBeGreaterThan(4_000);
    });

    it('shows a refusal for its time, and then the record of before', async () => {
      const saved = record(1);
      await world.store.save(identity, saved, 0);
      await world.store.refuse(identity, refusal, 60, 1);
      expect(await read()).toEqual({ kind: 'refused', refusal, standing: saved });
      await world.pass(65);
      expect(await read()).toEqual({ kind: 'token', record: saved });
    });

    it('does not remember a refusal that comes after a newer token', async () => {
      await world.store.save(identity, record(1), 0);
      await world.store.refuse(identity, refusal, 5_000, 0);
      expect(await read()).toMatchObject({ kind: 'token', record: { generation: 1 } });
    });

    it('forgets a refusal when a token is saved', async () => {
      await world.store.refuse(identity, refusal, 5_000, 0);
      await world.store.save(identity, record(1), 0);
      expect(await read()).toMatchObject({ kind: 'token' });
    });

    it('shows a dead token in place of the rejected one', async () => {
      await world.store.save(identity, record(1), 0);
      const until = Math.round(world.clock.now()) + 60_000;
      await world.store.bury(identity, 2, until);
      expect(await read()).toEqual({ kind: 'dead', generation: 2, until });
    });

    it('does not bury a token when somebody saved a newer one meanwhile', async () => {
      await world.store.save(identity, record(1), 0);
      await world.store.save(identity, record(2), 1);
      await world.store.bury(identity, 2, Math.round(world.clock.now()) + 60_000);
      expect(await read()).toMatchObject({ kind: 'token', record: { generation: 2 } });
    });

    it('announces a token, a refusal and a burial, until nobody watches any more', async () => {
      let heard = 0;
      let wake: () => void = () => undefined;
      const next = (): Promise<void> =>
        new Promise((resolve) => {
          wake = resolve;
        });
      const unwatch = await world.store.watch(identity, () => {
        heard += 1;
        wake();
      });
      const steps = [
        () => world.store.save(identity, record(1), 0),
        () => world.store.refuse(identity, refusal, 50, 1),
        () => world.store.bury(identity, 2, Math.round(world.clock.now()) + 60_000),
      ];
      for (const step of steps) {
        const announced = next();
        await step();
        await announced;
      }
      expect(heard).toBe(3);
      unwatch();
      const other = next();
      await world.store.watch(identity, () => {
        wake();
      });
      await world.store.save(identity, record(3), 2);
      await other;
      expect(heard).toBe(3);
    });
  });
};
