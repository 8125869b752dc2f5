import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openStore, type CandleRow, type Disagreement } from '../../src/index.js';
import { bar, batchOf, openMs } from '../support/batch.js';
import { brokerBar, naiveVerdict } from '../support/naive-verdict.js';
import { collect, storeFile } from '../support/store-file.js';

const nowMs = Date.UTC(2026, 10, 2, 8);
const sources = ['REST_API_KIS', 'REST_API_KIWOOM'] as const;

interface Change extends Pick<CandleRow, 'venue' | 'close' | 'volume' | 'value'> {
  readonly minute: number;
}

const even = { close: 2_000, volume: 100, value: null };
/** Near the edges of the verdicts, and often the same, so that bars come to agree again. */
const figures = fc.oneof(
  fc.constant(even),
  fc.record({
    close: fc.constantFrom(1_998, 1_999, 2_000, 2_000, 2_000, 2_005),
    volume: fc.constantFrom(0, 94, 95, 99, 99, 100, 100),
    value: fc.constantFrom(null, null, 198_000_000, 198_999_999, 199_000_000, 210_000_000),
  }),
);
const place = fc.record({ minute: fc.constantFrom(0, 1), venue: fc.constantFrom('KRX', 'NXT') });
const change = fc.tuple(place, figures).map(([where, what]): Change => ({ ...where, ...what }));

const write = fc.record({
  source: fc.constantFrom(...sources),
  fetchedAtMs: fc.integer({ min: openMs, max: openMs + 5 }),
  changes: fc.uniqueArray(change, { maxLength: 4, selector: ({ minute, venue }) => `${venue} ${minute}` }),
});

type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** One of each verdict, whatever the random ones hold. */
const oneOfEach: [Write[], boolean] = [
  sources.map((source, side) => ({
    ...{ source, fetchedAtMs: openMs },
    changes: [
      { minute: 0, venue: 'KRX', ...even, volume: 100 - side },
      { minute: 1, venue: 'KRX', ...even, close: 2_000 - side },
      { minute: 0, venue: 'NXT', ...even, volume: 100 * side },
    ],
  })),
  false,
];

interface Stored {
  readonly row: CandleRow;
  readonly batchId: string;
  readonly fetchedAtMs: number;
}

const rowOf = (symbol: string, source: CandleRow['source'], { minute, ...figures }: Change): CandleRow =>
  bar(minute, { symbol, source, open: 2_000, high: 3_000, low: 1_000, ...figures });

const keyOf = ({ venue, startMs, source }: CandleRow): string => `${startMs} ${venue} ${source}`;

/** Of batches in one group only the row fetched last counts, of those the last one. */
const lastFetched = (written: readonly Stored[]): Stored[] => {
  const inOrder = [...written].sort((a, b) => a.fetchedAtMs - b.fetchedAtMs);
  return [...new Map(inOrder.map((one) => [keyOf(one.row), one])).values()];
};

/** One bar at a time: the later fetch stays, then all pairs are compared. */
const naive = (writes: readonly Stored[]): Omit<Disagreement, 'noticedAtMs'>[] => {
  const stored = new Map<string, Stored>();
  for (const news of writes) {
    const known = stored.get(keyOf(news.row));
    const isSame = known !== undefined && JSON.stringify(known.row) === JSON.stringify(news.row);
    if (known === undefined || (!isSame && news.fetchedAtMs >= known.fetchedAtMs)) {
      stored.set(keyOf(news.row), news);
    }
  }
  return [...stored.entries()].sort().flatMap(([, kis]) => {
    const kiwoom = stored.get(keyOf({ ...kis.row, source: 'REST_API_KIWOOM' }));
    if (kis.row.source !== 'REST_API_KIS' || kiwoom === undefined) return [];
    const verdict = naiveVerdict(kis.row, kiwoom.row);
    const { symbol, venue, interval, startMs } = kis.row;
    const sides = { kis: brokerBar(kis.row, kis.batchId), kiwoom: brokerBar(kiwoom.row, kiwoom.batchId) };
    return verdict === null ? [] : [{ symbol, venue, interval, startMs, verdict, ...sides }];
  });
};

it('holds, whatever is written in whatever order, what a comparison of all stored bars finds', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path, clock: () => nowMs });
  const seen = new Set<string>();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 8 }), fc.boolean(), async (writes, together) => {
      const symbol = `S${runs++}`; // each run has bars of its own
      const written = writes.map(({ source, fetchedAtMs, changes }, index) =>
        changes.map((one) => ({ row: rowOf(symbol, source, one), batchId: `${symbol}-${index}`, fetchedAtMs })),
      );
      const batches = written.map((rows, index) =>
        batchOf(
          `${symbol}-${index}`,
          rows.map(({ row }) => row),
          writes[index],
        ),
      );
      if (together) await Promise.all(batches.map((batch) => store.write(batch)));
      else for (const batch of batches) await store.write(batch);
      const expected = naive(together ? lastFetched(written.flat()) : written.flat());
      const found = await collect(store.disagreements({ symbols: [symbol] }));
      expect(found).toEqual(expected.map((one) => ({ ...one, noticedAtMs: nowMs })));
      for (const { verdict } of found) seen.add(verdict);
    }),
    { examples: [oneOfEach] },
  );
  expect([...seen].sort()).toEqual(['HIGH', 'LOW', 'MEDIUM']);
});
