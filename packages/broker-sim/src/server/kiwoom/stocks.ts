import { previousTradingDay } from '../../market/calendar.js';
import { Retention } from '../../market/retention.js';
import { dailyLimits, tickSize } from '../../market/tick-size.js';
import { tradesBefore } from '../../market/trades.js';
import { isAnswer } from '../../wire/answer.js';
import { stockUnknown, tooManyCodes } from '../../wire/kiwoom/errors.js';
import { orderBookAnswer } from '../../wire/kiwoom/order-book.js';
import { stockAnswer } from '../../wire/kiwoom/stock.js';
import { watchAnswer, type WatchInput } from '../../wire/kiwoom/watch.js';
import { field, type KiwoomBroker, type KiwoomEndpoint } from './endpoint.js';
import { stockCode, text } from './fields.js';
import { placeFor, placeOf, type Place } from './place.js';

const RANGE_DAYS = 250;
/** More codes than these in one ka10095 call are refused with 1634. */
const MOST_CODES = 100;

/** What both endpoints show of a stock. */
const stateOf = ({ market }: KiwoomBroker, { symbol, venue }: Place, at: number) => {
  const quote = market.quote(symbol.code, venue, at);
  if (quote === undefined) return undefined;
  const limits = dailyLimits(quote.previousClose);
  return {
    ...quote,
    name: symbol.name,
    listedShares: symbol.listedShares,
    previousVolume: market.day(symbol.code, venue, previousTradingDay(quote.day))?.volume ?? 0,
    upperLimit: limits.upper,
    lowerLimit: limits.lower,
  };
};

export const stockInfo = (): KiwoomEndpoint => {
  const range = new Retention(RANGE_DAYS);
  return {
    apiId: 'ka10001',
    path: '/api/dostk/stkinfo',
    fields: [stockCode],
    answer: (call) => {
      const place = placeOf(call);
      if (isAnswer(place)) return place;
      const code = field(call, 'stk_cd');
      const state = stateOf(call.broker, place, call.arrival.at);
      if (state === undefined) return stockUnknown(code);
      const { market } = call.broker;
      const before = previousTradingDay(state.day);
      return stockAnswer({
        ...state,
        code,
        days250: market.closeRange(place.symbol, range.oldest(state.day), before),
        thisYear: market.closeRange(place.symbol, `${state.day.slice(0, 4)}0101`, before),
      });
    },
  };
};

/** Of KRX also for codes with _AL: one project saw that suffix ignored here (2026-11-23). */
export const orderBook = (): KiwoomEndpoint => ({
  apiId: 'ka10004',
  path: '/api/dostk/mrkcond',
  fields: [stockCode],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const { market } = call.broker;
    const { symbol, venue } = place;
    const { at } = call.arrival;
    const asked = venue === 'UN' ? 'KRX' : venue;
    const quote = market.quote(symbol.code, asked, at);
    const book = market.book(symbol.code, asked, at);
    if (quote === undefined || book === undefined) return stockUnknown(field(call, 'stk_cd'));
    return orderBookAnswer({ ...book, previousClose: quote.previousClose });
  },
});

const watched = (broker: KiwoomBroker, code: string, at: number): WatchInput | undefined => {
  const place = placeFor(broker, code);
  const state = place === undefined ? undefined : stateOf(broker, place, at);
  if (place === undefined || state === undefined) return undefined;
  const { market } = broker;
  const ticks = market.ticks(place.symbol.code, place.venue, state.day);
  const [last] = tradesBefore(ticks, market.seen(place.symbol.code, place.venue, state.day, at), 1);
  const step = tickSize(state.price);
  const { ask = state.price + step, bid = state.price } = last ?? {};
  return { ...state, code, ask, bid, step, ...(last === undefined ? {} : { last }) };
};

/** Codes joined with `|`. */
export const watchList = (): KiwoomEndpoint => ({
  apiId: 'ka10095',
  path: '/api/dostk/stkinfo',
  fields: [text('stk_cd', Number.POSITIVE_INFINITY)],
  answer: (call) => {
    const codes = field(call, 'stk_cd').split('|');
    if (codes.length > MOST_CODES) return tooManyCodes(call.arrival.tr);
    return watchAnswer(codes.map((code) => watched(call.broker, code, call.arrival.at)));
  },
});
