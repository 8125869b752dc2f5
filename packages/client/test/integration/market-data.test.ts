import { describe, expect, it } from 'vitest';

import type { Tick } from '../../src/index.js';
import type { Hub } from '../../src/hub/hub.js';
import { systemClock } from '../../src/runtime/clock.js';
import { openKiwoomStage, openStage, type Stage } from '../support/hub.js';

/** The broker and the hub share a clock that stands in another time, and goes on from there. */
const clockFrom = (text: string) => {
  const offsetMs = Date.parse(text) - Date.now();
  return { ...systemClock, now: () => systemClock.now() + offsetMs };
};

const friday = '2026-11-06';
/** Few trades a day: all of them fit on some pages. */
const quiet = { symbol: '003460', venue: 'NXT' } as const;

const opened = ({ sim, ...stage }: Pick<Stage, 'sim' | typeof Symbol.asyncDispose>, hub: Hub) => ({
  sim,
  hub,
  [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
});

const openBroker = async (broker: 'kis' | 'kiwoom', instant: string) => {
  const clock = clockFrom(instant);
  const now = clock.now;
  if (broker === 'kis') {
    const stage = await openStage({ now, limit: { perSecond: 1_000 } });
    return opened(stage, stage.hub({ kis: { perSecond: 100 } }, { clock }));
  }
  const stage = await openKiwoomStage({ now, kiwoom: { limit: { perTr: 1_000 } } });
  return opened(stage, stage.hub({ kiwoom: { perSecond: 100 } }, { clock }));
};

const ticksOf = async (hub: Hub, query: typeof quiet, most = Number.POSITIVE_INFINITY): Promise<Tick[]> => {
  const ticks: Tick[] = [];
  for await (const tick of hub.ticks(query)) if (ticks.push(tick) >= most) break;
  return ticks;
};

describe.each(['kis', 'kiwoom'] as const)('market data of %s', (broker) => {
  it('has the trades of a day, which add up to its bar', async () => {
    await using world = await openBroker(broker, `${friday}T21:00:00+09:00`);
    const { sim, hub } = world;
    const ticks = await ticksOf(hub, quiet);
    const day = { symbols: [quiet.symbol], venue: quiet.venue, interval: '1d', from: friday, to: friday } as const;
    const bar = sim.truth(day).rows[0];
    const sum = (of: (tick: Tick) => number): number => ticks.reduce((total, tick) => total + of(tick), 0);
    expect([sum(({ size }) => size), sum(({ size, price }) => size * price)]).toEqual([bar?.volume, bar?.value]);
    expect([ticks.at(-1)?.price, ticks[0]?.price]).toEqual([bar?.open, bar?.close]);
    const missing = ticks.filter(
      ({ dayVolume, size }, index) => dayVolume - size !== (ticks[index + 1]?.dayVolume ?? 0),
    );
    expect(missing).toEqual([]);
  });

  it('has a quote and a book that fit each other and the last trade', async () => {
    await using world = await openBroker(broker, `${friday}T14:05:30+09:00`);
    const { hub } = world;
    const [last] = await ticksOf(hub, quiet, 1);
    const [quote, book] = [await hub.quote(quiet), await hub.orderBook(quiet)];
    expect(quote).toMatchObject({ ...quiet, price: last?.price, volume: last?.dayVolume });
    expect([book.asks[0]?.price, book.bids[0]?.price]).toEqual([last?.ask, last?.bid]);
    expect(last?.atMs).toBe(Date.parse(`${friday}T00:00:00+09:00`) + (book.timeOfDayMs ?? 0));
    expect(quote.lowerLimit < quote.base && quote.base < quote.upperLimit).toBe(true);
    expect(hub.drift()).toEqual([]);
  });

  it('of a symbol that nobody has is HUB_SYMBOL_UNKNOWN', async () => {
    await using world = await openBroker(broker, `${friday}T14:05:30+09:00`);
    const { hub } = world;
    const nobody = { symbol: '999999', venue: 'KRX' } as const;
    const unknown = { code: 'HUB_SYMBOL_UNKNOWN' };
    await expect(hub.quote(nobody)).rejects.toMatchObject(unknown);
    await expect(hub.orderBook(nobody)).rejects.toMatchObject(unknown);
    await expect(hub.ticks(nobody).next()).rejects.toMatchObject(unknown);
  });

  it('on a Sunday has no trades of that day: none at KIS, those of Friday at Kiwoom', async () => {
    await using world = await openBroker(broker, '2026-11-08T12:00:00+09:00');
    const { hub } = world;
    const [last] = await ticksOf(hub, quiet, 1);
    if (broker === 'kis') expect(last).toBeUndefined();
    else expect(new Date((last?.atMs ?? 0) + 9 * 3_600_000).toISOString().slice(0, 10)).toBe(friday);
  });
});

describe.each(['kis', 'kiwoom'] as const)('the trades of a stretch at %s', (broker) => {
  const at = (wallClock: string): number => Date.parse(`${friday}T${wallClock}+09:00`);

  it('are those of the whole day that lie in it, with no page beyond', async () => {
    await using world = await openBroker(broker, `${friday}T21:00:00+09:00`);
    const { sim, hub } = world;
    const busy = { symbol: '005930', venue: 'KRX' } as const;
    const [fromMs, toMs] = [at('11:00:00'), at('11:03:00')];
    const ticks: Tick[] = [];
    for await (const batch of hub.tickBatches({ ...busy, fromMs, toMs })) ticks.push(...batch.ticks);
    const within = ticks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).reverse();
    const truth = sim.market.ticks(busy.symbol, busy.venue, '20261106');
    const expected = [...truth.second.keys()]
      .filter((index) => {
        const atMs = at('00:00:00') + (truth.second[index] ?? 0) * 1_000;
        return atMs >= fromMs && atMs <= toMs;
      })
      .map((index) => truth.volume[index]);
    expect(within.map(({ dayVolume }) => dayVolume)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(10);
    const rowsPerPage = broker === 'kis' ? 30 : 100;
    const perMinute = 60_000;
    // Kiwoom begins with a whole minute; a page of either begins within the second that the one before ended in.
    const most = ticks.filter(({ atMs }) => atMs <= toMs + perMinute).length / (rowsPerPage / 2) + 3;
    expect(sim.journal().brokers[broker].calls).toBeLessThan(most);
  });

  it('of a day that is not told any more are HUB_RANGE, and of no stretch at all', async () => {
    await using world = await openBroker(broker, `${friday}T21:00:00+09:00`);
    const { hub } = world;
    const fromMs = Date.parse('2026-11-03T11:00:00+09:00');
    await expect(hub.ticks({ ...quiet, fromMs }).next()).rejects.toMatchObject({ code: 'HUB_RANGE' });
    await expect(hub.ticks({ ...quiet, toMs: fromMs }).next()).rejects.toThrow(/has no beginning/);
    await expect(hub.ticks({ ...quiet, fromMs, toMs: fromMs - 1 }).next()).rejects.toThrow(/ends before it begins/);
    await expect(hub.ticks({ ...quiet, fromMs: Number.NaN }).next()).rejects.toThrow(/is no stretch of time/);
  });
});

it('the trades of the session before are told by Kiwoom alone', async () => {
  await using world = await openBroker('kiwoom', `${friday}T12:00:00+09:00`);
  const { sim, hub } = world;
  const fromMs = Date.parse('2026-11-05T14:00:00+09:00');
  const toMs = fromMs + 30 * 60_000;
  const ticks: Tick[] = [];
  for await (const tick of hub.ticks({ ...quiet, fromMs, toMs })) ticks.push(tick);
  const truth = sim.market.ticks(quiet.symbol, quiet.venue, '20261105');
  const inStretch = truth.second.filter((second) => second >= 14 * 3_600 && second <= 14 * 3_600 + 1_800).length;
  expect(ticks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)).toHaveLength(inStretch);
  expect(inStretch).toBeGreaterThan(0);
});
