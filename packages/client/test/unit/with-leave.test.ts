import { describe, expect, it, vi } from 'vitest';

import { CallAborted, PermitExpired } from '../../src/error/index.js';
import type { Permit } from '../../src/ledger/contract.js';
import { BeforeSend, type Answer, type KeyedCall } from '../../src/request/contract.js';
import { leaveLastsMs, withLeave } from '../../src/request/with-leave.js';
import { withRetry } from '../../src/request/with-retry.js';
import { silent } from '../../src/runtime/notice.js';
import { fakeClock } from '../../src/testing/index.js';

const answer = { status: 200 } as Answer;

const stage = (beforeSend?: () => Promise<void>) => {
  const time = fakeClock('2026-11-23T01:00:00Z');
  const wall = { aheadMs: 0 };
  const clock = { ...time, now: () => time.now() + wall.aheadMs };
  const permit = {
    id: 'one',
    account: 'kis:real:abc',
    refused: vi.fn(),
    begun: vi.fn(() => Promise.resolve()),
    claim: vi.fn(() => 1),
    complete: vi.fn(),
    cancel: vi.fn(),
  } satisfies Permit;
  const end = new AbortController();
  const call = {
    endpoint: 'order-cash-buy',
    replayable: false,
    candidates: [],
    signal: end.signal,
    ...(beforeSend === undefined ? {} : { beforeSend }),
  } as Partial<KeyedCall> as KeyedCall;
  const claimed = vi.fn((_call: KeyedCall, given: Permit): Promise<Answer> => {
    given.claim();
    return Promise.resolve(answer);
  });
  return { clock, wall, permit, call, end, claimed, send: withLeave(clock)(claimed) };
};

type Stage = ReturnType<typeof stage>;

describe('the leave to send', () => {
  it('is asked for with the permit in hand, once per attempt', async () => {
    const asked = vi.fn(() => Promise.resolve());
    const { send, call, permit } = stage(asked);
    await expect(send(call, permit)).resolves.toBe(answer);
    expect(asked).toHaveBeenCalledOnce();
    expect(asked.mock.invocationCallOrder[0]).toBeLessThan(permit.claim.mock.invocationCallOrder[0] ?? 0);
  });

  it('is not asked for where nobody wants to be', async () => {
    const { send, call, permit } = stage();
    await expect(send(call, permit)).resolves.toBe(answer);
  });

  it('that is refused keeps the request back, and no other attempt is made', async () => {
    const refusal = new Error('no');
    const { send, call, permit, claimed, clock } = stage(() => Promise.reject(refusal));
    const error: unknown = await send(call, permit).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BeforeSend);
    const attempts = vi.fn(() => send(call, permit));
    const retried = withRetry({ retries: 4, clock, random: () => 0.5, notify: silent })(attempts);
    await expect(retried(call)).rejects.toBe(refusal);
    expect(attempts).toHaveBeenCalledOnce();
    expect(claimed).not.toHaveBeenCalled();
  });

  it.each([
    ['was stopped', ({ clock }: Stage) => clock.advance(leaveLastsMs)],
    [
      'slept while only the wall clock went on',
      async ({ wall }: Stage) => {
        wall.aheadMs = leaveLastsMs;
      },
    ],
  ])('is too old for a process that %s in between', async (_name, pass) => {
    const scene: Stage = stage(() => pass(scene));
    const { send, call, permit } = scene;
    await expect(send(call, permit)).rejects.toBeInstanceOf(PermitExpired);
    expect(permit.claim).not.toHaveBeenCalled();
    expect(permit.cancel).toHaveBeenCalledOnce();
  });

  it('ends with the call that waits for it', async () => {
    const { send, call, permit, end, claimed } = stage(() => new Promise(() => undefined));
    const sending = send(call, permit);
    end.abort('gone');
    await expect(sending).rejects.toMatchObject({ cause: expect.any(CallAborted) });
    expect(claimed).not.toHaveBeenCalled();
  });
});
