import type { Venue } from '../candle.js';
import { kstMidnight } from '../kst.js';
import type { TradeRecord } from '../live.js';
import { extraOf, isStockCode, type RecordPlace } from './live-fields.js';

/** Fields on record (official sample; MARKET_CLS_CODE came as the 47th on 2026-09-14, observed). */
export const tradeWidth = 46;

/** Places of fields in a record: MKSC_SHRN_ISCD, STCK_CNTG_HOUR, STCK_PRPR … (order official). */
const place = {
  symbol: 0,
  time: 1,
  price: 2,
  ask: 10,
  bid: 11,
  size: 12,
  dayVolume: 13,
  dayValue: 14,
  side: 21,
  day: 33,
} as const;

/** CCLD_DVSN, of NXT and UN CNTG_CLS_CODE (observed); 3 is a trade before the opening, which nobody started. */
const sideOf = (code: string): TradeRecord['side'] => (code === '1' ? 'buy' : code === '5' ? 'sell' : null);

/** Midnights of the days that trades name: a frame names the one day in every record. */
export class Midnights {
  private day = '';
  private midnight: number | undefined;

  of(day: string): number | undefined {
    if (day !== this.day) {
      this.day = day;
      this.midnight = kstMidnight(day);
    }
    return this.midnight;
  }
}

/** A record, or why it is none, in words that quote nothing. */
export const tradeIn = (record: RecordPlace, venue: Venue, midnights: Midnights): TradeRecord | string => {
  const { fields, first } = record;
  const symbol = fields.at(first + place.symbol);
  if (!isStockCode(symbol)) return 'a trade that does not begin with a stock code';
  const price = fields.figure(first + place.price);
  if (!(price > 0)) return 'STCK_PRPR is not a price';
  const size = fields.figure(first + place.size);
  if (!Number.isInteger(size)) return 'CNTG_VOL is not a number of shares';
  const dayVolume = fields.figure(first + place.dayVolume);
  if (!Number.isInteger(dayVolume)) return 'ACML_VOL is not a number of shares';
  const ask = fields.price(first + place.ask);
  const bid = fields.price(first + place.bid);
  if (Number.isNaN(ask) || Number.isNaN(bid)) return 'ASKP1 or BIDP1 is not a price';
  const dayValue = fields.figure(first + place.dayValue);
  const midnight = midnights.of(fields.at(first + place.day));
  const timeOfDay = fields.timeOfDay(first + place.time);
  return {
    kind: 'trade',
    symbol,
    venue,
    atMs: midnight === undefined || timeOfDay === null ? null : midnight + timeOfDay,
    price,
    size,
    dayVolume,
    dayValue: Number.isNaN(dayValue) ? null : dayValue,
    side: sideOf(fields.at(first + place.side)),
    ask: ask === 0 ? null : ask,
    bid: bid === 0 ? null : bid,
    ...extraOf(record, tradeWidth),
  };
};
