import { describe, expect, it } from 'vitest';

import { RedisUnreachable } from '../../../src/error/index.js';
import { Quota, type QuotaEvent } from '../../../src/hub/quota.js';
import type { QuotaLine } from '../../../src/hub/quota-line.js';
import type { Permit, PermitRequest } from '../../../src/ledger/contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { sharedLedger } from '../../../src/ledger/shared-ledger.js';
import type { Notify } from '../../../src/runtime/notice.js';
import { fakeClock } from '../../../src/testing/index.js';

const account = 'kis:real:0123456789ab';
const silent = (): void => undefined;

const stage = () => {
  const clock = fakeClock('2026-11-23T01:00:00Z');
  const store = memorySlotStore(clock);
  const process = () => sharedLedger({ store, clock, notify: silent });
  const here = process();
  const listeners = new Set<Notify>();
  const line: QuotaLine = {
    ledger: here,
    accounts: async () => [
      {
        account,
        budgets: [{ name: 'total', limit: 18, windowMs: 1_000 }],
        limitHere: (budget) => (budget === 'total' ? 18 : undefined),
      },
    ],
  };
  const onNotice = (listener: Notify) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const quota = new Quota({ line, clock, onNotice });
  const acquire = (ledger = here, request: Partial<PermitRequest> = {}): Promise<Permit> =>
    ledger.acquire({
      account,
      budgets: [{ name: 'total', limit: 18, windowMs: 1_000 }],
      leaseMs: 1_000,
      priority: 'interactive',
      signal: new AbortController().signal,
      ...request,
    });
  return { clock, process, here, quota, acquire, notice: listeners, line };
};

const read = async (events: AsyncIterable<QuotaEvent>): Promise<QuotaEvent[]> => {
  const all: QuotaEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

describe('a snapshot', () => {
  it('of an account that was never used says what it is configured with, and why', async () => {
    const { quota, clock } = stage();
    expect(await quota.snapshot()).toEqual([
      {
        ...{ account, broker: 'kis', environment: 'real', keyId: '0123456789ab', at: clock.now() },
        budgets: [
          {
            ...{
              name: 'total',
              windowMs: 1_000,
              configured: 18,
              inUse: 18,
              used: 0,
              cooling: 0,
              reserved: 0,
              here: 18,
            },
            origin: {
              from: 'published',
              source: expect.stringContaining('KIS notice'),
              date: '2026-04-20',
              certainty: 'observed',
            },
          },
        ],
        waiting: { order: 0, realtime: 0, interactive: 0, backfill: 0 },
        ...{ callers: {}, members: [], heldForMs: 0 },
      },
    ]);
  });

  it('tells what is used and cooling, who waits, and what a refusal taught', async () => {
    const { quota, clock, acquire, here } = stage();
    const first = acquire();
    await clock.advance(10);
    const permit = await first;
    permit.claim();
    permit.refused('total');
    for (let index = 0; index < 30; index += 1) void acquire(here, { caller: 'collector' }).catch(silent);
    await clock.advance(5);
    permit.complete();
    await clock.advance(5);
    const [report] = await quota.snapshot();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report?.budgets).toHaveLength(1);
    const [total] = report?.budgets ?? [];
    expect(total).toMatchObject({ configured: 18, inUse: 15, learned: { limit: 15, why: 'refused' }, cooling: 1 });
    expect(total?.learned?.agoMs).toBeCloseTo(10, -1);
    expect((total?.used ?? 0) + (total?.cooling ?? 0)).toBe(15);
    expect(report?.callers).toEqual({ collector: 16 });
    expect(report?.waiting.interactive).toBe(16);
    expect(report?.members).toHaveLength(1);
  });

  it('says so when another process is configured with less', async () => {
    const { quota, clock, acquire, process } = stage();
    const other = acquire(process(), { budgets: [{ name: 'total', limit: 10, windowMs: 1_000 }] });
    await clock.advance(10);
    await other;
    const [report] = await quota.snapshot();
    expect(report?.budgets[0]).toMatchObject({ configured: 10, here: 18, origin: { from: 'setting' } });
  });
});

describe('events', () => {
  it('tell what another process did to an account from which nothing is spent here', async () => {
    const { quota, clock, acquire, process } = stage();
    const events = read(quota.events());
    const permit = acquire(process());
    await clock.advance(10);
    (await permit).refused('total', 12);
    await clock.advance(10);
    quota.close();
    const at = expect.any(Number) as number;
    expect(await events).toEqual([{ at, kind: 'narrowed', account, budget: 'total', limit: 12, told: true }]);
  });

  it('tell it once where something is spent here too', async () => {
    const { quota, clock, acquire } = stage();
    const stop = new AbortController();
    const events = read(quota.events({ signal: stop.signal }));
    const permit = acquire();
    await clock.advance(10);
    (await permit).refused('total');
    await clock.advance(10);
    stop.abort();
    expect((await events).map(({ kind }) => kind)).toEqual(['narrowed']);
    expect(clock.pending).toBe(1); // the heartbeat of the ledger
  });

  it('tell of retries because of too many calls, and of no others', async () => {
    const { quota, notice } = stage();
    const events = read(quota.events());
    const retry = { kind: 'retry', account, endpoint: 'inquire-price', attempt: 1, waitMs: 900 } as const;
    for (const code of ['HUB_BROKER_BUSY', 'HUB_TIMEOUT']) for (const tell of notice) tell({ ...retry, code });
    quota.close();
    expect(await events).toEqual([{ at: expect.any(Number), ...retry, code: 'HUB_BROKER_BUSY' }]);
    expect(notice.size).toBe(0);
  });

  it('fail when the gatekeeper cannot be reached at the start', async () => {
    const { clock, line } = stage();
    const away = { ...line, accounts: () => Promise.reject(new RedisUnreachable('gatekeeper', 'redis://x')) };
    const quota = new Quota({ line: away, clock, onNotice: () => silent });
    await expect(read(quota.events())).rejects.toMatchObject({ code: 'HUB_REDIS_UNREACHABLE' });
    expect(clock.pending).toBe(0);
  });

  it('end with a signal that has aborted before', async () => {
    const { quota } = stage();
    expect(await read(quota.events({ signal: AbortSignal.abort() }))).toEqual([]);
  });
});

it('a hub without a way to the gatekeeper says what to set', async () => {
  const quota = new Quota({ line: undefined, clock: fakeClock(), onNotice: () => silent });
  const problem = { code: 'HUB_CONFIG', remedy: expect.stringContaining('REDIS_URL_GATEKEEPER') };
  await expect(quota.snapshot()).rejects.toMatchObject(problem);
  expect(() => quota.events()).toThrow(expect.objectContaining(problem));
});

it('a closed hub has no quota', async () => {
  const { quota } = stage();
  quota.close();
  await expect(quota.snapshot()).rejects.toMatchObject({ code: 'HUB_CLOSED' });
});
