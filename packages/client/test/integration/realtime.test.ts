import { defaultSymbols } from '@hub/broker-sim';
import { describe, expect, it, vi } from 'vitest';

import { priceOf } from '../support/hub.js';
import { disorder, Listener, openLiveKiwoomStage, openLiveStage, unexplained } from '../support/live.js';

const share = '005930';
const trade = { kind: 'trade', symbol: share } as const;

describe('a subscription', () => {
  it('tells every trade of its share once and in order', async () => {
    await using stage = await openLiveStage();
    const listener = new Listener();
    await using subscription = await stage.hub().realtime.subscribe([trade], listener.hear);
    await subscription.ready;
    await listener.more(share, 20);
    const trades = listener.trades(share);
    expect(disorder(trades)).toBe(0);
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
    expect(listener.of('gap')).toEqual([]);
    expect(trades[0]).toMatchObject({ broker: 'kis', symbol: share, venue: 'KRX', atMs: expect.any(Number) as number });
  });

  it('is an iterator where no handler is given; leaving it gives the feed back', async () => {
    await using stage = await openLiveStage();
    const subscription = await stage.hub().realtime.subscribe([trade, { kind: 'book', symbol: share }]);
    const kinds = new Set<string>();
    for await (const event of subscription) {
      kinds.add(event.kind);
      if (kinds.has('trade') && kinds.has('book')) break;
    }
    await subscription.ended;
    expect([...kinds].sort()).toEqual(['book', 'status', 'trade']);
  });

  it('shares one socket and one registration with those of other processes', async () => {
    await using stage = await openLiveStage();
    const [first, second] = [new Listener(), new Listener()];
    await using one = await stage.hub().realtime.subscribe([trade], first.hear);
    await one.ready;
    await using other = await stage.hub().realtime.subscribe([trade], second.hear);
    await other.ready;
    await Promise.all([first.more(share, 10), second.more(share, 10)]);
    const { live } = stage.sim.journal().brokers.kis;
    expect(live).toMatchObject({ connects: 1, maxSockets: 1, maxRegistrations: 1 });
    for (const listener of [first, second]) expect(unexplained(stage.sim, share, listener)).toEqual([]);
  });

  it('has trades and books of Kiwoom', async () => {
    await using stage = await openLiveKiwoomStage();
    const listener = new Listener();
    const feeds = [trade, { kind: 'book', symbol: share }] as const;
    await using subscription = await stage.hub().realtime.subscribe(feeds, listener.hear);
    await subscription.ready;
    await listener.more(share, 10);
    expect(listener.of('book')[0]?.asks).toHaveLength(10);
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
  });

  it('adds the record as it came where that is asked for, and only there', async () => {
    await using stage = await openLiveStage();
    const hub = stage.hub();
    const [plain, raw] = [new Listener(), new Listener()];
    await using one = await hub.realtime.subscribe([trade], raw.hear, { raw: true });
    await using other = await hub.realtime.subscribe([trade], plain.hear);
    await Promise.all([one.ready, other.ready]);
    await Promise.all([raw.more(share, 5), plain.more(share, 5)]);
    expect(raw.trades(share)[0]?.raw).toMatch(/^005930\^/);
    expect(plain.trades(share).some((event) => 'raw' in event)).toBe(false);
  });
});

describe('an interruption', () => {
  it.each(['close', 'reset'] as const)(
    'by a %s is a gap that begins at once and ends with the registration',
    async (how) => {
      await using stage = await openLiveStage();
      const listener = new Listener();
      await using subscription = await stage.hub().realtime.subscribe([trade], listener.hear);
      await subscription.ready;
      await listener.more(share, 5);
      stage.sim.live.disconnect({ how });
      await listener.until(() => listener.of('gap').length === 2);
      await listener.more(share, 5);
      const [begun, ended] = listener.of('gap');
      expect(begun).toMatchObject({ cause: 'disconnect', untilMs: null, of: 'trade', symbol: share });
      expect(ended).toMatchObject({ id: begun?.id, sinceMs: begun?.sinceMs, untilMs: expect.any(Number) as number });
      expect(disorder(listener.trades(share))).toBe(0);
      expect(unexplained(stage.sim, share, listener)).toEqual([]);
      expect(stage.sim.journal().brokers.kis.live).toMatchObject({ maxSockets: 1, bans: 0 });
    },
  );

  it('by a socket that says nothing any more is found without the market being asked', async () => {
    await using stage = await openLiveStage();
    const listener = new Listener();
    // Enough of them that three seconds of silence are no coincidence.
    const feeds = defaultSymbols
      .slice(0, 8)
      .flatMap(({ code: symbol }) => [{ kind: 'trade', symbol } as const, { kind: 'book', symbol } as const]);
    await using subscription = await stage.hub().realtime.subscribe(feeds, listener.hear);
    await subscription.ready;
    await listener.more(share, 20);
    stage.sim.live.disconnect({ how: 'half-open' });
    await listener.until(() => listener.gaps(share).length === 1);
    await listener.more(share, 5);
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
  });

  it('by a holder that goes ends with the next one, and nothing is told twice', async () => {
    await using stage = await openLiveStage();
    const listener = new Listener();
    const holder = stage.hub();
    await using leaving = await holder.realtime.subscribe([trade]);
    await leaving.ready;
    await using subscription = await stage.hub().realtime.subscribe([trade], listener.hear);
    await subscription.ready;
    await listener.more(share, 5);
    await holder.close();
    await listener.until(() => listener.gaps(share).length === 1);
    await listener.more(share, 5);
    expect(listener.gaps(share)[0]?.cause).toBe('handover');
    expect(disorder(listener.trades(share))).toBe(0);
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
    expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 2, maxSockets: 1 });
  });

  it('by frames that cannot be read is a jump of the cumulative volume', async () => {
    await using stage = await openLiveStage();
    const listener = new Listener();
    await using subscription = await stage.hub().realtime.subscribe([trade], listener.hear);
    await subscription.ready;
    await listener.more(share, 5);
    stage.sim.live.garble({ times: 1 });
    await listener.until(() => listener.gaps(share).length >= 1);
    await listener.more(share, 5);
    expect(listener.gaps(share)[0]).toMatchObject({ cause: 'volume', missing: expect.any(Number) as number });
    expect(unexplained(stage.sim, share, listener)).toEqual([]);
  });
});

