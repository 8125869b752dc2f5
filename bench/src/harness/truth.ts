import type { Truth } from '@hub/broker-sim';
import type { Store } from '@hub/store';

export interface Comparison {
  readonly rowsExpected: number;
  readonly rowsStored: number;
  /** Bars that are missing, superfluous or different, counted once each. */
  readonly mismatches: number;
  /** The first few, in words. */
  readonly examples: readonly string[];
}

type Bar = Truth['rows'][number];

const fields = ['open', 'high', 'low', 'close', 'volume', 'value'] as const;
/** Kiwoom's minutes do not tell the traded amount, and its days tell whole millions. */
const fieldsOf = ({ source, interval }: { readonly source: string; readonly interval: string }) =>
  source === 'REST_API_KIWOOM' && interval === '1m' ? fields.filter((field) => field !== 'value') : fields;
const told = (
  { source, interval }: { readonly source: string; readonly interval: string },
  field: (typeof fields)[number],
  value: number,
): number =>
  source === 'REST_API_KIWOOM' && interval === '1d' && field === 'value'
    ? Math.floor(value / million) * million
    : value;
const million = 1_000_000;
const keyOf = (bar: Pick<Bar, 'symbol' | 'venue' | 'interval' | 'startMs'>): string =>
  [bar.symbol, bar.venue, bar.interval, new Date(bar.startMs).toISOString()].join(' ');

/** Every stored bar against every true one, field by field. */
export const compareWithTruth = async (store: Store, truth: Truth): Promise<Comparison> => {
  const expected = new Map(truth.rows.map((bar) => [keyOf(bar), bar]));
  const seen = new Set<string>();
  const examples: string[] = [];
  let mismatches = 0;
  let rowsStored = 0;
  const wrong = (what: string): void => {
    mismatches += 1;
    if (examples.length < 5) examples.push(what);
  };
  for (const interval of new Set(truth.rows.map((bar) => bar.interval))) {
    for await (const stored of store.candles({ interval })) {
      rowsStored += 1;
      const key = keyOf(stored);
      const bar = expected.get(key);
      if (bar === undefined) wrong(`${key}: stored, but not true`);
      else if (seen.has(key)) wrong(`${key}: stored twice`);
      else {
        const differing = fieldsOf(stored).filter((field) => stored[field] !== told(stored, field, bar[field]));
        if (differing.length > 0) {
          wrong(
            differing.map((field) => `${key}: ${field} ${String(stored[field])} ≠ ${String(bar[field])}`).join(', '),
          );
        }
      }
      seen.add(key);
    }
  }
  for (const key of expected.keys()) if (!seen.has(key)) wrong(`${key}: missing`);
  return { rowsExpected: expected.size, rowsStored, mismatches, examples };
};
