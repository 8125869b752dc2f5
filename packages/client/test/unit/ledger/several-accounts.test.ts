import { describe, expect, it } from 'vitest';

import { fakeClock, openMember } from '../../support/ledger-world.js';

describe('a call that any of several accounts would serve', () => {
  it('goes where a permit comes first, and leaves nothing at the others', async () => {
    const clock = fakeClock();
    const { ledger, acquire } = openMember(clock);
    const request = { budgets: [{ name: 'total', limit: 1, windowMs: 1_000 }], leaseMs: 500 };
    const first = await acquire({ account: 'kis:real:full', ...request });
    first.claim();
    const both = [{ account: 'kis:real:full' }, { account: 'kis:real:free' }].map((each) => ({
      ...each,
      ...request,
      priority: 'interactive' as const,
      signal: new AbortController().signal,
    }));
    const [one, two] = both;
    if (one === undefined || two === undefined) throw new Error('two requests');
    const permit = await ledger.acquire(one, two);
    expect(permit.account).toBe('kis:real:free');
    await clock.advance(1);
    expect((await ledger.snapshot('kis:real:full')).waiting.interactive).toBe(0);
  });

  it('overtakes when it becomes more urgent while it waits', async () => {
    const clock = fakeClock();
    const { acquire } = openMember(clock);
    const budgets = [{ name: 'total', limit: 1, windowMs: 1_000 }];
    const running = await acquire({ budgets });
    running.claim();
    running.complete();
    const order: string[] = [];
    let raise = (): void => undefined;
    const urgency = {
      priority: 'backfill' as 'backfill' | 'order',
      onRaise: (listener: () => void) => ((raise = listener), () => undefined),
    };
    const served = ['first', 'raised'].map(async (name) => {
      const permit = await acquire({ budgets, priority: 'backfill', ...(name === 'raised' ? { urgency } : {}) });
      order.push(name);
      permit.cancel();
    });
    await clock.advance(100);
    urgency.priority = 'order';
    raise();
    await clock.advance(3_000);
    await Promise.all(served);
    expect(order).toEqual(['raised', 'first']);
  });
});
