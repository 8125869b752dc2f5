import { describe, expect, it } from 'vitest';

import { Peak, Peaks } from '../../src/limit/window.js';
import { Market } from '../../src/market/market.js';
import { defaultSymbols } from '../../src/market/symbols.js';
import { TapeReader } from '../../src/market/tape-reader.js';
import { tradesBefore } from '../../src/market/trades.js';
import { Bans } from '../../src/server/live/bans.js';
import { settle } from '../../src/server/options.js';
import { kst } from '../support/kis.js';

const market = new Market({ seed: 7, symbols: defaultSymbols, haltedSymbolDays: [] });
const [symbol] = defaultSymbols;

describe('a tape that is read as the clock passes', () => {
  it('says of every trade what the slow way says', () => {
    if (symbol === undefined) throw new Error('no symbols');
    const reader = new TapeReader(market, symbol, 'KRX', kst('2026-11-06', '08:00:00'));
    const read = ['09:00:10', '10:31:00', '15:30:59'].flatMap(
      (time) => reader.read(kst('2026-11-06', time))?.trades ?? [],
    );
    const ticks = market.ticks(symbol.code, 'KRX', '20261106');
    const slow = tradesBefore(ticks, ticks.count, ticks.count).toReversed();
    expect(read.map(({ day, open, high, low, bought, sold, buys, sells, ...trade }) => trade)).toEqual(slow);
    const last = read.at(-1);
    const bar = market.day(symbol.code, 'KRX', '20261106');
    expect([last?.open.price, last?.high.price, last?.low.price, (last?.bought ?? 0) + (last?.sold ?? 0)]).toEqual([
      ...[bar?.open, bar?.high, bar?.low, bar?.volume],
    ]);
    expect((last?.buys ?? 0) + (last?.sells ?? 0)).toBe(ticks.count);
  });

  it('has nothing when the clock stands or goes back', () => {
    if (symbol === undefined) throw new Error('no symbols');
    const reader = new TapeReader(market, symbol, 'KRX', kst('2026-11-06', '10:00:00'));
    expect(reader.read(kst('2026-11-06', '10:00:00'))).toBeUndefined();
    const passage = reader.read(kst('2026-11-06', '10:05:00'));
    expect(passage?.trades.length).toBeGreaterThan(0);
    expect(passage?.book).toEqual(market.book(symbol.code, 'KRX', kst('2026-11-06', '10:05:00')));
    expect(reader.read(kst('2026-11-06', '10:01:00'))).toBeUndefined();
    expect(reader.read(kst('2026-11-06', '10:05:00'))).toBeUndefined();
  });
});

describe('peaks', () => {
  it('know how many came within the time, per name', () => {
    const peak = new Peak(100);
    expect([0, 50, 99, 100, 250].map((at) => peak.add(at))).toEqual([1, 2, 3, 3, 1]);
    const peaks = new Peaks(100);
    expect([peaks.add('a', 0), peaks.add('b', 1), peaks.add('a', 2), peaks.most]).toEqual([1, 1, 2, 2]);
  });
});

describe('bans', () => {
  it('begin once, last for their time and are not made longer', () => {
    const bans = new Bans({ ...settle().live, banControls: 2, banMs: 1_000 });
    expect([0, 1, 2, 3].map((at) => bans.control('me', at))).toEqual([false, false, true, false]);
    expect([3, 1_001, 1_002].map((at) => bans.banned('me', at))).toEqual([true, true, false]);
    expect(bans.banned('you', 3)).toBe(false);
  });
});