describe('slots', () => {
  it('that the broker does not give are learned, and named', async () => {
    await using stage = await openLiveStage({ live: { registrations: 2 } });
    const hub = stage.hub();
    const listener = new Listener();
    await using kept = await hub.realtime.subscribe([trade, { kind: 'book', symbol: share }], listener.hear);
    await kept.ready;
    const third = await hub.realtime.subscribe([{ kind: 'trade', symbol: '000660' }]);
    await expect(third.ready).rejects.toMatchObject({ code: 'HUB_NO_SLOT', feeds: ['trade:KRX:000660'] });
    await third.close();
    await listener.more(share, 5);
    expect(listener.of('gap')).toEqual([]);
  });

  it('go to whoever is more urgent', async () => {
    await using stage = await openLiveStage();
    const hub = stage.hub({ kis: { registrations: 1 } });
    const patient = await hub.realtime.subscribe([trade], undefined, { priority: 'backfill' });
    await patient.ready;
    await using urgent = await hub.realtime.subscribe([{ kind: 'trade', symbol: '000660' }]);
    await urgent.ready;
    const states: string[] = [];
    for await (const event of patient) {
      if (event.kind === 'status') states.push(event.state);
      if (event.kind === 'status' && event.state === 'refused') break;
    }
    expect(states).toContain('refused');
  });
});

describe('what is wrong with a subscription', () => {
  it.each([
    ['no feed', [], {}],
    ['a kind', [{ kind: 'tick', symbol: share }], {}],
    ['a symbol', [{ kind: 'trade', symbol: 'samsung' }], {}],
    ['a venue', [{ kind: 'trade', symbol: share, venue: 'NYSE' }], {}],
    ['a broker', [{ kind: 'trade', symbol: share, broker: 'kiwoom' }], {}],
    ['a buffer', [trade], { buffer: 0 }],
    ['a class', [trade], { priority: 'soon' }],
  ])('%s is told before anything is opened', async (_what, feeds, options) => {
    await using stage = await openLiveStage();
    const subscribe = stage.hub().realtime.subscribe(feeds as never, undefined, options as never);
    await expect(subscribe).rejects.toMatchObject({ code: 'HUB_FEED_INVALID' });
    expect(stage.sim.journal().brokers.kis.live.connects).toBe(0);
  });
});

describe('the quota of REST and WebSocket together', () => {
  it('is not exceeded while REST is saturated and forty feeds come and go', async () => {
    await using stage = await openLiveStage({ limit: { perSecond: 18, window: 'sliding' } });
    const hub = stage.hub({ realtimeGraceMs: 100 });
    await using session = await hub.realtime.subscribe([trade]);
    await session.ready;
    const over = new AbortController();
    const saturated = Array.from({ length: 24 }, async () => {
      while (!over.signal.aborted) await hub.kis.call('inquire-price', priceOf(share), { priority: 'backfill' });
    });
    const symbols = defaultSymbols.map(({ code }) => code);
    const feeds = [
      ...symbols.map((symbol) => ({ kind: 'book', symbol }) as const),
      ...symbols.filter((symbol) => symbol !== share).map((symbol) => ({ kind: 'trade', symbol }) as const),
      ...symbols.map((symbol) => ({ kind: 'trade', symbol, venue: 'NXT' }) as const),
    ];
    const many = await hub.realtime.subscribe(feeds.slice(0, 39));
    await many.ready;
    await many.close();
    await vi.waitFor(() => expect(stage.sim.live.sessions()[0]?.registrations).toHaveLength(1), 20_000);
    over.abort();
    await Promise.all(saturated);
    const { live, breaches } = stage.sim.journal().brokers.kis;
    expect(live.maxRegistrations).toBeGreaterThanOrEqual(38);
    expect({ breaches, combined: live.maxCombined, connects: live.connects, bans: live.bans }).toEqual({
      ...{ breaches: 0, combined: expect.any(Number) as number, connects: 1, bans: 0 },
    });
    expect(live.maxCombined).toBeLessThanOrEqual(18);
  });
});
