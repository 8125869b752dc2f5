import { describe, expect, it } from 'vitest';
import { BatchInvalid, type CandleBatch, type Flaw } from '../../../src/index.js';
import { checkBatch } from '../../../src/ingest/check.js';
import { bar, batchOf, openMs, stretch } from '../../support/batch.js';

const flawsOf = (batch: CandleBatch): readonly Flaw[] => {
  try {
    checkBatch(batch);
    return [];
  } catch (error) {
    if (error instanceof BatchInvalid) return error.flaws;
    throw error;
  }
};

/** As a queue would deliver it: past the types. */
const fromJson = (value: unknown): never => value as never;

describe('checkBatch', () => {
  it('accepts bars, equal doubles of overlapping pages, and a window without any rows', () => {
    const midnight = Date.UTC(2026, 10, 1, 15);
    const daily = bar(0, { interval: '1d', startMs: midnight, value: null });
    expect(flawsOf(batchOf('a', [bar(0), bar(1), bar(0), daily], { coverage: [stretch(0, 2)] }))).toEqual([]);
    expect(flawsOf(batchOf('b', [], { coverage: [stretch(0, 390, { state: 'verified_empty' })] }))).toEqual([]);
  });

  it('accepts minutes of Kiwoom, which tell no traded value, and bars of ticks from either broker', () => {
    const kiwoom = { source: 'REST_API_KIWOOM', value: null } as const;
    const ticks = bar(0, { source: 'TICK_AGGREGATION_VERIFIED' });
    expect(flawsOf(batchOf('a', [bar(0, kiwoom), ticks]))).toEqual([]);
    expect(flawsOf(batchOf('b', [bar(0), ticks]))).toEqual([]);
  });

  it('finds what one broker cannot have said of itself, in rows and in coverage', () => {
    const source = 'REST_API_KIWOOM';
    const mixed = batchOf('a', [bar(0), bar(1, { source })], { coverage: [stretch(0, 1), stretch(1, 2, { source })] });
    const ofKis = { ...mixed, provenance: { ...mixed.provenance, broker: 'kis' } } as const;
    const what = 'is "REST_API_KIWOOM" in a batch of broker "kis"';
    expect(flawsOf(ofKis)).toEqual([
      { where: 'rows[1].source', what },
      { where: 'coverage[1].source', what },
    ]);
    expect(flawsOf(mixed).map(({ where }) => where)).toEqual(['rows[0].source', 'coverage[0].source']);
  });

  it('finds a broker that is none', () => {
    const batch = batchOf('a', []);
    const other = { ...batch, provenance: { ...batch.provenance, broker: fromJson('toss') } };
    expect(flawsOf(other)).toEqual([{ where: 'provenance.broker', what: 'is "toss", not one of kis, kiwoom' }]);
  });

  it.each([
    ['open', { open: Number.NaN }, 'is NaN, not a number'],
    ['close', { close: Number.POSITIVE_INFINITY }, 'is Infinity, not a number'],
    ['low', { low: fromJson(null) }, 'is null, not a number'],
    ['low', { low: -1 }, 'is negative: -1'],
    ['open', { open: 1.00001 }, 'has more than 4 decimals: 1.00001'],
    ['open', { open: 1e12 }, 'is beyond what is stored exactly: 1000000000000'],
    ['value', { value: -5 }, 'is negative: -5'],
    ['volume', { volume: -5 }, 'is negative: -5'],
    ['volume', { volume: 0.5 }, 'is 0.5, not whole shares'],
    ['high', { high: 10, low: 11 }, 'is below low: 10 < 11'],
    ['venue', { venue: fromJson('NYSE') }, 'is "NYSE", not one of KRX, NXT, UN'],
    ['source', { source: fromJson('RUMOUR') }, 'is "RUMOUR", not one of REST_API_KIS'],
    ['symbol', { symbol: '' }, 'is no symbol: ""'],
    ['startMs', { startMs: openMs + 1 }, 'is off the 1m grid: 2026-11-02T00:00:00.001Z'],
    ['startMs', { startMs: openMs, interval: '1d' }, 'is off the 1d grid: 2026-11-02T00:00:00.000Z'],
    ['startMs', { startMs: Number.NaN }, 'is no time in whole ms: NaN'],
  ] as const)('finds the row with a wrong %s %j', (name, change, what) => {
    expect(flawsOf(batchOf('a', [bar(0), bar(1, change)]))).toEqual([
      { where: `rows[1].${name}`, what: expect.stringContaining(what) },
    ]);
  });

  it.each([
    ['toMs', { toMs: openMs }, 'is not after fromMs'],
    ['state', { state: fromJson('perhaps') }, 'is "perhaps"'],
    ['day', { day: '2026-02-31' }, 'is not on the calendar'],
    ['day', { day: '2026-11-03' }, 'does not hold the stretch'],
  ])('finds the stretch with a wrong %s', (name, change, what) => {
    const coverage = [stretch(0, 5, change)];
    expect(flawsOf(batchOf('a', [], { coverage }))).toEqual([
      { where: `coverage[0].${name}`, what: expect.stringContaining(what) },
    ]);
  });

  it('refuses two values for one bar, and names both rows', () => {
    expect(flawsOf(batchOf('a', [bar(0), bar(1), bar(0, { close: 58_000 })]))).toEqual([
      { where: 'rows[2]', what: `contradicts rows[0] (005930 KRX 1m ${openMs} REST_API_KIS)` },
    ]);
  });

  it('lists all flaws in the error, and a few of them in its text', () => {
    const batch = batchOf(
      '',
      [0, 1, 2, 3, 4, 5].map((minute) => bar(minute, { volume: -1 })),
      { fetchedAtMs: -1 },
    );
    expect(flawsOf(batch)).toHaveLength(8);
    expect(() => checkBatch(batch)).toThrow(/batchId is empty; provenance.fetchedAtMs .*rows\[2\].*; and 3 more$/);
    expect(() => checkBatch(batch)).toThrow(expect.objectContaining({ code: 'HUB_BATCH_INVALID', batchId: '' }));
  });
});
