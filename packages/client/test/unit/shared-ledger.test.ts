import { describe, expect, it } from 'vitest';

import { RedisUnreachable } from '../../src/error/index.js';
import type { SlotAnswer, SlotStore } from '../../src/ledger/contract.js';
import { sharedLedger } from '../../src/ledger/shared-ledger.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fakeClock } from '../../src/testing/index.js';

const away = () => new RedisUnreachable('gatekeeper', 'redis://127.0.0.1:1');

/** A ledger over a store that answers as told. */
const open = (book: () => Promise<SlotAnswer>) => {
  const fake = fakeClock();
  // Like the real one, it goes on between any two looks.
  const state = { looks: 0 };
  const clock = { ...fake, monotonic: () => fake.monotonic() + (state.looks += 1) * 1e-6 };
  const notices: Notice[] = [];
  const store: SlotStore = { book, complete: async () => undefined, cancel: async () => undefined };
  const ledger = sharedLedger({ store, clock, notify: (notice) => notices.push(notice) });
  const acquire = () =>
    ledger.acquire({
      account: 'kis:real:abc',
      budgets: [{ name: 'total', limit: 1, windowMs: 1_000 }],
      leaseMs: 1_000,
      priority: 'interactive',
      signal: new AbortController().signal,
    });
  return { clock: fake, notices, acquire };
};

describe('a gatekeeper that is away', () => {
  it('fails the call at once when it was never there', async () => {
    const { acquire } = open(() => Promise.reject(away()));
    await expect(acquire()).rejects.toMatchObject({ code: 'HUB_REDIS_UNREACHABLE' });
  });

  it('is waited for, and the user is told once', async () => {
    let awayFor = 3;
    const { acquire, clock, notices } = open(async () => {
      if (awayFor > 0 && clock.now() > 0) {
        awayFor -= 1;
        throw away();
      }
      return { kind: 'go', inMs: 0 };
    });
    await acquire();
    await clock.advance(1);
    const second = acquire();
    await clock.advance(10_000);
    await expect(second).resolves.toBeDefined();
    expect(notices.filter(({ kind }) => kind === 'ledger-away')).toHaveLength(1);
  });

  it('for too long ends every call with HUB_LEDGER_LOST, and later calls try again', async () => {
    const state = { up: true };
    const { acquire, clock } = open(async () => {
      if (!state.up) throw away();
      return { kind: 'go', inMs: 0 };
    });
    await acquire();
    state.up = false;
    const lost = [acquire(), acquire()].map((waiting) =>
      expect(waiting).rejects.toMatchObject({ code: 'HUB_LEDGER_LOST', cause: { code: 'HUB_REDIS_UNREACHABLE' } }),
    );
    await clock.advance(15_000);
    await Promise.all(lost);
    state.up = true;
    await expect(acquire()).resolves.toBeDefined();
  });

  it('that hangs counts with the time that it hangs', async () => {
    const state = { up: true };
    const { acquire, clock } = open(async () => {
      if (state.up) return { kind: 'go', inMs: 0 };
      await new Promise<void>((resolve) => clock.after(5_000, resolve));
      throw away();
    });
    await acquire();
    state.up = false;
    const lost = expect(acquire()).rejects.toMatchObject({ code: 'HUB_LEDGER_LOST' });
    await clock.advance(25_000);
    await lost;
    expect(clock.pending).toBe(0);
  });

  it('that is new holds the calls, and the user is told', async () => {
    let asked = 0;
    const { acquire, clock, notices } = open(async () => {
      asked += 1;
      return asked === 1 ? { kind: 'wait', forMs: 11_000, reason: 'epoch' } : { kind: 'go', inMs: 0 };
    });
    const waiting = acquire();
    await clock.advance(11_000);
    await expect(waiting).resolves.toBeDefined();
    expect(notices).toContainEqual({ kind: 'ledger-hold', account: 'kis:real:abc', forMs: 11_000 });
  });
});
