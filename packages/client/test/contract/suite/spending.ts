import { beforeEach, describe, expect, it } from 'vitest';

import type { Budget, SpentRow } from '../../../src/ledger/contract.js';
import type { Beat, SlotRequest, SlotStore, Spender } from '../../../src/ledger/store-contract.js';
import { beatOf, granted, requestOf, total } from '../../support/ledger-account.js';
import { freshKeyId } from '../../support/world.js';

const start = Date.parse('2026-11-23T00:00:00Z');
const chart: Spender = { priority: 'interactive', flow: 'chart' };
const night: Spender = { priority: 'realtime', flow: 'night' };
const row = ({ priority, flow }: Spender, grants: number, givenBack = 0): SpentRow => ({
  ...{ caller: flow, priority, granted: grants, givenBack },
});

/** What every slot store adds up. `make` gets the clock of the test, and is asked anew for each. */
export const spendingSuite = (name: string, make: (clock: { now(): number }) => SlotStore): void => {
  describe(`who spent how much: ${name}`, () => {
    let store: SlotStore;
    let account: string;
    let now: number;
    let numbers: number;
    beforeEach(async () => {
      [now, numbers, account] = [start, 0, `kis:real:${freshKeyId()}`];
      store = make({ now: () => now });
      await heard();
    });
    const heard = (more: Partial<Beat> = {}) => store.heartbeat(account, beatOf('a', more));
    const ask = async (spender: Spender, want: number, more: Partial<SlotRequest> = {}): Promise<string[]> => {
      const first = numbers;
      numbers += want;
      const asked = { lane: `a/${spender.flow}`, budgets: [total(1_000)], ...spender, want, first, ...more };
      const reply = granted(await store.acquire(account, requestOf('a', asked)));
      return reply.startsInMs.map((_inMs, index) => `a.${String(first + index)}`);
    };
    const cancel = (spender: Spender, ...permits: readonly string[]) =>
      store.cancel(account, {
        permits: permits.map((permitId) => ({ permitId, budgets: [total(1_000)], spender })),
      });
    const rows = async (sinceMs = 600_000) => (await store.spent(account, sinceMs)).rows;

    it('is nothing before the first permit', async () => {
      expect(await store.spent(account, 600_000)).toEqual({ account, sinceMs: 600_000, rows: [] });
    });

    it('is what was granted, by caller and class, the biggest spender first', async () => {
      await ask(night, 5);
      await ask(chart, 2);
      await ask(chart, 7);
      await ask({ ...chart, priority: 'order' }, 1);
      expect(await rows()).toEqual([row(chart, 9), row(night, 5), row({ ...chart, priority: 'order' }, 1)]);
    });

    it('counts permits that were granted, not those that were asked for', async () => {
      expect(await ask(chart, 9, { budgets: [total(4)] })).toHaveLength(4);
      expect(await rows()).toEqual([row(chart, 4)]);
    });

    it('counts a permit of several budgets and units once', async () => {
      const budgets: Budget[] = [
        { ...total(10), units: 3 },
        { name: 'tr:ka10001', limit: 5, windowMs: 1_000 },
      ];
      await ask(chart, 2, { budgets });
      expect(await rows()).toEqual([row(chart, 2)]);
    });

    it('tells what was given back, once, and only of what had been granted', async () => {
      const [one = '', two = ''] = await ask(chart, 3);
      await cancel(chart, one, two);
      await cancel(chart, one, 'a.99');
      expect(await rows()).toEqual([row(chart, 3, 2)]);
    });

    it('does not count what is held: that is no call', async () => {
      const budgets = [{ name: 'session', limit: 1, windowMs: 0 }];
      const [held = ''] = await ask(chart, 1, { budgets });
      await store.cancel(account, { permits: [{ permitId: held, budgets, spender: chart }] });
      expect(await rows()).toEqual([]);
    });

    it('goes over to who took the slot in the end, with an answer or with the next question', async () => {
      const [permitId = ''] = await ask(night, 4);
      const moved = [{ from: night, to: chart, count: 1 }];
      await store.complete(account, [{ permitId, budgets: [total(1_000)], agoMs: 0 }], moved);
      await ask(night, 1, { moved: [{ ...moved[0], from: night, to: chart, count: 2 }] });
      expect(await rows()).toEqual([row(chart, 3), row(night, 2)]);
    });

    it('enters what was granted on the share once, however often it is told, also by a store that forgot', async () => {
      const told = (before: number, sum: number) => heard({ onShare: [{ ...chart, before, total: sum }] });
      await told(0, 3);
      await told(0, 3);
      expect(await rows()).toEqual([row(chart, 3)]);
      await told(0, 5); // the reply to the first two was lost
      await told(5, 6);
      await told(6, 6);
      expect(await rows()).toEqual([row(chart, 6)]);
      const fresh = make({ now: () => now });
      account = `kis:real:${freshKeyId()}`;
      await fresh.heartbeat(account, beatOf('a', { onShare: [{ ...chart, before: 6, total: 8 }] }));
      expect((await fresh.spent(account, 600_000)).rows).toEqual([row(chart, 2)]);
    });

    it('reaches back as far as it is asked, in stretches of ten seconds, up to a day', async () => {
      await ask(chart, 1);
      now += 10_000;
      await ask(chart, 2);
      now += 5_000;
      expect(await store.spent(account, 1)).toEqual({ account, sinceMs: 5_000, rows: [row(chart, 2)] });
      expect(await store.spent(account, 5_001)).toEqual({ account, sinceMs: 15_000, rows: [row(chart, 3)] });
      now = start + 86_400_000;
      await heard();
      await ask(night, 4);
      expect(await rows(86_400_000)).toEqual([row(night, 4), row(chart, 3)]);
      expect(await rows(3_600_000)).toEqual([row(night, 4)]);
    });

    it('keeps any label as it is', async () => {
      const odd = { priority: 'order', flow: 'K\t투자 "x" {}\\' } as const;
      const [permit = ''] = await ask(odd, 2);
      await cancel(odd, permit);
      expect(await rows()).toEqual([row(odd, 2, 1)]);
    });
  });
};
