import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Budget, Ledger, Permit, PermitRequest } from '../../../src/ledger/contract.js';
import { freshKeyId, type World } from '../../support/world.js';

export interface LedgerWorld extends World {
  readonly ledger: Ledger;
  readonly random: () => number;
}

const budget = (limit: number, windowMs = 60): Budget => ({ name: 'total', limit, windowMs });

/** What the ledger promises over every slot store. */
export const ledgerSuite = (name: string, make: () => LedgerWorld): void => {
  describe(`ledger: ${name}`, () => {
    let world: LedgerWorld;
    let account: string;
    beforeEach(() => {
      world = make();
      account = `kis:real:${freshKeyId()}`;
    });
    afterEach(() => world.ledger.close());
    const acquire = (request: Partial<PermitRequest> = {}): Promise<Permit> =>
      world.ledger.acquire({
        account,
        budgets: [budget(1)],
        leaseMs: 5_000,
        priority: 'interactive',
        signal: new AbortController().signal,
        ...request,
      });
    const granted = (request: Partial<PermitRequest> = {}): Promise<Permit> => world.until(acquire(request));

    it('never lets more than the limit arrive in any window, however long calls take', async () => {
      const [limit, windowMs] = [3, 60];
      const arrivals: number[] = [];
      const call = async (): Promise<void> => {
        const permit = await acquire({ budgets: [budget(limit, windowMs)] });
        permit.claim();
        await world.pass(world.random() * 20);
        arrivals.push(world.clock.monotonic());
        await world.pass(world.random() * 20);
        permit.complete();
      };
      // Moves of a fake clock must not overlap, so there the calls take no time of their own.
      const calls = Array.from({ length: 30 }, call);
      await world.until(Promise.all(calls));
      const sorted = arrivals.sort((left, right) => left - right);
      const gaps = sorted.slice(limit).map((arrival, index) => arrival - (sorted[index] ?? 0));
      expect(sorted).toHaveLength(30);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(windowMs - 0.5);
    });

    it.each([0, -1, 1.5, 3, Number.NaN])('refuses to wait for %s units of a budget of two', async (units) => {
      await expect(acquire({ budgets: [{ ...budget(2), units }] })).rejects.toMatchObject({
        code: 'HUB_CALL_INVALID',
        message: `${account}: ${String(units)} units of "total" at once, of which there are 2`,
      });
    });

    it('leaves nothing booked when the caller aborts', async () => {
      const first = await granted();
      const stop = new AbortController();
      const second = acquire({ signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(second).rejects.toMatchObject({ code: 'HUB_ABORTED', cause: { message: 'enough' } });
      first.cancel();
      const before = world.clock.monotonic();
      await granted();
      expect(world.clock.monotonic() - before).toBeLessThan(2_000);
    });

    it('refuses a caller whose signal has aborted before', async () => {
      await expect(acquire({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    });

    it('frees the slot of a cancelled permit at once', async () => {
      const first = await granted();
      first.cancel();
      const before = world.clock.monotonic();
      await granted();
      expect(world.clock.monotonic() - before).toBeLessThan(1_000);
    });

    it('does not free a slot by a cancellation after the send', async () => {
      const first = await granted({ leaseMs: 100, budgets: [budget(1, 300)] });
      const before = world.clock.monotonic();
      first.claim();
      first.cancel();
      await granted({ budgets: [budget(1, 300)] });
      expect(world.clock.monotonic() - before).toBeGreaterThanOrEqual(350);
    });

    it('ignores a completion without a send', async () => {
      const first = await granted({ leaseMs: 300 });
      const before = world.clock.monotonic();
      first.complete();
      await granted();
      expect(world.clock.monotonic() - before).toBeGreaterThanOrEqual(250);
    });

    it('serves the most urgent call first, and equals in the order of their arrival', async () => {
      const first = await granted();
      const order: string[] = [];
      const waiting = (['backfill', 'interactive', 'realtime', 'order', 'order'] as const).map(
        async (priority, index) => {
          const permit = await acquire({ priority });
          order.push(`${priority} ${String(index)}`);
          permit.cancel();
        },
      );
      first.cancel();
      await world.until(Promise.all(waiting));
      expect(order).toEqual(['order 3', 'order 4', 'realtime 2', 'interactive 1', 'backfill 0']);
    });

    it('refuses to send after the lease has ended, and gives the slot back', async () => {
      const budgets = [budget(1, 2_000)];
      const late = await granted({ leaseMs: 30, budgets });
      await world.pass(40);
      expect(() => late.claim()).toThrow(expect.objectContaining({ code: 'HUB_PERMIT_EXPIRED' }));
      const before = world.clock.monotonic();
      await granted({ budgets });
      expect(world.clock.monotonic() - before).toBeLessThan(1_000);
    });

    it('lets a permit be claimed once', async () => {
      const permit = await granted();
      expect(permit.claim()).toBeLessThanOrEqual(5_000);
      expect(() => permit.claim()).toThrow(expect.objectContaining({ code: 'HUB_PERMIT_EXPIRED' }));
    });

    it('gives every call its own deadline, also on a slot that was booked for another', async () => {
      const first = await granted({ leaseMs: 100 });
      first.claim();
      const left: Record<string, number> = {};
      const call = async (label: string, request: Partial<PermitRequest>): Promise<void> => {
        const permit = await acquire(request);
        left[label] = permit.claim();
        permit.complete();
      };
      const patient = call('long', { leaseMs: 4_000, priority: 'backfill' });
      const short = call('short', { leaseMs: 500 });
      await world.until(Promise.all([patient, short]));
      expect(left.short).toBeLessThanOrEqual(500);
      expect(left.short).toBeGreaterThan(100);
      expect(left.long).toBeGreaterThan(3_000);
    });

    it('never cuts a call short because an urgent one with a longer lease came late', async () => {
      const first = await granted({ leaseMs: 100 });
      first.claim();
      const modest = acquire({ leaseMs: 300, priority: 'backfill' });
      await world.pass(30);
      const urgent = await world.until(acquire({ leaseMs: 4_000, priority: 'order' }));
      expect(urgent.claim()).toBeGreaterThan(3_000);
      urgent.complete();
      expect((await world.until(modest)).claim()).toBeLessThanOrEqual(300);
    });

    it('ends everybody who waits when it is closed', async () => {
      await granted();
      const waiting = expect(acquire()).rejects.toMatchObject({ code: 'HUB_CLOSED' });
      await world.ledger.close();
      await waiting;
      await expect(acquire()).rejects.toMatchObject({ code: 'HUB_CLOSED' });
    });
  });
};
