import { describe, expect, it } from 'vitest';

import type { RealtimeEvent, TradeEvent } from '../../../src/realtime/contract.js';
import { BackOff, backOff } from '../../../src/realtime/session/back-off.js';
import { FeedOnSocket } from '../../../src/realtime/session/feed-on-socket.js';
import { Liveness, liveness } from '../../../src/realtime/session/liveness.js';
import { Mailbox } from '../../../src/realtime/subscription/mailbox.js';

const middle = () => 0.5;

describe('the way back', () => {
  it('is twice as long each time, until a session was stable', () => {
    const pauses = new BackOff(middle);
    const after = (lastedMs: number) => {
      pauses.ended(lastedMs, false);
      return pauses.pauseMs();
    };
    expect([after(0), after(100), after(0), after(0)]).toEqual([250, 500, 1_000, 2_000]);
    expect(after(backOff.stableMs)).toBe(250);
    for (let attempt = 0; attempt < 10; attempt += 1) after(0);
    expect(after(0)).toBeLessThanOrEqual(backOff.longestMs);
  });

  it('stops before a broker bans, for ten minutes', () => {
    const pauses = new BackOff(middle);
    for (let attempt = 0; attempt < backOff.mostAttempts; attempt += 1) pauses.ended(0, false);
    expect(pauses.exhausted).toBe(true);
    expect(pauses.pauseMs()).toBe(600_000);
  });

  it('is longer where somebody else has the socket', () => {
    const pauses = new BackOff(middle);
    pauses.ended(0, true);
    expect(pauses.pauseMs()).toBe(backOff.inUseMs);
    pauses.ended(0, true);
    expect(pauses.pauseMs()).toBe(2 * backOff.inUseMs);
  });
});

describe('silence', () => {
  const feeds = (count: number) =>
    Array.from({ length: count }, (_each, index) => {
      const symbol = String(100_000 + index);
      return new FeedOnSocket({ kind: 'trade', symbol, venue: 'KRX' }, 'kis', false);
    });
  /** All tell something every 100 ms, until `now`. */
  const lively = (all: readonly FeedOnSocket[], now: number, health = new Liveness(0)) => {
    for (const feed of all) feed.live(1, 0);
    for (let at = 100; at <= now; at += 100) {
      health.heard(at);
      for (const feed of all) feed.heard(at);
    }
    return health;
  };

  it('of a busy socket is its death after some of its usual pauses, while the market trades', () => {
    const all = feeds(5);
    const health = lively(all, 60_000);
    const after = (silentMs: number, trading: boolean) => health.look(60_000 + silentMs, all, trading).kind;
    expect(after(3_900, true)).toBe('well');
    expect(after(4_100, true)).toBe('dead');
    expect(after(4_100, false)).toBe('well');
    expect(after(liveness.socketMs + 1, false)).toBe('dead');
  });

  it('of one feed among lively ones is a reason to ask for it again, a few times and each time later', () => {
    const all = feeds(5);
    const [mute] = all;
    const health = lively(all, 60_000);
    const others = all.slice(1);
    const look = (at: number) => {
      for (const feed of others) feed.heard(at);
      health.heard(at);
      return health.look(at, all, true);
    };
    expect(look(79_000).kind).toBe('well');
    expect(look(80_100)).toEqual({ kind: 'silent', feeds: [mute] });
    if (mute !== undefined) mute.revived = 1;
    expect(look(99_000).kind).toBe('well');
    expect(look(100_100).kind).toBe('silent');
    if (mute !== undefined) mute.revived = liveness.revivals;
    expect(look(1_000_000).kind).toBe('well');
  });

  it('of a feed that has told nothing since it was registered counts only when others do', () => {
    const all = feeds(5);
    for (const feed of all) feed.live(1, 0);
    const health = new Liveness(0);
    health.heard(70_000);
    expect(health.look(70_000, all, true).kind).toBe('well');
    for (const feed of all.slice(1)) feed.heard(70_000);
    expect(health.look(70_000, all, true)).toEqual({ kind: 'silent', feeds: [all[0]] });
  });
});

describe('what waits for a consumer', () => {
  const told = { broker: 'kis', of: 'trade', symbol: '005930', venue: 'KRX' } as const;
  const trade = (receivedMs: number): TradeEvent => ({
    ...{
      kind: 'trade',
      broker: 'kis',
      symbol: '005930',
      venue: 'KRX',
      atMs: receivedMs,
      receivedMs,
      price: 1,
      size: 1,
    },
    ...{ dayVolume: receivedMs, dayValue: null, side: null, ask: null, bid: null },
  });
  const name = 'trade:KRX:005930';
  const all = async (mailbox: Mailbox) => {
    mailbox.end();
    const events: RealtimeEvent[] = [];
    for (let event = await mailbox.next(); event !== undefined; event = await mailbox.next()) events.push(event);
    return events;
  };

  it('comes in order', async () => {
    const mailbox = new Mailbox(10, 'm');
    for (const at of [1, 2, 3]) mailbox.put(name, told, trade(at));
    expect((await all(mailbox)).map((event) => 'receivedMs' in event && event.receivedMs)).toEqual([1, 2, 3]);
  });

  it('is bounded: where something was dropped there is a gap with its limits', async () => {
    const mailbox = new Mailbox(2, 'm');
    for (const at of [1, 2, 3, 4]) mailbox.put(name, told, trade(at));
    expect(await mailbox.next()).toMatchObject({ receivedMs: 1 });
    mailbox.put(name, told, trade(5));
    expect(await all(mailbox)).toMatchObject([
      { receivedMs: 2 },
      { kind: 'gap', cause: 'slow-consumer', sinceMs: 3, untilMs: 5, symbol: '005930' },
      { receivedMs: 5 },
    ]);
  });

  it('ends with the gap when nothing comes behind it', async () => {
    const mailbox = new Mailbox(1, 'm');
    for (const at of [1, 2]) mailbox.put(name, told, trade(at));
    expect(await all(mailbox)).toMatchObject([{ receivedMs: 1 }, { kind: 'gap', sinceMs: 2, untilMs: 3 }]);
  });
});
