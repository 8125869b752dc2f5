import type { Venue } from '../candle.js';
import type { TradeRecord } from '../live.js';
import { instantNear } from '../live-figures.js';
import { magnitudeAt, priceAt, sideAt, stockOf, textAt, timeOfDayAt, type Entry } from './live-values.js';

/** Type 0B by the workbook of 2026-05-07. */
const field = {
  price: '10',
  dayVolume: '13',
  dayValue: '14',
  size: '15',
  time: '20',
  ask: '27',
  bid: '28',
  venue: '9081',
} as const;

/** Field 14 is in million won (observed). */
const million = 1_000_000;

/** `KRX` on the wire, `1` in the workbook (official, both); what NXT would be called is derived. Only for plain items. */
const venueNamed = (name: string): Venue => (name === 'NXT' || name === '2' ? 'NXT' : 'KRX');

/** A record, or why it is none, in words that quote nothing. It names no day: that is the KST day of `receivedAt`. */
export const tradeIn = ({ item, values }: Entry, receivedAt: number): TradeRecord | string => {
  const stock = stockOf(item);
  if (stock === undefined) return '0B: item is not a stock code';
  const price = magnitudeAt(values, field.price);
  if (!(price > 0)) return '0B: field 10 is not a price';
  const size = magnitudeAt(values, field.size);
  if (!Number.isInteger(size)) return '0B: field 15 is not a number of shares';
  const dayVolume = magnitudeAt(values, field.dayVolume);
  if (!Number.isInteger(dayVolume)) return '0B: field 13 is not a number of shares';
  const ask = priceAt(values, field.ask);
  const bid = priceAt(values, field.bid);
  if (Number.isNaN(ask) || Number.isNaN(bid)) return '0B: field 27 or 28 is not a price';
  const dayValue = magnitudeAt(values, field.dayValue) * million;
  return {
    kind: 'trade',
    symbol: stock.symbol,
    venue: stock.venue ?? venueNamed(textAt(values, field.venue)),
    atMs: instantNear(receivedAt, timeOfDayAt(values, field.time)),
    price,
    size,
    dayVolume,
    dayValue: dayValue <= Number.MAX_SAFE_INTEGER ? dayValue : null,
    side: size === 0 ? null : sideAt(values, field.size),
    ask: ask === 0 ? null : ask,
    bid: bid === 0 ? null : bid,
  };
};
