// What is done for a live feed that stays mute, on a clock and a store of its own.
import type { FeedLadder, NextLadder, WatchedFeed } from '@hub/client/feed-watch';
import { beforeEach, describe, expect, it } from 'vitest';

import type { SentinelEvent } from '../../src/sentinel/event.js';
import { usualPatience } from '../../src/sentinel/mute-feed.js';
import { lookOnce, type MuteEffects } from '../../src/sentinel/mute-rounds.js';

const { muteMs, effectMs, askAgainMs } = usualPatience;
/** 10:00 KST on a trading day; the last trade was heard then. */
const open = Date.UTC(2026, 10, 6, 1);

let now: number;
let feed: Omit<WatchedFeed, 'ladder'>;
/** As the server keeps it. */
let ladder: FeedLadder | undefined;
let joins: boolean;
let volume: number | undefined;
let asked: number;
let events: SentinelEvent[];

beforeEach(() => {
  [now, ladder, joins, volume, asked, events] = [open, undefined, false, undefined, 0, []];
  feed = {
    ...{ pool: 'kis:real', name: 'trade:KRX:005930', broker: 'kis', symbol: '005930', venue: 'KRX', keyId: 'one' },
    ...{ hasOtherKey: true, elsewhere: undefined },
    stored: { state: 'live', sinceMs: open - 60_000, quietSinceMs: open, tradeMs: open, dayVolume: 100 },
  };
});

/** A Sentinel of its own each time: nothing is known but what the server keeps. */
const sentinel = (): MuteEffects => ({
  watch: {
    look: () => Promise.resolve({ feeds: [{ ...feed, ladder }], left: [] }),
    climb: ({ ladder: before }, next: NextLadder | null) => {
      if ((before?.version ?? 0) !== (ladder?.version ?? 0)) return Promise.resolve('superseded');
      ladder =
        next === null ? undefined : { ...next, version: (before?.version ?? 0) + 1, setMs: now, untilMs: Infinity };
      return Promise.resolve(joins && next?.step === 'reconnect' ? 'joined' : 'taken');
    },
  },
  dayVolume: () => {
    asked += 1;
    return Promise.resolve(volume);
  },
  served: () => Promise.resolve(['kis']),
  patience: usualPatience,
  now: () => now,
  lookEveryMs: 1,
  tell: (event) => events.push(event),
  onError: (error) => {
    throw error;
  },
  signal: new AbortController().signal,
});

const later = async (ms: number): Promise<void> => {
  now += ms;
  await lookOnce(sentinel());
};

/** Another feed has told a trade just now. */
const tradedElsewhere = (): void => {
  feed = { ...feed, elsewhere: { tradeMs: now, by: 'kiwoom KRX' } };
};

const steps = (): string[] => events.map((event) => ('step' in event ? `${event.kind} ${event.step}` : event.kind));

