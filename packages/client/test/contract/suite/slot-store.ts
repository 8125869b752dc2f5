import { beforeEach, describe, expect, it } from 'vitest';

import { nothing, whole } from '../../../src/ledger/arithmetic/share.js';
import { protocol, type Budget } from '../../../src/ledger/contract.js';
import type { SlotReply, SlotRequest, SlotStore, StoreMessage } from '../../../src/ledger/store-contract.js';
import { beatOf, granted, heard, requestOf } from '../../support/ledger-account.js';
import { freshKeyId, type World } from '../../support/world.js';

export interface SlotStoreWorld extends World {
  readonly store: SlotStore;
}

const windowMs = 60;
const budget = (name: string, limit: number): Budget => ({ name, limit, windowMs });
const lone = budget('total', 1);
const session: Budget = { name: 'session', limit: 1, windowMs: 0 };
/** Between what one clock says and what another one says of the same instant. */
const blur = 0.01;

/** What every slot store promises. `make` is asked anew for each test. */
export const slotStoreSuite = (name: string, make: () => SlotStoreWorld): void => {
  describe(`slot store: ${name}`, () => {
    let world: SlotStoreWorld;
    let account: string;
    let numbers: number;
    beforeEach(async () => {
      world = make();
      account = `kis:real:${freshKeyId()}`;
      numbers = 0;
      for (const member of ['a', 'b']) await beat(member);
    });
    const beat = async (member: string, more: Parameters<typeof beatOf>[1] = {}) =>
      heard(await world.store.heartbeat(account, beatOf(member, more)));
    const acquire = (member: string, more: Partial<SlotRequest> = {}): Promise<SlotReply> => {
      const request = requestOf(member, { budgets: [lone], first: numbers, ...more });
      numbers += request.most;
      return world.store.acquire(account, request);
    };
    /** How many ms until each of the permits that were granted. */
    const ask = async (member: string, more: Partial<SlotRequest> = {}): Promise<readonly number[]> =>
      granted(await acquire(member, more)).startsInMs;
    const complete = (permitId: string, budgets = [lone], agoMs = 0): Promise<void> =>
      world.store.complete(account, [{ permitId, budgets, agoMs }]);
    const cancel = (permitId: string, budgets = [lone]): Promise<void> =>
      world.store.cancel(account, {
        permits: [{ permitId, budgets, spender: { priority: 'interactive', flow: 'a' } }],
      });
    const messages = async (): Promise<StoreMessage[]> => {
      const told: StoreMessage[] = [];
      await world.store.watch(account, (message) => told.push(message));
      return told;
    };

    /** The start of the one permit that is granted, as an instant between two readings of the world's clock. */
    const startOf = async (more: Partial<SlotRequest>): Promise<{ earliest: number; latest: number }> => {
      const before = world.clock.monotonic();
      const [inMs = NaN] = await ask('b', { horizonMs: 200, ...more });
      return { earliest: before + inMs, latest: world.clock.monotonic() + inMs };
    };

    it('grants as many as the limit says at once, and tells when to come for the rest', async () => {
      const three = [budget('total', 3)];
      const reply = granted(await acquire('a', { budgets: three, want: 5 }));
      expect(reply.startsInMs).toEqual([0, 0, 0]);
      expect(reply.comeInMs).toBeGreaterThanOrEqual(1);
      expect(reply.comeInMs).toBeLessThanOrEqual(windowMs);
      expect(reply.held).toBe(false);
    });

    it('tells nothing more to a lane that got all it wanted', async () => {
      expect(granted(await acquire('a')).comeInMs).toBeUndefined();
    });

    it('frees a slot one window after its answer came, not earlier', async () => {
      await ask('a', { leaseMs: 5_000 });
      const before = world.clock.monotonic();
      await complete('a.0');
      const after = world.clock.monotonic();
      const { earliest, latest } = await startOf({});
      expect(latest).toBeGreaterThanOrEqual(before + windowMs - blur);
      expect(earliest).toBeLessThanOrEqual(after + windowMs + blur);
    });

    it('counts from when the answer came, not from when that was told', async () => {
      await ask('a', { leaseMs: 5_000 });
      await world.pass(30);
      await complete('a.0', [lone], 25);
      const after = world.clock.monotonic();
      expect((await startOf({})).earliest).toBeLessThanOrEqual(after - 25 + windowMs + blur);
    });

    it('completes what is told along with a question, whatever becomes of the question', async () => {
      const three = [budget('total', 3)];
      const [first, second, third] = ['a.0', 'a.1', 'a.2'].map((id) => [{ permitId: id, budgets: three, agoMs: 0 }]);
      await ask('a', { budgets: three, want: 3, leaseMs: 5_000 });
      const before = world.clock.monotonic();
      const { at } = await beat('b');
      const asked = { budgets: three, horizonMs: 200, want: 0, most: 0 };
      await acquire('b', { ...asked, answered: first ?? [] });
      expect(await acquire('b', { ...asked, notAfter: at - 1, answered: second ?? [] })).toMatchObject({
        kind: 'stale',
      });
      expect(await acquire('stranger', { ...asked, answered: third ?? [] })).toMatchObject({ kind: 'unknown' });
      const after = world.clock.monotonic();
      const { budgets } = await world.store.snapshot(account);
      expect(budgets[0]).toMatchObject({ used: 0, cooling: 3 });
      const starts = await ask('b', { budgets: three, horizonMs: 200, want: 3 });
      expect(starts).toHaveLength(3);
      const now = world.clock.monotonic();
      for (const inMs of starts) {
        expect(now + inMs).toBeGreaterThanOrEqual(before + windowMs - blur);
        expect(before + inMs).toBeLessThanOrEqual(after + windowMs + blur);
      }
    });

    it('calls who was told to come too late when old news comes along with a question', async () => {
      const told = await messages();
      await ask('a', { leaseMs: 5_000 });
      await ask('b', { lane: 'b/waits' });
      await world.pass(30);
      await acquire('a', { lane: 'a/asks', answered: [{ permitId: 'a.0', budgets: [lone], agoMs: 25 }] });
      await world.until(expect.poll(() => told).toEqual([{ kind: 'come', lane: 'b/waits' }]));
    });

    it('keeps an unanswered slot busy until its lease has ended and one window more', async () => {
      const before = world.clock.monotonic();
      await ask('a', { leaseMs: 50 });
      const after = world.clock.monotonic();
      const { earliest, latest } = await startOf({});
      expect(latest).toBeGreaterThanOrEqual(before + 50 + windowMs - blur);
      expect(earliest).toBeLessThanOrEqual(after + 50 + windowMs + blur);
    });

    it('books one permit after the other, never two on one slot', async () => {
      await ask('a', { leaseMs: 20 });
      const first = await startOf({ leaseMs: 20 });
      const second = await startOf({ leaseMs: 20 });
      expect(second.latest - first.earliest).toBeGreaterThanOrEqual(20 + windowMs - blur);
      // Also when they are asked for together, though the window is shorter than the horizon.
      await world.pass(200);
      expect(await ask('a', { want: 3, horizonMs: 200 })).toHaveLength(1);
    });

    it('does not book further ahead than it is asked to, nor than the horizon', async () => {
      await ask('a', { leaseMs: 100 });
      expect(await ask('b', { horizonMs: 50 })).toEqual([]);
      await world.store.cancel(account, { permits: [], lane: 'b/0' });
      await ask('a', { budgets: [budget('other', 1)], leaseMs: 1_000 });
      expect(await ask('b', { budgets: [budget('other', 1)], horizonMs: 5_000 })).toEqual([]);
    });

    it('takes a slot of every budget or of none', async () => {
      const [narrow, wide] = [budget('tr:one', 1), budget('total', 2)];
      expect(await ask('a', { budgets: [narrow, wide], want: 2 })).toEqual([0]);
      expect(await ask('b', { budgets: [wide], want: 2 })).toEqual([0]);
    });

    it('grants a permit of very many units', async () => {
      const budgets = [{ ...budget('registration', 500), windowMs: 0, units: 300 }];
      expect(await ask('a', { budgets })).toEqual([0]);
      expect(await ask('b', { budgets: [{ ...budget('registration', 500), windowMs: 0, units: 200 }] })).toEqual([0]);
      expect(await ask('b', { budgets: [{ ...budget('registration', 500), windowMs: 0, units: 1 }] })).toEqual([]);
    });

    it('takes as many slots as a permit has units, and gives them back together', async () => {
      const budgets = [{ ...budget('total', 3), units: 2 }];
      expect(await ask('a', { budgets, want: 2 })).toEqual([0]);
      await world.store.cancel(account, { permits: [], lane: 'a/0' });
      await cancel('a.0', budgets);
      expect(await ask('b', { budgets: [budget('total', 3)], want: 3 })).toEqual([0, 0, 0]);
    });

    it('frees a cancelled slot at once, in every budget', async () => {
      const budgets = [budget('tr:one', 1), lone];
      await ask('a', { budgets });
      await cancel('a.0', budgets);
      expect(await ask('b', { budgets })).toEqual([0]);
    });

    it('ignores the completion and the cancellation of permits that it does not know', async () => {
      await ask('a');
      await complete('stranger.0');
      await cancel('stranger.0');
      expect(await ask('b')).toEqual([]);
      await cancel('a.0');
      await complete('a.0');
      expect(await ask('b')).toEqual([0]);
    });

    it('never lengthens a slot by late news, nor by news that is told twice', async () => {
      await ask('a', { leaseMs: 30 });
      const booked = world.clock.monotonic();
      await world.pass(50);
      await complete('a.0');
      await complete('a.0');
      const { earliest } = await startOf({});
      expect(earliest).toBeLessThanOrEqual(Math.max(booked + 30 + windowMs, world.clock.monotonic()) + blur);
    });

    it('keeps accounts apart', async () => {
      await ask('a');
      account = `kis:real:${freshKeyId()}`;
      await beat('a');
      expect(await ask('a')).toEqual([0]);
    });

    it('goes by the smaller limit when two processes differ', async () => {
      await ask('a', { budgets: [budget('total', 2)] });
      expect(await ask('b', { budgets: [lone] })).toEqual([]);
      await world.store.cancel(account, { permits: [], lane: 'b/0' });
      expect(await ask('a', { budgets: [budget('total', 2)] })).toEqual([]);
    });

    it('gives a turn to the more urgent class, and keeps it until its lane comes', async () => {
      await ask('a', { leaseMs: 5_000 });
      await ask('b', { priority: 'order' });
      await ask('a', { priority: 'backfill' });
      await cancel('a.0');
      expect(await ask('a', { priority: 'backfill' })).toEqual([]);
      expect(await ask('b', { priority: 'order' })).toEqual([0]);
    });

    it('calls the lane whose turn it is when something comes free that it could not foresee', async () => {
      const told = await messages();
      await ask('a', { leaseMs: 5_000 });
      await ask('b', { lane: 'b/later', priority: 'backfill' });
      await ask('b', { lane: 'b/urgent', priority: 'order' });
      await cancel('a.0');
      await world.until(expect.poll(() => told).toEqual([{ kind: 'come', lane: 'b/urgent' }]));
    });

    it('lets nobody wait for a permit of more slots than a refusal has left', async () => {
      const wide: Budget = { ...budget('total', 5), windowMs: 1_000 };
      await world.store.narrow(account, wide, 2);
      expect(await ask('a', { budgets: [{ ...wide, units: 4 }] })).toEqual([]);
      expect(await ask('b', { budgets: [wide], want: 2 })).toEqual([0, 0]);
    });

    it('tells once of a burst of refusals, and grants by what it learned', async () => {
      const told = await messages();
      const wide: Budget = { ...budget('total', 20), windowMs: 1_000 };
      await world.store.narrow(account, wide);
      await world.store.narrow(account, wide);
      await world.store.narrow(account, wide, 3);
      await world.until(
        expect
          .poll(() => told)
          .toEqual([
            { kind: 'narrowed', budget: 'total', limit: 17, told: false },
            { kind: 'narrowed', budget: 'total', limit: 3, told: true },
          ]),
      );
      expect(await ask('a', { budgets: [wide], want: 5 })).toEqual([0, 0, 0]);
    });

    it('stops telling whoever has heard enough', async () => {
      const told: StoreMessage[] = [];
      const stop = await world.store.watch(account, (message) => told.push(message));
      const others = await messages();
      stop();
      await world.store.narrow(account, budget('total', 20));
      await world.until(expect.poll(() => others).toHaveLength(1));
      expect(told).toEqual([]);
    });

    it('grants nothing to a member that was not heard', async () => {
      expect(await acquire('stranger')).toMatchObject({ kind: 'unknown' });
    });

    it('takes no notice of a word that comes later than it was meant to', async () => {
      const { at } = await beat('a');
      const notAfter = at - 1;
      expect(await acquire('a', { notAfter })).toMatchObject({ kind: 'stale' });
      const said = beatOf('a', { notAfter, leave: true });
      expect(await world.store.heartbeat(account, said)).toMatchObject({ kind: 'stale' });
      expect(await ask('a', { notAfter: at + 60_000 })).toEqual([0]);
    });

    it('deals shares that cover the line once everybody has given up what is not its own', async () => {
      let shares = { a: nothing, b: nothing };
      for (let round = 0; round < 4; round += 1) {
        const a = await beat('a', { share: shares.a });
        shares = { a: a.share, b: (await beat('b', { share: shares.b })).share };
      }
      expect(shares).toEqual({ a: { low: 0, high: whole / 2 }, b: { low: whole / 2, high: whole } });
      const { members } = await world.store.snapshot(account);
      expect(members.map(({ id, share }) => [id, share])).toEqual([
        ['a', 0.5],
        ['b', 0.5],
      ]);
    });

    it('enters what was spent on a share', async () => {
      await beat('b', { spent: [{ permitId: 'b.s0', budgets: [lone], endsInMs: 5_000 }] });
      expect(await ask('a')).toEqual([]);
    });

    it('forgets a member that leaves, and what waits for it', async () => {
      await ask('a', { leaseMs: 5_000 });
      await ask('b', { priority: 'order' });
      await beat('b', { leave: true });
      const { waiting, members } = await world.store.snapshot(account);
      expect(waiting.order).toBe(0);
      expect(members.map(({ id }) => id)).toEqual(['a']);
      expect(await acquire('b')).toMatchObject({ kind: 'unknown' });
    });

    it('gives a stock to one holder until it is given back', async () => {
      const holds = [{ permitId: 'a.0', budgets: [session] }];
      expect(await ask('a', { budgets: [session], want: 2, leaseMs: protocol.holdLeaseMs, horizonMs: 200 })).toEqual([
        0,
      ]);
      expect((await beat('a', { holds })).lost).toEqual([]);
      expect(await ask('b', { budgets: [session], horizonMs: 200 })).toEqual([]);
      await complete('a.0', [session]);
      await world.store.cancel(account, { permits: [], lane: 'a/0' });
      expect(await ask('b', { budgets: [session] })).toEqual([0]);
      await world.pass(2);
      expect((await beat('a', { holds })).lost).toEqual(['a.0']);
    });

    it('says what the account looks like', async () => {
      const three: Budget = { ...budget('total', 3), windowMs: 1_000 };
      await ask('a', { budgets: [three], want: 4, flow: 'charts', priority: 'backfill', leaseMs: 5_000 });
      await ask('b', { budgets: [three], want: 3, flow: 'orders', priority: 'order', leaseMs: 5_000 });
      const before = await world.store.snapshot(account);
      const [total] = before.budgets;
      expect(before).toMatchObject({ account, heldForMs: 0 });
      expect(before.waiting).toMatchObject({ realtime: 0, interactive: 0 });
      expect(Object.keys(before.callers).sort()).toEqual(['charts', 'orders']);
      expect(total).toMatchObject({ name: 'total', windowMs: 1_000, configured: 3, inUse: 3, cooling: 0, reserved: 0 });
      expect(total?.used).toBe(3);
      await complete('a.0', [three]);
      await world.store.narrow(account, three);
      const after = (await world.store.snapshot(account)).budgets[0];
      expect(after).toMatchObject({ used: 2, cooling: 1, configured: 3, inUse: 2 });
      expect(after?.learned).toMatchObject({ limit: 2, why: 'refused' });
    });

    it('names its memory, and answers when it is there', async () => {
      await world.store.reach();
      expect(await world.store.epoch()).toBe(await world.store.epoch());
    });
  });
};
