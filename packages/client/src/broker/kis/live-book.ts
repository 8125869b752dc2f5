import type { Venue } from '../candle.js';
import type { BookRecord } from '../live.js';
import { instantNear } from '../live-figures.js';
import type { BookLevel } from '../quote.js';
import { extraOf, isStockCode, type RecordPlace } from './live-fields.js';

/** Fields without which a record is no book: those of KRX (official). */
export const bookWidth = 59;

/** Fields on record (official): NXT and UN tell middle prices as well. Paper was seen with 62, UN with 66 (uncertain). */
const knownWidth = { KRX: bookWidth, NXT: 65, UN: 65 } as const satisfies Record<Venue, number>;

const levels = 10;

/** Places of fields in a record; lists of ten begin there (order official). */
const place = {
  symbol: 0,
  time: 1,
  phase: 2,
  asks: 3,
  bids: 13,
  askSizes: 23,
  bidSizes: 33,
  totalAskSize: 43,
  totalBidSize: 44,
  expectedPrice: 47,
  expectedSize: 48,
} as const;

/** HOUR_CLS_CODE of continuous trading; A to D are auctions (observed). What an auction left behind is no expectation. */
const continuous = '0';

/** Undefined where a level has a price and no size, or either is no number. */
const levelsAt = ({ fields, first }: RecordPlace, prices: number, sizes: number): BookLevel[] | undefined => {
  const found: BookLevel[] = [];
  for (let level = 0; level < levels; level += 1) {
    const price = fields.price(first + prices + level);
    if (price === 0) continue;
    const size = fields.figure(first + sizes + level);
    if (Number.isNaN(price) || !Number.isInteger(size)) return undefined;
    found.push({ price, size });
  }
  return found;
};

const expectedIn = ({ fields, first }: RecordPlace): BookRecord['expected'] => {
  if (fields.at(first + place.phase) === continuous) return null;
  const price = fields.figure(first + place.expectedPrice);
  const size = fields.figure(first + place.expectedSize);
  return price > 0 && Number.isInteger(size) ? { price, size } : null;
};

/** A record, or why it is none, in words that quote nothing. It names no day: that is the KST day of `receivedAt`. */
export const bookIn = (record: RecordPlace, venue: Venue, receivedAt: number): BookRecord | string => {
  const { fields, first } = record;
  const symbol = fields.at(first + place.symbol);
  if (!isStockCode(symbol)) return 'a book that does not begin with a stock code';
  const asks = levelsAt(record, place.asks, place.askSizes);
  const bids = levelsAt(record, place.bids, place.bidSizes);
  if (asks === undefined || bids === undefined) return 'a level of the book is no price and size';
  const totalAskSize = fields.figure(first + place.totalAskSize);
  const totalBidSize = fields.figure(first + place.totalBidSize);
  if (!Number.isInteger(totalAskSize) || !Number.isInteger(totalBidSize)) {
    return 'TOTAL_ASKP_RSQN or TOTAL_BIDP_RSQN is not a number of shares';
  }
  return {
    kind: 'book',
    symbol,
    venue,
    atMs: instantNear(receivedAt, fields.timeOfDay(first + place.time)),
    asks,
    bids,
    totalAskSize,
    totalBidSize,
    expected: expectedIn(record),
    ...extraOf(record, knownWidth[venue]),
  };
};
