import { describe, expect, it } from 'vitest';

import { whole } from '../../../src/ledger/arithmetic/share.js';
import { drainMs, protocol } from '../../../src/ledger/contract.js';
import type { Beat } from '../../../src/ledger/store-contract.js';
import { memorySlotStore } from '../../../src/ledger/memory/slot-store.js';
import { account, fakeClock, openMember } from '../../support/ledger-world.js';

/** From its last word on: after so long nothing that was lent of a share can be under way any more. */
const quietMs = protocol.validMs + protocol.overdueMs + drainMs(protocol);

const within = (sent: readonly number[], from: number, to: number): number =>
  sent.filter((each) => each >= from && each < to).length;

/** Most arrivals in any window of a second. */
const densest = (sent: readonly number[]): number => {
  const sorted = [...sent].sort((left, right) => left - right);
  return Math.max(
    0,
    ...sorted.map((start, index) => sorted.slice(index).filter((each) => each - start < 1_000).length),
  );
};

describe('a gatekeeper that is away', () => {
  it('fails the call at once when it was never there', async () => {
    const { line, acquire } = openMember(fakeClock());
    line.state = 'cut';
    await expect(acquire()).rejects.toMatchObject({ code: 'HUB_REDIS_UNREACHABLE' });
    line.state = 'open';
    await expect(acquire()).resolves.toBeDefined();
  });

  it('is waited for, and the user is told once', async () => {
    const clock = fakeClock();
    const { line, acquire, notices, events } = openMember(clock);
    await acquire();
    line.state = 'cut';
    const second = acquire();
    await clock.advance(3_000);
    line.state = 'open';
    await clock.advance(2_000);
    await expect(second).resolves.toBeDefined();
    expect(notices.filter(({ kind }) => kind === 'ledger-away')).toHaveLength(1);
    expect(events.map(({ kind }) => kind)).toEqual(['away', 'back']);
  });

  it('ends every call with HUB_LEDGER_LOST after 15 s where there is no share to go on, and later ones at once', async () => {
    const clock = fakeClock();
    const { line, acquire } = openMember(clock);
    await acquire();
    // Its first heartbeat was its name alone: no share yet.
    line.state = 'cut';
    const lost = expect(acquire()).rejects.toMatchObject({ code: 'HUB_LEDGER_LOST' });
    await clock.advance(16_000);
    await lost;
    const later = expect(acquire()).rejects.toMatchObject({ code: 'HUB_LEDGER_LOST' });
    await clock.advance(1);
    await later;
    line.state = 'open';
    await clock.advance(2_000);
    await expect(acquire()).resolves.toBeDefined();
  });

  it('is done without, on the safe share, from the moment at which all that was lent of it has drained', async () => {
    const clock = fakeClock();
    const { line, acquire, saturate, events } = openMember(clock);
    await acquire();
    await clock.advance(3_000);
    const running = saturate();
    await clock.advance(2_000);
    line.state = 'cut';
    const cutAt = clock.now();
    await clock.advance(50_000);
    expect(within(running.sent, cutAt + 300, cutAt + quietMs - 1_500)).toBe(0);
    // Four of five slots are dealt as shares, and this process is the only one.
    const onShare = within(running.sent, cutAt + quietMs + 1_000, cutAt + quietMs + 21_000);
    expect(onShare).toBeGreaterThan(70);
    expect(onShare).toBeLessThanOrEqual(84);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'on-share', account }));
    await running.stop();
  });

  it('ends every call when the lease of the share has ended', async () => {
    const clock = fakeClock();
    const { line, acquire } = openMember(clock);
    await acquire();
    await clock.advance(3_000);
    line.state = 'cut';
    await clock.advance(protocol.shareLeaseMs + 1_000);
    const lost = expect(acquire()).rejects.toMatchObject({ code: 'HUB_LEDGER_LOST' });
    await clock.advance(1_000);
    await lost;
  });

  it('never lets more than the limit through, whoever of two is cut off while the other takes all it can', async () => {
    for (const state of ['cut', 'replies-lost'] as const) {
      const clock = fakeClock();
      const store = memorySlotStore(clock);
      const [one, other] = [openMember(clock, store), openMember(clock, store)];
      await Promise.all([one.acquire(), other.acquire()]);
      await clock.advance(4_000);
      const [left, right] = [one.saturate(), other.saturate()];
      await clock.advance(3_000);
      one.line.state = state;
      const cutAt = clock.now();
      await clock.advance(40_000);
      one.line.state = 'open';
      await clock.advance(10_000);
      expect(densest([...left.sent, ...right.sent])).toBeLessThanOrEqual(5);
      expect(within(left.sent, cutAt + quietMs + 2_000, cutAt + 40_000)).toBeGreaterThan(10);
      expect(within(left.sent, cutAt + 42_000, cutAt + 50_000)).toBeGreaterThan(10);
      await Promise.all([left.stop(), right.stop()]);
    }
  });

  it('that does not know a member which it should know is given its old share back', async () => {
    const clock = fakeClock();
    const returned: Beat['returned'][] = [];
    const remembers = memorySlotStore(clock);
    const forgot = memorySlotStore(clock);
    const state = { store: remembers };
    const { acquire } = openMember(clock, {
      ...remembers,
      acquire: (...args) => state.store.acquire(...args),
      heartbeat: (name, beat) => {
        if (state.store === forgot) returned.push(beat.returned);
        return state.store.heartbeat(name, beat);
      },
    });
    await acquire();
    await clock.advance(3_000);
    state.store = forgot;
    await clock.advance(12_000);
    expect(returned).toContainEqual({ low: 0, high: whole });
    expect(returned.filter((part) => part !== undefined)).toHaveLength(1);
  });

  it('that lost its memory is told what was spent, and gets the share back', async () => {
    const clock = fakeClock();
    const { line, acquire, saturate } = openMember(clock);
    await acquire();
    await clock.advance(3_000);
    line.epoch = 'another';
    const running = saturate();
    await clock.advance(200);
    line.state = 'cut';
    await clock.advance(500);
    line.state = 'open';
    await clock.advance(5_000);
    expect(running.sent.length).toBeGreaterThan(10);
    expect(densest(running.sent)).toBeLessThanOrEqual(5);
    await running.stop();
  });
});

