import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore, type CoverageState, type Source } from '../../src/index.js';
import { batchOf, day, stretch } from '../support/batch.js';
import { storeFile } from '../support/store-file.js';

const kind = { venue: 'KRX', interval: '1m' } as const;
const minutes = 391; // 09:00 to 15:30, and the print of the closing auction

describe('missing days over several sources', () => {
  const kis = 'REST_API_KIS' as const;
  const kiwoom = 'REST_API_KIWOOM' as const;

  it('are those that the sources do not cover together', async () => {
    await using file = await storeFile();
    await using store = await openStore({ path: file.path });
    const missing = async (...sources: Source[]): Promise<string[]> =>
      store.missingDays({ ...kind, symbol: '005930', sources, days: [day] });
    const empty = { source: kiwoom, state: 'verified_empty' } as const;
    await store.write(batchOf('a', [], { coverage: [stretch(0, 200)] }));
    await store.write(batchOf('b', [], { coverage: [stretch(201, 300, empty), stretch(300, minutes, empty)] }));
    expect(await missing(kis, kiwoom)).toEqual([day]); // a minute between them is nobody's
    await store.write(batchOf('c', [], { coverage: [stretch(150, 201, { source: kiwoom, state: 'missing' })] }));
    expect(await missing(kis, kiwoom)).toEqual([day]);
    await store.write(batchOf('d', [], { coverage: [stretch(150, 201, { source: kiwoom })] }));
    expect(await missing(kis, kiwoom)).toEqual([]);
    expect(await missing(kiwoom, kis)).toEqual([]);
    expect(await missing(kis)).toEqual([day]);
    expect(await missing(kiwoom)).toEqual([day]);
    expect(await missing()).toEqual([day]);
    expect(await store.coverage({ source: kis })).toEqual([stretch(0, 200)]); // each keeps its own
  });

  it('are told of each symbol once, in the given order, also of those that nobody asked for yet', async () => {
    await using file = await storeFile();
    await using store = await openStore({ path: file.path });
    await store.write(batchOf('a', [], { coverage: [stretch(0, minutes), stretch(0, 9, { symbol: '000660' })] }));
    await store.write(batchOf('b', [], { coverage: [stretch(0, minutes, { symbol: '000660', venue: 'NXT' })] }));
    const symbols = ['035720', '005930', '000660', '005930'];
    const days = ['2026-11-03', day, '2026-11-01']; // the last one is a Sunday
    expect([...(await store.missingDaysBySymbol({ ...kind, symbols, sources: [kis], days }))]).toEqual([
      ['035720', ['2026-11-03', day]],
      ['005930', ['2026-11-03']],
      ['000660', ['2026-11-03', day]],
    ]);
    const nothing = { ...kind, sources: [kis] } as const;
    expect([...(await store.missingDaysBySymbol({ ...nothing, symbols: [], days }))]).toEqual([]);
    expect([...(await store.missingDaysBySymbol({ ...nothing, symbols, days: [] }))]).toEqual([
      ['035720', []],
      ['005930', []],
      ['000660', []],
    ]);
    const bad = store.missingDaysBySymbol({ ...nothing, symbols, days: [day, '2026-11-31'] });
    await expect(bad).rejects.toMatchObject({ code: 'HUB_DAY_INVALID' });
  });

  const told = fc.record({
    symbol: fc.constantFrom('A', 'B'),
    source: fc.constantFrom<Source>(kis, kiwoom),
    from: fc.constantFrom(0, 0, 0, 100, 200),
    to: fc.constantFrom(100, 200, 300, minutes, minutes, minutes),
    state: fc.constantFrom<CoverageState>('present', 'verified_empty', 'missing'),
  });
  const covering: readonly CoverageState[] = ['present', 'verified_empty'];

  it('are those with a minute that none of the sources has answered for', async () => {
    await using file = await storeFile();
    await using store = await openStore({ path: file.path });
    const seen = new Set<number>();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          told.filter(({ from, to }) => from < to),
          { maxLength: 8 },
        ),
        fc.subarray([kis, kiwoom] as const),
        async (all, sources) => {
          const run = runs++; // each run has symbols of its own
          const symbols = [`A${run}`, `B${run}`];
          for (const source of [kis, kiwoom] as const) {
            const coverage = all
              .filter((one) => one.source === source)
              .map(({ symbol, from, to, state }) => stretch(from, to, { symbol: `${symbol}${run}`, source, state }));
            await store.write(batchOf(`${source}-${run}`, [], { coverage }));
          }
          const isAnswered = (symbol: string, minute: number): boolean =>
            all.some(
              (one) =>
                `${one.symbol}${run}` === symbol &&
                (sources as readonly string[]).includes(one.source) &&
                covering.includes(one.state) && // an answer is never unlearnt
                one.from <= minute &&
                minute < one.to,
            );
          const every = Array.from({ length: minutes }, (_, minute) => minute);
          const missing = symbols.map((symbol) => !every.every((minute) => isAnswered(symbol, minute)));
          const found = await store.missingDaysBySymbol({ ...kind, symbols, sources, days: [day] });
          expect([...found.values()]).toEqual(missing.map((is) => (is ? [day] : [])));
          seen.add(missing.filter(Boolean).length);
        },
      ),
      { numRuns: 60 },
    );
    expect(seen.has(1)).toBe(true); // one symbol covered, the other not
  });
});
