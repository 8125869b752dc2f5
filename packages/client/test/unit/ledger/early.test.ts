import { expect, it } from 'vitest';

import { earlyMs } from '../../../src/ledger/contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { sharedLedger } from '../../../src/ledger/shared-ledger.js';
import { fakeClock } from '../../../src/testing/index.js';

/** A quota of one call a second, of which the first is granted and answered at once: the next starts a second later. */
const stage = async () => {
  const clock = fakeClock('2026-11-23T01:00:00Z');
  const ledger = sharedLedger({ store: memorySlotStore(clock), clock, notify: () => undefined });
  const end = new AbortController();
  const ask = (more: { readonly early?: boolean }) =>
    ledger.acquire({
      account: 'kis:real:0123456789ab',
      budgets: [{ name: 'total', limit: 1, windowMs: 1_000 }],
      leaseMs: 1_000,
      priority: 'interactive',
      signal: end.signal,
      ...more,
    });
  const first = await ask({});
  first.claim();
  first.complete();
  const startsAt = clock.monotonic() + 1_000;
  return { clock, ask, end, startsAt };
};

it('a caller that gets ready has its permit before the start, and may send at the start', async () => {
  const { clock, ask, startsAt } = await stage();
  const asked = ask({ early: true }).then((permit) => ({ permit, at: clock.monotonic() }));
  await clock.advance(1_000 - earlyMs);
  const { permit, at } = await asked;
  expect(startsAt - at).toBeCloseTo(earlyMs, 1);
  const begun = permit.begun().then(() => clock.monotonic());
  await clock.advance(earlyMs + 1);
  expect(await begun).toBeGreaterThanOrEqual(startsAt);
  expect(permit.claim()).toBeGreaterThan(900);
});

it('that sends before the start is refused, and gives the slot back', async () => {
  const { clock, ask } = await stage();
  const asked = ask({ early: true });
  await clock.advance(1_000 - earlyMs);
  const permit = await asked;
  expect(() => permit.claim()).toThrow(expect.objectContaining({ code: 'HUB_PERMIT_EXPIRED' }));
  const next = ask({});
  await clock.advance(earlyMs + 100);
  expect((await next).claim()).toBeGreaterThan(0);
});

it('every other caller has its permit at the start', async () => {
  const { clock, ask, startsAt } = await stage();
  const asked = ask({}).then(() => clock.monotonic());
  await clock.advance(1_100);
  expect(await asked).toBeGreaterThanOrEqual(startsAt);
});

it('who gives up in between leaves nothing booked', async () => {
  const { clock, ask, end } = await stage();
  const asked = ask({});
  asked.catch(() => undefined);
  await clock.advance(1_000 - earlyMs);
  end.abort();
  await clock.advance(earlyMs + 1);
  await expect(asked).rejects.toMatchObject({ code: 'HUB_ABORTED' });
});
