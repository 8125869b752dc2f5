import { previousTradingDay, type Venue } from '../../market/calendar.js';
import { kstDay } from '../../market/kst.js';
import type { Quote } from '../../market/market.js';
import { dailyLimits, tickSize } from '../../market/tick-size.js';
import { ticksBy } from '../../market/ticks.js';
import { tradesBefore } from '../../market/trades.js';
import { isAnswer } from '../../wire/answer.js';
import { orderBookAnswer, unknownOrderBook } from '../../wire/kis/order-book.js';
import { priceAnswer, unknownPrice } from '../../wire/kis/price.js';
import { conclusionAnswer, latestTradesAnswer, type TradeRow } from '../../wire/kis/trades.js';
import type { Broker, Endpoint } from './endpoint.js';
import { hourOf, placeOf } from './place.js';

const TRADE_ROWS = 30;

const priceOf = (broker: Broker, quote: Quote, venue: Venue, at: number) => {
  const { market, retention } = broker;
  const { symbol, day } = quote;
  const limits = dailyLimits(quote.previousClose);
  const before = market.day(symbol.code, venue, previousTradingDay(day));
  return {
    ...quote,
    code: symbol.code,
    listedShares: symbol.listedShares,
    tick: tickSize(quote.price),
    upperLimit: limits.upper,
    lowerLimit: limits.lower,
    previous: { high: before?.high ?? 0, low: before?.low ?? 0, volume: before?.volume ?? 0 },
    year: market.closeRange(symbol, retention.oldest(kstDay(at)), previousTradingDay(day)),
    thisYear: market.closeRange(symbol, `${day.slice(0, 4)}0101`, previousTradingDay(day)),
  };
};

export const inquirePrice = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-price',
  trs: { real: ['FHKST01010100'], paper: ['FHKST01010100'] },
  required: ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD'],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const { at } = call.arrival;
    const quote = call.broker.market.quote(place.code, place.venue, at);
    if (quote === undefined) return unknownPrice(place.code);
    return priceAnswer(priceOf(call.broker, quote, place.venue, at));
  },
});

export const askingPrice = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-asking-price-exp-ccn',
  trs: { real: ['FHKST01010200'], paper: ['FHKST01010200'] },
  required: ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD'],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const { market } = call.broker;
    const { at } = call.arrival;
    const quote = market.quote(place.code, place.venue, at);
    const book = market.book(place.code, place.venue, at);
    if (quote === undefined || book === undefined) return unknownOrderBook(place.code);
    return orderBookAnswer({ ...quote, ...book, code: place.code });
  },
});

/** The last trades up to a second of `quote.day` that have happened, newest first. */
const tradeRows = (
  { market }: Broker,
  place: { code: string; venue: Venue },
  quote: Quote,
  limit: { second: number; at: number },
): TradeRow[] => {
  const ticks = market.ticks(place.code, place.venue, quote.day);
  const end = Math.min(ticksBy(ticks, limit.second), market.seen(place.code, place.venue, quote.day, limit.at));
  return tradesBefore(ticks, end, TRADE_ROWS);
};

export const timeItemConclusion = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-time-itemconclusion',
  trs: { real: ['FHPST01060000'], paper: ['FHPST01060000'] },
  required: ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD', 'FID_INPUT_HOUR_1'],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const second = hourOf(call, 'FID_INPUT_HOUR_1');
    if (isAnswer(second)) return second;
    const { market } = call.broker;
    const { at } = call.arrival;
    const quote = market.quote(place.code, place.venue, at);
    if (quote === undefined) {
      return conclusionAnswer({ price: 0, previousClose: 0, volume: 0, previousVolume: 0 }, []);
    }
    const previousVolume = market.day(place.code, place.venue, previousTradingDay(quote.day))?.volume ?? 0;
    // Same day only: on a closed day there is none.
    const rows = quote.day === kstDay(at) ? tradeRows(call.broker, place, quote, { second, at }) : [];
    return conclusionAnswer({ ...quote, previousVolume }, rows);
  },
});

export const inquireCcnl = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-ccnl',
  trs: { real: ['FHKST01010300'], paper: ['FHKST01010300'] },
  required: ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD'],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const { at } = call.arrival;
    const quote = call.broker.market.quote(place.code, place.venue, at);
    if (quote === undefined) return latestTradesAnswer(0, []);
    const rows = tradeRows(call.broker, place, quote, { second: Number.POSITIVE_INFINITY, at });
    return latestTradesAnswer(quote.previousClose, rows);
  },
});
