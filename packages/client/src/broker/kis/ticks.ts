import { AnswerUnreadable, RangeInvalid, SymbolUnknown } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import { sourceOf } from '../candle.js';
import type { StockQuery } from '../candle-query.js';
import { kstDay, kstInstant, kstMidnight, kstTime } from '../kst.js';
import { provenanceOf, type MarketSource } from '../market-source.js';
import { partIn, RowReader, rowsIn } from '../row.js';
import type { Tick, TickBatch, TickQuery } from '../tick.js';
import type { KisEndpointName } from './catalogue.js';
import { division } from './division.js';

const endpoint = 'inquire-time-itemconclusion';
/** Rows of a full page (observed). */
const rowsPerCall = 30;
const secondMs = 1_000;

/**
 * The trades of today, or of a part of it, page by page backwards in time. `inquire-ccnl` is not asked: its rows have neither a day nor the
 * cumulative volume that tells trades of one second apart. On a closed day there is one empty batch.
 */
export async function* kisTickBatches(
  query: TickQuery,
  source: MarketSource<KisEndpointName>,
): AsyncGenerator<TickBatch> {
  const day = kstDay(source.now());
  const midnight = kstMidnight(day) ?? 0;
  const { fromMs = midnight, toMs = source.now() } = query;
  if (fromMs < midnight) {
    throw new RangeInvalid(
      `from ${kstDay(fromMs)}: KIS tells the trades of today alone, and today is ${day}`,
      'Ask Kiwoom, which tells those of the session before too, or fetch the bars of one minute.',
    );
  }
  let cursor = Math.min(toMs, source.now());
  let before: readonly Tick[] = [];
  for (let first = true; cursor >= midnight; first = false) {
    const answer = await source.call(endpoint, {
      FID_COND_MRKT_DIV_CODE: division[query.venue],
      FID_INPUT_ISCD: query.symbol,
      FID_INPUT_HOUR_1: kstTime(cursor),
    });
    const { ticks, isLast } = conclusionPage(answer, query, day);
    if (first && ticks.length === 0) checkPrice(answer, query.symbol);
    checkOrder(answer, ticks, cursor);
    // The next page begins within the second that this one ended in, so it repeats the trades of that second.
    const fresh = ticks.filter((tick) => !before.some((known) => isSame(known, tick)));
    if (first || fresh.length > 0) yield { day, ticks: fresh, ...provenanceOf('kis', [answer], source.now()) };
    const oldest = ticks.at(-1)?.atMs;
    if (isLast || oldest === undefined || oldest < Math.floor(fromMs / secondMs) * secondMs) return;
    // A second with more trades than a page has cannot be read whole: the ones behind it follow, and dayVolume tells of the gap.
    cursor = fresh.length > 0 ? oldest : Math.min(oldest, cursor) - secondMs;
    before = ticks;
  }
}

const isSame = (left: Tick, right: Tick): boolean => left.atMs === right.atMs && left.dayVolume === right.dayVolume;

/** A broker that answers with later trades than it was asked for would be asked for ever. */
const checkOrder = ({ status }: Answer, ticks: readonly Tick[], cursor: number): void => {
  const late = ticks.some(({ atMs }, index) => atMs > (ticks[index - 1]?.atMs ?? cursor));
  if (late)
    throw new AnswerUnreadable(endpoint, status, 'output2: trades that are later than asked for, or out of order');
};

/** KIS answers unknown symbols with success and zeros. */
const checkPrice = (answer: Answer, symbol: string): void => {
  const summary = new RowReader(
    { endpoint, status: answer.status, part: 'output1' },
    partIn(endpoint, answer, 'output1'),
    'refused',
  );
  if (summary.priceOrNone('stck_prpr') === null) throw new SymbolUnknown(symbol);
};

interface Page {
  /** Newest first as sent. */
  readonly ticks: readonly Tick[];
  readonly isLast: boolean;
}

const conclusionPage = (answer: Answer, { symbol, venue }: StockQuery, day: string): Page => {
  const readers = rowsIn(endpoint, answer, 'output2').map(
    (row) => new RowReader({ endpoint, status: answer.status, part: 'output2' }, row, 'refused'),
  );
  const isLast = readers.length < rowsPerCall;
  const ticks = readers.flatMap((reader, index): Tick[] => {
    const size = sizeOf(reader, { older: readers[index + 1], isLast });
    // Read with the next page, which has the trade before it.
    if (size === undefined) return [];
    return [
      {
        symbol,
        venue,
        atMs: kstInstant(day, reader.text('stck_cntg_hour')) ?? reader.fail('stck_cntg_hour', 'not a time'),
        // The official table calls it stck_pbpr, the wire stck_prpr (observed).
        price: reader.amount(reader.has('stck_prpr') ? 'stck_prpr' : 'stck_pbpr'),
        size,
        dayVolume: reader.shares('acml_vol'),
        dayValue: null,
        side: null,
        ask: reader.priceOrNone('askp'),
        bid: reader.priceOrNone('bidp'),
        source: sourceOf.kis,
      },
    ];
  });
  return { ticks, isLast };
};

/** `cnqn` is missing now and then (observed): then the size is what the cumulative volume grew by. */
const sizeOf = (
  reader: RowReader,
  { older, isLast }: { readonly older: RowReader | undefined; readonly isLast: boolean },
): number | undefined => {
  if (reader.has('cnqn')) return reader.shares('cnqn');
  if (older === undefined && !isLast) return undefined;
  const size = reader.shares('acml_vol') - (older?.shares('acml_vol') ?? 0);
  return size < 0 ? reader.fail('acml_vol', 'below that of the trade before') : size;
};
