import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tradingDays, type Venue } from '../../src/market/calendar.js';
import { instant } from '../../src/market/kst.js';
import { Market } from '../../src/market/market.js';
import { defaultSymbols } from '../../src/market/symbols.js';
import { dailyLimits, onGrid, tickSize } from '../../src/market/tick-size.js';
import type { Bar } from '../../src/market/bars.js';

const create = (seed = 7): Market =>
  new Market({ seed, symbols: defaultSymbols, haltedSymbolDays: [{ symbol: '035720', day: '20261104' }] });

const days = tradingDays('20250102', '20261120');
const codes = defaultSymbols.map((symbol) => symbol.code);
const liquid = defaultSymbols.filter((symbol) => symbol.idleShare === 0).map((symbol) => symbol.code);

const anyDay = fc.constantFrom(...days);
const anyCode = fc.constantFrom(...codes);
const anyVenue = fc.constantFrom<Venue>('KRX', 'NXT', 'UN');

const sum = (bars: readonly Bar[], of: (bar: Bar) => number): number => bars.reduce((total, bar) => total + of(bar), 0);

describe('trades', () => {
  it('follow from seed, symbol, venue and day alone, in whatever order they are asked for', () => {
    fc.assert(
      fc.property(anyCode, anyVenue, anyDay, anyDay, (code, venue, day, other) => {
        const fresh = create();
        const used = create();
        used.ticks(code, 'UN', other);
        expect(used.ticks(code, venue, day)).toEqual(fresh.ticks(code, venue, day));
      }),
      { numRuns: 25 },
    );
  });

  it('differ between seeds and between days', () => {
    const [one, two] = [create(1), create(2)];
    expect(one.bars('005930', 'KRX', '20261102')).not.toEqual(two.bars('005930', 'KRX', '20261102'));
    expect(one.bars('005930', 'KRX', '20261102')).not.toEqual(one.bars('005930', 'KRX', '20261103'));
  });

  it('come in order, on the price grid, within the daily limits, with volume that only grows', () => {
    const market = create();
    fc.assert(
      fc.property(anyCode, anyVenue, anyDay, (code, venue, day) => {
        const ticks = market.ticks(code, venue, day);
        const symbol = market.symbols.get(code);
        if (symbol === undefined) throw new Error('not in the table');
        const limits = dailyLimits(market.reference(symbol, day));
        for (let index = 0; index < ticks.count; index++) {
          const price = ticks.price[index] ?? 0;
          const before = index === 0 ? 0 : (ticks.volume[index - 1] ?? 0);
          const ordered = (ticks.second[index] ?? 0) >= (ticks.second[index - 1] ?? 0);
          const sound = onGrid(price) === price && price <= limits.upper && price >= limits.lower;
          const grown =
            (ticks.volume[index] ?? 0) === before + (ticks.size[index] ?? 0) && (ticks.size[index] ?? 0) > 0;
          if (!ordered || !sound || !grown) throw new Error(`trade ${String(index)} of ${code} ${venue} ${day}`);
        }
        expect(ticks.count === 0).toBe(market.halted(code, day));
      }),
      { numRuns: 40 },
    );
  });

  it('of both venues are the trades of each, nothing lost', () => {
    const market = create();
    const [krx, nxt, both] = (['KRX', 'NXT', 'UN'] as const).map((venue) => market.ticks('000660', venue, '20261102'));
    expect(both?.count).toBe((krx?.count ?? 0) + (nxt?.count ?? 0));
    expect(both?.volume.at(-1)).toBe((krx?.volume.at(-1) ?? 0) + (nxt?.volume.at(-1) ?? 0));
    expect(both?.value.at(-1)).toBe((krx?.value.at(-1) ?? 0) + (nxt?.value.at(-1) ?? 0));
  });
});

