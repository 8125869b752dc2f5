import { dayMs, isStartOfDay, startOfDay } from '../calendar/index.js';
import { coverageStates, type CoverageRow } from '../coverage/index.js';
import { barIntervals, type Source, sources, venues } from '../database/index.js';
import { BatchInvalid, DayInvalid, type Flaw } from '../error/index.js';
import type { CandleRow } from '../query/index.js';
import type { CandleBatch, Provenance } from './batch.js';

// Batches come out of queues, so the types prove nothing: each value is looked at.
type Found = (path: string, what: string) => void;

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

const latestMs = Date.UTC(2200, 0); // a time in microseconds is far beyond it

const isWholeMs = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 0 && ms < latestMs;

const checkSeries = (row: CandleRow | CoverageRow, found: Found): void => {
  if (!/^[0-9A-Za-z]{1,16}$/.test(row.symbol)) found('symbol', `is no symbol: ${shown(row.symbol)}`);
  const words = { venue: venues, interval: barIntervals, source: sources } as const;
  for (const [name, known] of Object.entries(words)) {
    const value = row[name as keyof typeof words];
    if (!(known as readonly string[]).includes(value))
      found(name, `is ${shown(value)}, not one of ${known.join(', ')}`);
  }
};

const restSource: Readonly<Record<Provenance['broker'], Source>> = { kis: 'REST_API_KIS', kiwoom: 'REST_API_KIWOOM' };
const brokers = Object.keys(restSource);

/** Bars made of ticks may come from the feed of either broker; what a REST interface said comes from its own. */
const checkOrigin = ({ source }: CandleRow | CoverageRow, { broker }: Provenance, found: Found): void => {
  const owner = brokers.find((each) => restSource[each as Provenance['broker']] === source);
  if (owner !== undefined && owner !== broker)
    found('source', `is ${shown(source)} in a batch of broker ${shown(broker)}`);
};

/** A minute bar starts with a minute, a daily bar with the Korean day. */
const isOnGrid = ({ interval, startMs }: CandleRow): boolean =>
  interval === '1d' ? isStartOfDay(startMs) : startMs % 60_000 === 0;

const largestPrice = Number.MAX_SAFE_INTEGER / 10_000; // beyond it a double cannot hold four decimals

const checkAmount = (amount: number, largest: number): string | undefined => {
  if (!Number.isFinite(amount)) return `is ${shown(amount)}, not a number`;
  if (amount < 0) return `is negative: ${amount}`;
  return amount > largest ? `is beyond what is stored exactly: ${amount}` : undefined;
};

const checkDecimals = (price: number): string | undefined =>
  Math.round(price * 10_000) / 10_000 === price ? undefined : `has more than 4 decimals: ${price}`;

const checkRow = (row: CandleRow, found: Found): void => {
  checkSeries(row, found);
  if (!isWholeMs(row.startMs)) found('startMs', `is no time in whole ms: ${shown(row.startMs)}`);
  else if (!isOnGrid(row)) found('startMs', `is off the ${row.interval} grid: ${new Date(row.startMs).toISOString()}`);
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    const flaw = checkAmount(row[name], largestPrice) ?? checkDecimals(row[name]);
    if (flaw !== undefined) found(name, flaw);
  }
  const flaw = row.value === null ? undefined : checkAmount(row.value, Number.MAX_SAFE_INTEGER);
  if (flaw !== undefined) found('value', flaw);
  if (!Number.isSafeInteger(row.volume)) found('volume', `is ${shown(row.volume)}, not whole shares`);
  else if (row.volume < 0) found('volume', `is negative: ${row.volume}`);
  if (row.high < row.low) found('high', `is below low: ${row.high} < ${row.low}`);
};

const checkStretch = (row: CoverageRow, found: Found): void => {
  checkSeries(row, found);
  if (!coverageStates.includes(row.state)) found('state', `is ${shown(row.state)}`);
  if (!isWholeMs(row.fromMs) || !isWholeMs(row.toMs)) found('fromMs', 'or toMs is no time in whole ms');
  else if (row.fromMs >= row.toMs) found('toMs', `is not after fromMs: ${row.toMs} <= ${row.fromMs}`);
  try {
    const midnight = startOfDay(row.day);
    if (row.fromMs < midnight || row.toMs > midnight + dayMs) found('day', `${row.day} does not hold the stretch`);
  } catch (error) {
    if (!(error instanceof DayInvalid)) throw error;
    found('day', error.message);
  }
};

const checkProvenance = (provenance: Provenance, found: Found): void => {
  if (!isWholeMs(provenance.fetchedAtMs)) found('fetchedAtMs', `is no time: ${shown(provenance.fetchedAtMs)}`);
  if (!Number.isSafeInteger(provenance.normaliserVersion)) found('normaliserVersion', 'is no whole number');
  if (!brokers.includes(provenance.broker)) {
    found('broker', `is ${shown(provenance.broker)}, not one of ${brokers.join(', ')}`);
  }
  for (const name of ['tr', 'keyId'] as const) {
    if (typeof provenance[name] !== 'string' || provenance[name] === '') found(name, 'is empty');
  }
};

const keyOf = (row: CandleRow): string => [row.symbol, row.venue, row.interval, row.startMs, row.source].join(' ');
const valuesOf = (row: CandleRow): string => [row.open, row.high, row.low, row.close, row.volume, row.value].join(' ');

/** Two rows with one key and different values: neither can be trusted. Equal doubles (pages that overlap) are fine. */
const checkDoubles = (rows: readonly CandleRow[], found: Found): void => {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row);
    const before = seen.get(key) ?? index;
    const first = rows[before] ?? row;
    if (valuesOf(first) !== valuesOf(row)) found(`rows[${index}]`, `contradicts rows[${before}] (${key})`);
    seen.set(key, before);
  }
};

/** Rejects with HUB_BATCH_INVALID, which lists every flaw and where it is. */
export const checkBatch = (batch: CandleBatch): void => {
  const flaws: Flaw[] = [];
  const found: Found = (where, what) => flaws.push({ where, what });
  const under =
    (path: string): Found =>
    (where, what) =>
      found(`${path}.${where}`, what);
  if (typeof batch.batchId !== 'string' || batch.batchId === '') found('batchId', 'is empty');
  checkProvenance(batch.provenance, under('provenance'));
  for (const [index, row] of batch.rows.entries()) {
    checkRow(row, under(`rows[${index}]`));
    checkOrigin(row, batch.provenance, under(`rows[${index}]`));
  }
  for (const [index, row] of batch.coverage.entries()) {
    checkStretch(row, under(`coverage[${index}]`));
    checkOrigin(row, batch.provenance, under(`coverage[${index}]`));
  }
  checkDoubles(batch.rows, found);
  if (flaws.length > 0) throw new BatchInvalid(batch.batchId, flaws);
};
