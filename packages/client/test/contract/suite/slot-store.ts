import { randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import type { Budget, SlotAnswer, SlotStore } from '../../../src/ledger/contract.js';
import { freshKeyId, type World } from '../../support/world.js';

export interface SlotStoreWorld extends World {
  readonly store: SlotStore;
}

const windowMs = 60;
const budget = (name: string, limit: number): Budget => ({ name, limit, windowMs });
const lone = budget('total', 1);

/** What every slot store promises. `make` is asked anew for each test. */
export const slotStoreSuite = (name: string, make: () => SlotStoreWorld): void => {
  describe(`slot store: ${name}`, () => {
    let world: SlotStoreWorld;
    let account: string;
    beforeEach(() => {
      world = make();
      account = `kis:real:${freshKeyId()}`;
    });
    const book = (
      budgets: readonly Budget[],
      { leaseMs = 5_000, permitId }: { leaseMs?: number; permitId?: string } = {},
    ): Promise<SlotAnswer> => world.store.book({ account, budgets, permitId: permitId ?? randomUUID(), leaseMs });
    const complete = (permitId: string, budgets = [lone]): Promise<void> =>
      world.store.complete(account, budgets, permitId);

    /** The booking's start, as an instant of the world's clock, and the two readings around it. */
    const startOf = async (booking: Promise<SlotAnswer>): Promise<{ earliest: number; latest: number }> => {
      const before = world.clock.monotonic();
      const answer = await booking;
      if (answer.kind !== 'go') throw new Error(`expected a booking, got ${JSON.stringify(answer)}`);
      return { earliest: before + answer.inMs, latest: world.clock.monotonic() + answer.inMs };
    };

    it('grants as many as the limit says at once, then asks to wait', async () => {
      const three = [budget('total', 3)];
      for (let turn = 0; turn < 3; turn += 1) expect(await book(three)).toEqual({ kind: 'go', inMs: 0 });
      expect(await book(three)).toMatchObject({ kind: 'wait', reason: 'full' });
    });

    it('asks to come back after at least 1 ms', async () => {
      await book([lone]);
      const answer = await book([lone]);
      expect(answer.kind === 'wait' && answer.forMs >= 1).toBe(true);
    });

    it('frees a slot one window after its answer came, not earlier', async () => {
      await book([lone], { permitId: 'first' });
      const before = world.clock.monotonic();
      await complete('first');
      const after = world.clock.monotonic();
      const { earliest, latest } = await startOf(book([lone]));
      expect(latest).toBeGreaterThanOrEqual(before + windowMs - 0.01);
      expect(earliest).toBeLessThanOrEqual(after + windowMs + 0.01);
    });

    it('keeps an unanswered slot busy until its lease has ended and one window more', async () => {
      const before = world.clock.monotonic();
      await book([lone], { leaseMs: 50 });
      const after = world.clock.monotonic();
      const { earliest, latest } = await startOf(book([lone]));
      expect(latest).toBeGreaterThanOrEqual(before + 50 + windowMs - 0.01);
      expect(earliest).toBeLessThanOrEqual(after + 50 + windowMs + 0.01);
    });

    it('books ahead one call after the other, never two on one slot', async () => {
      await book([lone], { leaseMs: 20 });
      const second = await startOf(book([lone], { leaseMs: 20 }));
      const third = await startOf(book([lone], { leaseMs: 20 }));
      expect(third.latest - second.earliest).toBeGreaterThanOrEqual(20 + windowMs - 0.01);
    });

    it('does not book further ahead than the horizon', async () => {
      await book([lone], { leaseMs: 200 });
      expect(await book([lone])).toMatchObject({ kind: 'wait', reason: 'full' });
    });

    it('takes a slot of every budget or of none', async () => {
      const [narrow, wide] = [budget('tr:one', 1), budget('total', 2)];
      expect(await book([narrow, wide])).toMatchObject({ kind: 'go' });
      expect(await book([narrow, wide])).toMatchObject({ kind: 'wait' });
      expect(await book([wide])).toEqual({ kind: 'go', inMs: 0 });
      expect(await book([wide])).toMatchObject({ kind: 'wait' });
    });

    it('frees a cancelled slot at once, in every budget', async () => {
      const budgets = [budget('tr:one', 1), lone];
      await book(budgets, { permitId: 'first' });
      await world.store.cancel(account, budgets, 'first');
      expect(await book(budgets)).toEqual({ kind: 'go', inMs: 0 });
    });

    it('ignores the completion and the cancellation of permits that it does not know', async () => {
      await book([lone], { permitId: 'first' });
      await complete('stranger');
      await world.store.cancel(account, [lone], 'stranger');
      expect(await book([lone])).toMatchObject({ kind: 'wait' });
      await world.store.cancel(account, [lone], 'first');
      await complete('first');
      expect(await book([lone])).toEqual({ kind: 'go', inMs: 0 });
    });

    it('never lengthens a slot by a late completion', async () => {
      const before = world.clock.monotonic();
      await book([lone], { leaseMs: 30, permitId: 'first' });
      const booked = world.clock.monotonic();
      await world.pass(50);
      await complete('first');
      const { earliest } = await startOf(book([lone]));
      expect(earliest).toBeLessThanOrEqual(Math.max(booked + 30 + windowMs, world.clock.monotonic()) + 0.01);
      expect(world.clock.monotonic()).toBeGreaterThan(before);
    });

    it('ignores a second completion', async () => {
      await book([lone], { permitId: 'first' });
      await complete('first');
      const completed = world.clock.monotonic();
      await world.pass(20);
      await complete('first');
      const { earliest } = await startOf(book([lone]));
      expect(earliest).toBeLessThanOrEqual(Math.max(completed + windowMs, world.clock.monotonic()) + 0.01);
    });

    it('keeps accounts apart', async () => {
      await book([lone]);
      account = `kis:real:${freshKeyId()}`;
      expect(await book([lone])).toEqual({ kind: 'go', inMs: 0 });
    });

    it('remembers a long lease although a shorter one was booked after it', async () => {
      const two = [budget('total', 2)];
      await book(two, { leaseMs: 9_000 });
      await book(two, { leaseMs: 10 });
      await world.pass(1_300);
      expect(await book(two)).toEqual({ kind: 'go', inMs: 0 });
      expect(await book(two)).toMatchObject({ kind: 'wait' });
    });

    it('believes the smaller limit when two processes differ', async () => {
      await book([budget('total', 2)]);
      expect(await book([lone])).toMatchObject({ kind: 'wait' });
      expect(await book([budget('total', 2)])).toEqual({ kind: 'go', inMs: 0 });
    });
  });
};