describe('a mute feed', () => {
  it('that was traded nowhere is left alone, and a broker is seldom asked', async () => {
    volume = 100;
    for (let passed = 0; passed < 30 * 60_000; passed += 5_000) await later(5_000);
    expect(events).toEqual([]);
    expect(asked).toBe(Math.ceil((30 * 60_000 - muteMs) / askAgainMs));
  });

  it('is left alone where a trade elsewhere is as old as the last one that it told', async () => {
    feed = { ...feed, elsewhere: { tradeMs: open + 3_000, by: 'kiwoom KRX' } };
    await later(muteMs);
    expect(events).toEqual([]);
  });

  it('has each step in turn while others tell trades, each after its time, and asks no broker', async () => {
    await later(muteMs - 1);
    expect(steps()).toEqual([]);
    tradedElsewhere();
    await later(1);
    expect(steps()).toEqual(['feed-escalated resubscribe']);
    for (let step = 0; step < 5; step += 1) {
      now += effectMs - 1;
      tradedElsewhere();
      await later(0);
      expect(events).toHaveLength(Math.min(4, step + 1));
      await later(1);
    }
    expect(steps().map((each) => each.replace('feed-escalated ', ''))).toEqual([
      'resubscribe',
      'reconnect',
      'switch-key',
      'alert',
    ]);
    expect(events.at(-1)).toMatchObject({
      tried: ['resubscribe', 'reconnect', 'switch-key', 'it could not go to another key'],
      evidence: 'kiwoom KRX has told trades meanwhile',
    });
    expect(asked).toBe(0);
  });

  it('has no further step without a trade after the last one', async () => {
    now = open + muteMs;
    tradedElsewhere();
    await later(0);
    volume = 100;
    await later(10 * effectMs);
    expect(steps()).toEqual(['feed-escalated resubscribe']);
  });

  it('passes over what its holder has tried, and over other keys where there is none', async () => {
    feed = { ...feed, hasOtherKey: false };
    if (feed.stored?.state === 'live') feed = { ...feed, stored: { ...feed.stored, sinceMs: open + 30_000 } };
    joins = true;
    now = open + muteMs;
    for (let step = 0; step < 2; step += 1) {
      tradedElsewhere();
      await later(0);
      now += effectMs;
    }
    expect(events).toMatchObject([
      { step: 'reconnect', joined: true, tried: ['resubscribe by its holder'] },
      { step: 'alert', tried: ['resubscribe by its holder', 'reconnect', 'no other key has a free slot'] },
    ]);
  });

  it('that trades again is told of, and begins anew with the first step', async () => {
    now = open + muteMs;
    tradedElsewhere();
    await later(0);
    feed = { ...feed, stored: { state: 'live', sinceMs: now, tradeMs: now + 1_000, dayVolume: 120 } };
    await later(2_000);
    expect(steps()).toEqual(['feed-escalated resubscribe', 'feed-unmuted resubscribe']);
    expect(ladder).toBeUndefined();
    feed = { ...feed, stored: { state: 'live', sinceMs: open, quietSinceMs: now, tradeMs: now, dayVolume: 120 } };
    now += muteMs;
    tradedElsewhere();
    await later(0);
    expect(steps().at(-1)).toBe('feed-escalated resubscribe');
  });

  it('is not taken for one that trades because its socket is new, nor helped while that is away', async () => {
    now = open + muteMs;
    tradedElsewhere();
    await later(0);
    feed = { ...feed, stored: { state: 'gap', id: 'gap', sinceMs: open, cause: 'disconnect' } };
    now += 2 * effectMs;
    tradedElsewhere();
    await later(0);
    feed = { ...feed, stored: { state: 'live', sinceMs: now, tradeMs: open, dayVolume: 100 } };
    await later(0);
    expect(steps()).toEqual(['feed-escalated resubscribe', 'feed-escalated reconnect']);
  });

  it('has the steps of its broker’s word where no other feed tells it, one call for each', async () => {
    volume = 150;
    await later(muteMs);
    expect(events).toMatchObject([
      { step: 'resubscribe', evidence: 'the cumulative volume has grown by 50 shares meanwhile' },
    ]);
    await later(effectMs);
    expect([asked, events.length]).toEqual([2, 1]);
    await later(effectMs);
    expect(asked).toBe(2);
    volume = 170;
    await later(askAgainMs);
    expect(events).toMatchObject([{}, { step: 'reconnect', evidence: expect.stringContaining('20 shares') as string }]);
  });

  it('is helped once where two Sentinels see it at the same time', async () => {
    now = open + muteMs;
    tradedElsewhere();
    await Promise.all([lookOnce(sentinel()), lookOnce(sentinel())]);
    expect(steps()).toEqual(['feed-escalated resubscribe']);
    feed = { ...feed, elsewhere: undefined };
    volume = 500;
    now += effectMs;
    await Promise.all([lookOnce(sentinel()), lookOnce(sentinel())]);
    expect(asked).toBe(1);
    expect(steps()).toEqual(['feed-escalated resubscribe', 'feed-escalated reconnect']);
  });

  it('is nobody’s matter outside of continuous trading', async () => {
    now = Date.UTC(2026, 10, 6, 6, 20);
    tradedElsewhere();
    await later(0);
    expect(events).toEqual([]);
  });
});
