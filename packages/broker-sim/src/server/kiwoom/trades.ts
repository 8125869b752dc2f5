import { previousTradingDay, type Venue } from '../../market/calendar.js';
import type { Day } from '../../market/kst.js';
import { ticksBy } from '../../market/ticks.js';
import { tradesBefore, type Trade } from '../../market/trades.js';
import { isAnswer, type Answer } from '../../wire/answer.js';
import { dayTrades, latestTrades, type Trades } from '../../wire/kiwoom/trades.js';
import { field, type KiwoomCall, type KiwoomEndpoint } from './endpoint.js';
import { choice, minuteOfDay, optional, stockCode } from './fields.js';
import { cursorOf, cutPage, type Cursor } from './paging.js';
import { placeOf, type Place } from './place.js';

const LATEST_ROWS = 30;
const DAY_ROWS = 100;

const exchanges: Readonly<Record<Venue, string>> = { KRX: 'KRX', NXT: 'NXT', UN: '통합' };

interface TradeQuery {
  readonly place: Place;
  readonly day: Day;
  /** Number of the trade that the page before ended with. */
  readonly before: number;
  readonly size: number;
}

/** Trades that have happened, newest first, one more than a page. */
const eachTrade = (call: KiwoomCall, { place, day, before, size }: TradeQuery): Trade[] => {
  const { market } = call.broker;
  const { symbol, venue } = place;
  const seen = market.seen(symbol.code, venue, day, call.arrival.at);
  return tradesBefore(market.ticks(symbol.code, venue, day), Math.min(seen, before), size + 1);
};

/** The last trade of every minute with the volume of the minute; how the broker fills such rows is not on record. */
const eachMinute = (call: KiwoomCall, { place, day, before, size }: TradeQuery): Trade[] => {
  const { market } = call.broker;
  const { symbol, venue } = place;
  const { at } = call.arrival;
  const ticks = market.ticks(symbol.code, venue, day);
  const seen = market.seen(symbol.code, venue, day, at);
  const rows: Trade[] = [];
  for (const bar of market.barsAt(symbol.code, venue, day, at).toReversed()) {
    const end = Math.min(seen, ticksBy(ticks, bar.minute * 60 + 59));
    const [last] = end <= before ? tradesBefore(ticks, end, 1) : [];
    if (last !== undefined) rows.push({ ...last, size: bar.volume });
    if (rows.length > size) break;
  }
  return rows;
};

const tradesOf = (
  call: KiwoomCall,
  query: TradeQuery,
  each: (call: KiwoomCall, query: TradeQuery) => Trade[],
): Trades => {
  const { symbol, venue } = query.place;
  const cursorAt = ({ index }: Trade): Cursor => ({ day: query.day, place: index });
  return {
    ...cutPage(call, each(call, query), query.size, cursorAt),
    previousClose: call.broker.market.reference(symbol, query.day),
    exchange: exchanges[venue],
  };
};

/** Place, cursor and the day that trading happened on last; or the refusal. */
const readCall = (call: KiwoomCall): { place: Place; cursor: Cursor | undefined; today: Day } | Answer => {
  const place = placeOf(call);
  if (isAnswer(place)) return place;
  const cursor = cursorOf(call);
  if (isAnswer(cursor)) return cursor;
  return { place, cursor, today: call.broker.market.tradingDayAt(call.arrival.at) };
};

/** Trades of today, or of the last session on a closed day. */
export const latestTradesOf = (): KiwoomEndpoint => ({
  apiId: 'ka10003',
  path: '/api/dostk/stkinfo',
  fields: [stockCode],
  answer: (call) => {
    const read = readCall(call);
    if (isAnswer(read)) return read;
    const { place, cursor, today } = read;
    const before = cursor?.place ?? Number.POSITIVE_INFINITY;
    const query = { place, day: cursor?.day ?? today, before, size: LATEST_ROWS };
    return latestTrades(tradesOf(call, query, eachTrade));
  },
});

/** Trades of the last session (`tdy_pred` 1) or of the one before (2). `tm` is the newest minute wanted. */
export const dayTradesOf = (): KiwoomEndpoint => ({
  apiId: 'ka10084',
  path: '/api/dostk/stkinfo',
  fields: [stockCode, choice('tdy_pred', '1', '2'), choice('tic_min', '0', '1'), optional(minuteOfDay('tm'))],
  answer: (call) => {
    const read = readCall(call);
    if (isAnswer(read)) return read;
    const { place, cursor, today } = read;
    const day = cursor?.day ?? (field(call, 'tdy_pred') === '1' ? today : previousTradingDay(today));
    const time = field(call, 'tm');
    const second = Number(time.slice(0, 2)) * 3600 + Number(time.slice(2)) * 60 + 59;
    const ticks = call.broker.market.ticks(place.symbol.code, place.venue, day);
    const until = time === '' ? Number.POSITIVE_INFINITY : ticksBy(ticks, second);
    const query = { place, day, before: cursor?.place ?? until, size: DAY_ROWS };
    return dayTrades(tradesOf(call, query, field(call, 'tic_min') === '0' ? eachTrade : eachMinute));
  },
});
