import { CallInvalid } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import { sourceOf } from '../candle.js';
import type { StockQuery } from '../candle-query.js';
import { provenanceOf, type MarketSource } from '../market-source.js';
import type { BookLevel, OrderBook, Quote } from '../quote.js';
import { RowReader, timeOfDay } from '../row.js';
import type { KiwoomEndpointName } from './catalogue.js';
import { stockCodeOf, symbolError } from './stock-code.js';

type Source = MarketSource<KiwoomEndpointName>;

const ask = async (endpoint: KiwoomEndpointName, query: StockQuery, source: Source) => {
  let answer: Answer;
  try {
    answer = await source.call(endpoint, { stk_cd: stockCodeOf(query) });
  } catch (error) {
    throw symbolError(query.symbol, error);
  }
  // Both answers are flat: their fields stand in the body itself.
  const reader = new RowReader({ endpoint, status: answer.status, part: '' }, answer.body, 'direction');
  return { reader, provenance: provenanceOf('kiwoom', [answer], source.now()) };
};

export const kiwoomQuote = async (query: StockQuery, source: Source): Promise<Quote> => {
  const { reader, provenance } = await ask('ka10001', query, source);
  return {
    symbol: query.symbol,
    venue: query.venue,
    price: reader.amount('cur_prc'),
    base: reader.amount('base_pric'),
    open: reader.priceOrNone('open_pric'),
    high: reader.priceOrNone('high_pric'),
    low: reader.priceOrNone('low_pric'),
    upperLimit: reader.amount('upl_pric'),
    lowerLimit: reader.amount('lst_pric'),
    volume: reader.shares('trde_qty'),
    value: null, // not in this answer
    source: sourceOf.kiwoom,
    ...provenance,
  };
};

/** The best level has a name of its own; the others are `2th` to `10th` (official). */
const namesOf = (side: 'sel' | 'buy', level: number) =>
  level === 1
    ? { price: `${side}_fpr_bid`, size: `${side}_fpr_req` }
    : { price: `${side}_${String(level)}th_pre_bid`, size: `${side}_${String(level)}th_pre_req` };

const levels = Array.from({ length: 10 }, (_none, index) => index + 1);

const levelsOf = (reader: RowReader, side: 'sel' | 'buy'): BookLevel[] =>
  levels.flatMap((level) => {
    const names = namesOf(side, level);
    const price = reader.amount(names.price);
    return price === 0 ? [] : [{ price, size: reader.shares(names.size) }];
  });

export const kiwoomOrderBook = async (query: StockQuery, source: Source): Promise<OrderBook> => {
  if (query.venue === 'UN') {
    // Observed by one project (2026-11-23): ka10004 takes the code with _AL and answers with the book of KRX.
    throw new CallInvalid('Kiwoom tells no order book of both venues', 'Ask for KRX and NXT, or ask KIS for UN.');
  }
  const { reader, provenance } = await ask('ka10004', query, source);
  return {
    symbol: query.symbol,
    venue: query.venue,
    asks: levelsOf(reader, 'sel'),
    bids: levelsOf(reader, 'buy'),
    totalAskSize: reader.shares('tot_sel_req'),
    totalBidSize: reader.shares('tot_buy_req'),
    timeOfDayMs: timeOfDay(reader, 'bid_req_base_tm'),
    source: sourceOf.kiwoom,
    ...provenance,
  };
};