describe('bars', () => {
  it('add up to the day: minutes to the daily bar, trades to the minutes', () => {
    const market = create();
    fc.assert(
      fc.property(anyCode, anyVenue, anyDay, (code, venue, day) => {
        const bars = market.bars(code, venue, day);
        const total = market.day(code, venue, day);
        expect(total?.open).toBe(bars[0]?.open);
        expect(total?.close).toBe(bars.at(-1)?.close);
        expect(total?.high ?? 0).toBe(Math.max(0, ...bars.map((bar) => bar.high)));
        expect(total?.volume ?? 0).toBe(sum(bars, (bar) => bar.volume));
        expect(total?.value ?? 0).toBe(sum(bars, (bar) => bar.value));
        for (const bar of bars) {
          expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
          expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          expect(bar.value).toBeGreaterThanOrEqual(bar.low * bar.volume);
          expect(bar.value).toBeLessThanOrEqual(bar.high * bar.volume);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('number 381 on a normal KRX day of a liquid symbol, without 15:20 to 15:29', () => {
    const market = create();
    for (const code of liquid) {
      const labels = market.bars(code, 'KRX', '20261102').map((bar) => bar.minute);
      expect(labels).toHaveLength(381);
      expect(labels.at(0)).toBe(9 * 60);
      expect(labels.at(-2)).toBe(15 * 60 + 19);
      expect(labels.at(-1)).toBe(15 * 60 + 30);
    }
  });

  it('shift on special days', () => {
    const market = create();
    const first = market.bars('005930', 'KRX', '20260102');
    expect(first).toHaveLength(321);
    expect(first[0]?.minute).toBe(600);
    const exam = market.bars('005930', 'KRX', '20261119');
    expect(exam).toHaveLength(381);
    expect([exam[0]?.minute, exam.at(-2)?.minute, exam.at(-1)?.minute]).toEqual([600, 16 * 60 + 19, 16 * 60 + 30]);
  });

  it('of NXT begin at eight and leave out the pauses', () => {
    const labels = create()
      .bars('005930', 'NXT', '20261102')
      .map((bar) => bar.minute);
    expect(labels[0]).toBe(480);
    expect(labels.at(-1)).toBe(19 * 60 + 59);
    expect(labels.filter((minute) => minute >= 530 && minute < 540)).toEqual([]);
    expect(labels.filter((minute) => minute >= 920 && minute < 940)).toEqual([]);
  });

  it('are missing where nothing traded', () => {
    const market = create();
    expect(market.bars('003460', 'KRX', '20261102').length).toBeLessThan(200);
    expect(market.bars('003460', 'KRX', '20261102').at(-1)?.minute).toBe(930);
    expect(market.bars('035720', 'KRX', '20261104')).toEqual([]);
    expect(market.bars('035720', 'KRX', '20261103')).toHaveLength(381);
  });

  it('close where the auction printed, and the next day starts from there', () => {
    const market = create();
    fc.assert(
      fc.property(anyCode, anyDay, (code, day) => {
        const symbol = market.symbols.get(code);
        if (symbol === undefined || market.halted(code, day)) return;
        expect(market.day(code, 'KRX', day)?.close).toBe(market.close(symbol, day));
      }),
      { numRuns: 40 },
    );
    const kakao = market.symbols.get('035720');
    expect(kakao && market.close(kakao, '20261104')).toBe(kakao && market.close(kakao, '20261103'));
  });
});

describe('the clock', () => {
  it('shows a prefix of the day: forming bar, then the rest', () => {
    const market = create();
    const at = (second: number) => market.barsAt('005930', 'KRX', '20261102', instant('20261102', second));
    const whole = market.bars('005930', 'KRX', '20261102');
    expect(at(9 * 3600 - 1)).toEqual([]);
    expect(at(10 * 3600 - 1)).toEqual(whole.slice(0, 60));
    const forming = at(10 * 3600 + 30).at(-1);
    expect(forming?.minute).toBe(600);
    expect(forming?.open).toBe(whole[60]?.open);
    expect(forming?.volume ?? 0).toBeLessThanOrEqual(whole[60]?.volume ?? 0);
    expect(at(16 * 3600)).toEqual(whole);
    expect(market.barsAt('005930', 'KRX', '20261103', instant('20261102', 0))).toEqual([]);
  });

  it('quotes the previous close until the first trade', () => {
    const market = create();
    const early = market.quote('005930', 'KRX', instant('20261103', 8 * 3600));
    expect(early?.price).toBe(market.day('005930', 'KRX', '20261102')?.close);
    expect(early?.volume).toBe(0);
    const sunday = market.quote('005930', 'KRX', instant('20261108', 12 * 3600));
    expect(sunday?.day).toBe('20261106');
    expect(market.quote('999999', 'KRX', instant('20261103', 0))).toBeUndefined();
  });
});

describe('the price grid', () => {
  it.each([
    [1_999, 1],
    [2_000, 5],
    [5_000, 10],
    [20_000, 50],
    [50_000, 100],
    [200_000, 500],
    [500_000, 1_000],
  ])('at %i has steps of %i', (price, step) => {
    expect(tickSize(price)).toBe(step);
  });
});
