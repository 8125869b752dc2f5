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
  const once = async (
    ledger: ReturnType<typeof process>,
    request: Partial<PermitRequest>,
    then: () => void,
  ): Promise<void> => {
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
      then();
    });
  };
  const work = (who: string, ledger: ReturnType<typeof process>, request: Partial<PermitRequest> = {}): void => {
    const call = (): Promise<void> =>
      once(ledger, request, () => {
        done[who] = (done[who] ?? 0) + 1;
        void call();
      });
    for (let line = 0; line < 3 * limit; line += 1) void call();
  };
  const shares = async (ms: number): Promise<Record<string, number>> => {
    await clock.advance(ms);
    const all = Object.values(done).reduce((sum, each) => sum + each, 0);
    return Object.fromEntries(Object.entries(done).map(([who, count]) => [who, count / all]));
  };
  const flows = async (): Promise<number> => {
    const { callers } = await store.snapshot('kis:real:0123456789ab');
    return Object.keys(callers).length;
  };
  return { process, once, work, shares, flows, clock };
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

it('with more labels than anybody lists, the further ones share turns, and all are served', async () => {
  const { process, once, flows, clock } = stage();
  const ledger = process();
  const callers = Array.from({ length: 100 }, (_each, index) => `005${String(index).padStart(3, '0')}`);
  const served: string[] = [];
  for (const caller of callers) void once(ledger, { caller }, () => served.push(caller));
  await clock.advance(1);
  // What is granted at once does not wait any more.
  expect(await flows()).toBe(33 - limit);
  await clock.advance(20_000);
  expect(served.sort()).toEqual(callers);
});
