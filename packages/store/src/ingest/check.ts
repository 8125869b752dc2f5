import { dayMs, isStartOfDay, startOfDay } from '../calendar/index.js';
import { coverageStates, type CoverageRow } from '../coverage/index.js';
import { barIntervals, type Source, sources, venues } from '../database/index.js';
import { BatchInvalid, DayInvalid } from '../error/index.js';
import type { CandleRow } from '../query/index.js';
import type { CandleBatch, Provenance } from './batch.js';
import {
  checkAmount,
  checkPrice,
  checkShares,
  checkSymbol,
  checkWord,
  flawList,
  isWholeMs,
  shown,
  type Found,
} from './flaws.js';

const checkSeries = (row: CandleRow | CoverageRow, found: Found): void => {
  const symbolFlaw = checkSymbol(row.symbol);
  if (symbolFlaw !== undefined) found('symbol', symbolFlaw);
  const words = { venue: venues, interval: barIntervals, source: sources } as const;
  for (const [name, known] of Object.entries(words)) {
    const flaw = checkWord(row[name as keyof typeof words], known);
    if (flaw !== undefined) found(name, flaw);
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

const checkRow = (row: CandleRow, found: Found): void => {
  checkSeries(row, found);
  if (!isWholeMs(row.startMs)) found('startMs', `is no time in whole ms: ${shown(row.startMs)}`);
  else if (!isOnGrid(row)) found('startMs', `is off the ${row.interval} grid: ${new Date(row.startMs).toISOString()}`);
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    const flaw = checkPrice(row[name]);
    if (flaw !== undefined) found(name, flaw);
  }
  const flaw = row.value === null ? undefined : checkAmount(row.value, Number.MAX_SAFE_INTEGER);
  if (flaw !== undefined) found('value', flaw);
  const volumeFlaw = checkShares(row.volume);
  if (volumeFlaw !== undefined) found('volume', volumeFlaw);
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
  const { flaws, found, under } = flawList();
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
