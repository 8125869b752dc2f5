import { describe, expect, it } from 'vitest';

import { patienceMs, type Priority } from '../../src/ledger/contract.js';
import { TurnQueue } from '../../src/ledger/turn-queue.js';

const request = (priority: Priority, leaseMs = 1_000) => ({
  account: 'kis:real:test',
  budgets: [],
  leaseMs,
  priority,
  signal: new AbortController().signal,
});

const served = (queue: TurnQueue): Priority[] => {
  const order: Priority[] = [];
  for (let waiter = queue.take(); waiter !== undefined; waiter = queue.take()) order.push(waiter.request.priority);
  return order;
};

describe('the order of waiters', () => {
  it('is that of urgency among those who come together', () => {
    const queue = new TurnQueue();
    for (const priority of ['backfill', 'order', 'interactive', 'realtime'] as const) {
      queue.add(request(priority), 0, () => undefined);
    }
    expect(served(queue)).toEqual(['order', 'realtime', 'interactive', 'backfill']);
  });

  it('is first come first served among equals', () => {
    const queue = new TurnQueue();
    const waiters = [1, 2, 3].map(() => queue.add(request('interactive'), 0, () => undefined));
    expect([queue.take(), queue.take(), queue.take()]).toEqual(waiters);
  });

  it('lets nobody starve: patience runs out', () => {
    const queue = new TurnQueue();
    queue.add(request('backfill'), 0, () => undefined);
    queue.add(request('interactive'), patienceMs.backfill, () => undefined);
    expect(served(queue)).toEqual(['backfill', 'interactive']);
  });

  it('closes up when somebody leaves', () => {
    const queue = new TurnQueue();
    const gone = queue.add(request('order'), 0, () => undefined);
    queue.add(request('backfill'), 0, () => undefined);
    queue.remove(gone);
    queue.remove(gone);
    expect(queue.size).toBe(1);
    expect(queue.head?.request.priority).toBe('backfill');
  });

  it('knows the longest lease that anybody needs', () => {
    const queue = new TurnQueue();
    for (const leaseMs of [300, 9_000, 20]) queue.add(request('order', leaseMs), 0, () => undefined);
    expect(queue.longestLeaseMs).toBe(9_000);
  });
});
