import { expect, it } from 'vitest';

import type { PermitRequest } from '../../../src/ledger/contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { sharedLedger } from '../../../src/ledger/shared-ledger.js';
import { fakeClock } from '../../../src/testing/index.js';

const limit = 8;
const callMs = 50;

/** Processes of one account that always have more to do than the quota allows. */
const stage = () => {
  const clock = fakeClock('2026-11-23T01:00:00Z');
  const store = memorySlotStore(clock);
  const process = () => sharedLedger({ store, clock, notify: () => undefined });
  const done: Record<string, number> = {};
  const work = (who: string, ledger: ReturnType<typeof process>, request: Partial<PermitRequest> = {}): void => {
    const call = async (): Promise<void> => {
      const permit = await ledger.acquire({
        account: 'kis:real:0123456789ab',
        budgets: [{ name: 'total', limit, windowMs: 1_000 }],
        leaseMs: 1_000,
        priority: 'interactive',
        signal: new AbortController().signal,
        ...request,
      });
      permit.claim();
      clock.after(callMs, () => {
        permit.complete();
        done[who] = (done[who] ?? 0) + 1;
        void call();
      });
    };
    for (let line = 0; line < 3 * limit; line += 1) void call();
  };
  const shares = async (ms: number): Promise<Record<string, number>> => {
    await clock.advance(ms);
    const all = Object.values(done).reduce((sum, each) => sum + each, 0);
    return Object.fromEntries(Object.entries(done).map(([who, count]) => [who, count / all]));
  };
  return { process, work, shares, done };
};

it('callers of a class share by their weights', async () => {
  const { process, work, shares } = stage();
  const ledger = process();
  work('collector', ledger, { caller: 'collector', weight: 3 });
  work('notebook', ledger, { caller: 'notebook' });
  const { collector = 0, notebook = 0 } = await shares(30_000);
  expect(collector / notebook).toBeGreaterThan(2.5);
  expect(collector / notebook).toBeLessThan(3.5);
});

it('a caller has one share, however many processes it runs', async () => {
  const { process, work, shares } = stage();
  for (let index = 0; index < 3; index += 1) work('collector', process(), { caller: 'collector' });
  work('notebook', process(), { caller: 'notebook' });
  const { collector = 0 } = await shares(30_000);
  expect(collector).toBeGreaterThan(0.45);
  expect(collector).toBeLessThan(0.55);
});

it('processes without labels share evenly, though one of them asks twice as often', async () => {
  const { process, work, shares } = stage();
  const [one, two] = [process(), process()];
  work('one', one);
  work('two', two);
  work('two', two);
  const { one: share = 0 } = await shares(30_000);
  expect(share).toBeGreaterThan(0.45);
  expect(share).toBeLessThan(0.55);
});
