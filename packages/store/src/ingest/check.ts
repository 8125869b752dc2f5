import { dayMs, isStartOfDay, startOfDay } from '../calendar/index.js';
import { coverageStates, type CoverageRow } from '../coverage/index.js';
import { barIntervals, type Source, sources, venues } from '../database/index.js';
import { BatchInvalid, DayInvalid } from '../error/index.js';
import type { CandleRow } from '../query/index.js';
import { BarMap, isSameSeries } from './bar-map.js';
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
const figures = ['open', 'high', 'low', 'close', 'volume', 'value'] as const;

/** Two rows with one key and different values: neither can be trusted. Equal doubles (pages that overlap) are fine. */
const checkDoubles = (rows: readonly CandleRow[], found: Found): void => {
  const seen = new BarMap<number>();
  for (const [index, row] of rows.entries()) {
    const before = seen.get(row);
    const first = before === undefined ? undefined : rows[before];
    if (first !== undefined && figures.some((figure) => first[figure] !== row[figure])) {
      found(`rows[${index}]`, `contradicts rows[${before}] (${keyOf(row)})`);
    }
    seen.set(row, index);
  }
};

/** Rejects with HUB_BATCH_INVALID, which lists every flaw and where it is. */
export const checkBatch = (batch: CandleBatch): void => {
  const { flaws, found, under } = flawList();
  if (typeof batch.batchId !== 'string' || batch.batchId === '') found('batchId', 'is empty');
  checkProvenance(batch.provenance, under('provenance'));
  let sound: CandleRow | undefined; // the series of the row before, if nothing was wrong with it
  for (const [index, row] of batch.rows.entries()) {
    const foundHere: Found = (name, what) => found(`rows[${index}].${name}`, what);
    if (sound === undefined || !isSameSeries(sound, row)) {
      const before = flaws.length;
      checkSeries(row, foundHere);
      checkOrigin(row, batch.provenance, foundHere);
      sound = flaws.length === before ? row : undefined;
    }
    checkRow(row, foundHere);
  }
  for (const [index, row] of batch.coverage.entries()) {
    checkStretch(row, under(`coverage[${index}]`));
    checkOrigin(row, batch.provenance, under(`coverage[${index}]`));
  }
  checkDoubles(batch.rows, found);
  if (flaws.length > 0) throw new BatchInvalid(batch.batchId, flaws);
};
