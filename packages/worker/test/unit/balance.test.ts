import { describe, expect, it } from 'vitest';

import { Balance, movedTo } from '../../src/backfill/balance.js';
import type { WindowSpec } from '../../src/queue/payload.js';

const now = Date.parse('2026-11-23T12:00:00+09:00');
const rates = { kis: 4, kiwoom: 1 };

/** A day that costs KIS four calls (a second) and Kiwoom one (a second as well). */
const windowAt = (broker: 'kis' | 'kiwoom', day: string): WindowSpec => ({
  ...{ id: `auto.005930.KRX.1m.${day}`, broker, symbol: '005930', venue: 'KRX', interval: '1m' },
  ...{ from: day, to: day, estimatedCalls: broker === 'kis' ? 4 : 1 },
});
const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06', '2026-11-09'];

/** Takes every offer that is still wanted, as if nobody worked on any window. */
const taken = (balance: Balance): string[] => {
  const moves: string[] = [];
  for (const offer of balance.offers()) {
    if (balance.enough(offer)) break;
    balance.moved(offer.to);
    moves.push(`${offer.from.from} to ${offer.to.broker}`);
  }
  return moves;
};

describe('the balance of two brokers', () => {
  it('leaves them alone while both have work', () => {
    const windows = days.map((day, index) => windowAt(index < 3 ? 'kis' : 'kiwoom', day));
    expect(new Balance(windows, rates, () => now).offers()).toEqual([]);
  });

  it('gives the one that runs dry a fair part of what is left, latest first', () => {
    const windows = days.map((day) => windowAt('kiwoom', day));
    const balance = new Balance(windows, rates, () => now);
    expect(taken(balance)).toEqual(['2026-11-09 to kis', '2026-11-06 to kis', '2026-11-05 to kis']);
    expect(balance.leftMs('kis')).toBe(3_000);
    expect(balance.leftMs('kiwoom')).toBe(3_000);
    expect(taken(balance)).toEqual([]);
  });

  it('gives it more when it is done again while the other one stands still', () => {
    const balance = new Balance(
      days.map((day) => windowAt('kiwoom', day)),
      rates,
      () => now,
    );
    taken(balance);
    for (const day of days.slice(3)) balance.done(windowAt('kis', day));
    expect(taken(balance)).toEqual(['2026-11-04 to kis']);
  });

  it('does not move the last window, which would only begin anew', () => {
    const balance = new Balance([windowAt('kiwoom', '2026-11-02')], rates, () => now);
    expect(taken(balance)).toEqual([]);
  });

  it('gives a broker that fails nothing more, until it has done something', () => {
    const windows = days.map((day, index) => windowAt(index === 0 ? 'kis' : 'kiwoom', day));
    const balance = new Balance(windows, rates, () => now);
    balance.dropped(windowAt('kis', '2026-11-02'));
    balance.broken('kis');
    expect(balance.offers()).toEqual([]);
    balance.done(windowAt('kis', '2026-11-02'));
    expect(taken(balance)).toEqual(['2026-11-09 to kis', '2026-11-06 to kis']);
  });

  it('takes everything from a broker that stands still', () => {
    let time = now;
    const balance = new Balance([windowAt('kiwoom', '2026-11-02')], rates, () => time);
    time += 7_000;
    expect(taken(balance)).toEqual([]);
    time += 1;
    expect(taken(balance)).toEqual(['2026-11-02 to kis']);
  });

  it('counts a moved window in calls of its new broker', () => {
    const window = { ...windowAt('kiwoom', '2026-11-02'), to: '2026-11-06', estimatedCalls: 3 };
    expect(movedTo('kis', window, now)).toEqual({ ...window, broker: 'kis', estimatedCalls: 20 });
    expect(movedTo('kiwoom', movedTo('kis', window, now), now)).toEqual(window);
  });
});
