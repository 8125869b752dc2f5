import type { BookRecord } from '../live.js';
import { instantNear } from '../live-figures.js';
import type { BookLevel } from '../quote.js';
import type { Row } from '../row.js';
import { magnitudeAt, priceAt, stockOf, timeOfDayAt, type Entry } from './live-values.js';

/** Type 0D by the workbook of 2026-05-07. */
const field = {
  time: '21',
  totalAskSize: '121',
  totalBidSize: '125',
  /** Valid only while an auction expects a price (official); 23 and 24 keep what the last one expected (a sample). */
  expectedPrice: '291',
  expectedSize: '292',
} as const;

const ten = (first: number): readonly string[] => Array.from({ length: 10 }, (_none, index) => String(first + index));
const askLevels = { prices: ten(41), sizes: ten(61) } as const;
const bidLevels = { prices: ten(51), sizes: ten(71) } as const;

/** Undefined where a level has a price and no size, or either is no number. */
const levelsIn = (values: Row, { prices, sizes }: typeof askLevels): BookLevel[] | undefined => {
  const found: BookLevel[] = [];
  for (const [level, name] of prices.entries()) {
    const price = priceAt(values, name);
    if (price === 0) continue;
    const size = magnitudeAt(values, sizes[level] ?? '');
    if (Number.isNaN(price) || !Number.isInteger(size)) return undefined;
    found.push({ price, size });
  }
  return found;
};

const expectedIn = (values: Row): BookRecord['expected'] => {
  const price = priceAt(values, field.expectedPrice);
  const size = magnitudeAt(values, field.expectedSize);
  return price > 0 && Number.isInteger(size) ? { price, size } : null;
};

/** A record, or why it is none, in words that quote nothing. It names no day: that is the KST day of `receivedAt`. */
export const bookIn = ({ item, values }: Entry, receivedAt: number): BookRecord | string => {
  const stock = stockOf(item);
  if (stock === undefined) return '0D: item is not a stock code';
  const asks = levelsIn(values, askLevels);
  const bids = levelsIn(values, bidLevels);
  if (asks === undefined || bids === undefined) return '0D: a level of the book is no price and size';
  const totalAskSize = magnitudeAt(values, field.totalAskSize);
  const totalBidSize = magnitudeAt(values, field.totalBidSize);
  if (!Number.isInteger(totalAskSize) || !Number.isInteger(totalBidSize)) {
    return '0D: field 121 or 125 is not a number of shares';
  }
  return {
    kind: 'book',
    symbol: stock.symbol,
    venue: stock.venue ?? 'KRX',
    atMs: instantNear(receivedAt, timeOfDayAt(values, field.time)),
    asks,
    bids,
    totalAskSize,
    totalBidSize,
    expected: expectedIn(values),
  };
};