describe('a gatekeeper that answers but refuses every write', () => {
  it('is done without as early as one that is away', async () => {
    const firstOnShare = async (state: 'cut' | 'refusing'): Promise<number> => {
      const clock = fakeClock();
      const { line, acquire } = openMember(clock);
      await acquire();
      await clock.advance(3_000);
      line.state = state;
      const cutAt = clock.now();
      const granted = acquire().then(() => clock.now());
      await clock.advance(40_000);
      return (await granted) - cutAt;
    };
    expect(await firstOnShare('refusing')).toBeLessThanOrEqual((await firstOnShare('cut')) + 1_000);
  });
});

describe('a member that comes back', () => {
  /** Away, on its share, with one call under way; `heartbeat` is what its next words meet. */
  const onShare = async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const words: { meet: (() => Promise<void>) | undefined } = { meet: undefined };
    const member = openMember(clock, {
      ...store,
      heartbeat: async (name, beat) => {
        await words.meet?.();
        return store.heartbeat(name, beat);
      },
    });
    await member.acquire();
    await clock.advance(3_000);
    member.line.state = 'cut';
    await clock.advance(quietMs + 11_000);
    const underWay = await member.acquire();
    underWay.claim();
    return { clock, member, words, underWay };
  };

  it('grants nothing on its share while the word with what it spent is under way', async () => {
    const { clock, member, words, underWay } = await onShare();
    const running = member.saturate();
    await clock.advance(500);
    let heard = (): void => undefined;
    const underWayWord = new Promise<void>((resolve) => (heard = resolve));
    words.meet = () => underWayWord;
    member.line.state = 'open';
    await clock.advance(1_100);
    const before = running.sent.length;
    underWay.complete();
    await clock.advance(3_000);
    expect(running.sent.length).toBe(before);
    heard();
    await clock.advance(3_000);
    expect(running.sent.length).toBeGreaterThan(before);
    expect(densest(running.sent)).toBeLessThanOrEqual(5);
    await running.stop();
  });

  it('fails nobody who came while its return is under way, whatever ends meanwhile', async () => {
    const { clock, member, words, underWay } = await onShare();
    await clock.advance(protocol.shareLeaseMs);
    let heard = (): void => undefined;
    const underWayWord = new Promise<void>((resolve) => (heard = resolve));
    words.meet = () => underWayWord;
    member.line.state = 'open';
    await clock.advance(1_100);
    const came = member.acquire();
    underWay.complete();
    await clock.advance(100);
    heard();
    await clock.advance(2_000);
    await expect(came).resolves.toBeDefined();
  });

  it('goes on looking when a word fails that somebody else has said beside the look-out', async () => {
    const clock = fakeClock();
    const store = memorySlotStore(clock);
    const slow: { answer?: () => void; fail?: () => void } = {};
    const state = { acquire: false, heartbeat: false };
    const { line, acquire } = openMember(clock, {
      ...store,
      acquire: async (name, request) => {
        if (!state.acquire) return store.acquire(name, request);
        await new Promise<void>((resolve) => (slow.answer = resolve));
        return { kind: 'unknown', at: clock.now() };
      },
      heartbeat: async (name, beat) => {
        if (state.heartbeat)
          await new Promise<void>((_resolve, reject) => (slow.fail = () => reject(new Error('lost'))));
        return store.heartbeat(name, beat);
      },
    });
    await acquire();
    await clock.advance(3_000);
    state.acquire = true;
    const waiting = acquire();
    await clock.advance(1);
    // A second call does not get through: the member is away. Then the first one's answer comes.
    line.state = 'cut';
    const other = acquire({ priority: 'order' });
    await clock.advance(100);
    line.state = 'open';
    state.heartbeat = true;
    slow.answer?.();
    await clock.advance(3_000);
    line.state = 'cut';
    slow.fail?.();
    await clock.advance(3_000);
    Object.assign(state, { acquire: false, heartbeat: false });
    line.state = 'open';
    await clock.advance(3_000);
    await expect(Promise.all([waiting, other])).resolves.toHaveLength(2);
  });
});
