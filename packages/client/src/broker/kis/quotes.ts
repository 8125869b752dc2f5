import { SymbolUnknown } from '../../error/index.js';
import { sourceOf } from '../candle.js';
import type { StockQuery } from '../candle-query.js';
import { provenanceOf, type MarketSource } from '../market-source.js';
import type { BookLevel, OrderBook, Quote } from '../quote.js';
import { partIn, RowReader, timeOfDay } from '../row.js';
import type { KisEndpointName } from './catalogue.js';
import { division } from './division.js';

type Source = MarketSource<KisEndpointName>;

const paramsOf = ({ symbol, venue }: StockQuery) => ({
  FID_COND_MRKT_DIV_CODE: division[venue],
  FID_INPUT_ISCD: symbol,
});

/** KIS answers unknown symbols with success and zeros. */
const knownPrice = (reader: RowReader, symbol: string): number => {
  const price = reader.amount('stck_prpr');
  if (price === 0) throw new SymbolUnknown(symbol);
  return price;
};

export const kisQuote = async (query: StockQuery, source: Source): Promise<Quote> => {
  const endpoint = 'inquire-price';
  const answer = await source.call(endpoint, paramsOf(query));
  const row = partIn(endpoint, answer, 'output');
  const reader = new RowReader({ endpoint, status: answer.status, part: 'output' }, row, 'refused');
  return {
    symbol: query.symbol,
    venue: query.venue,
    price: knownPrice(reader, query.symbol),
    base: reader.amount('stck_sdpr'),
    open: reader.priceOrNone('stck_oprc'),
    high: reader.priceOrNone('stck_hgpr'),
    low: reader.priceOrNone('stck_lwpr'),
    upperLimit: reader.amount('stck_mxpr'),
    lowerLimit: reader.amount('stck_llam'),
    volume: reader.shares('acml_vol'),
    value: reader.amount('acml_tr_pbmn'),
    source: sourceOf.kis,
    ...provenanceOf('kis', [answer], source.now()),
  };
};

const levels = Array.from({ length: 10 }, (_none, index) => String(index + 1));

const levelsOf = (reader: RowReader, side: 'askp' | 'bidp'): BookLevel[] =>
  levels.flatMap((level) => {
    const price = reader.amount(`${side}${level}`);
    return price === 0 ? [] : [{ price, size: reader.shares(`${side}_rsqn${level}`) }];
  });

export const kisOrderBook = async (query: StockQuery, source: Source): Promise<OrderBook> => {
  const endpoint = 'inquire-asking-price-exp-ccn';
  const answer = await source.call(endpoint, paramsOf(query));
  const readerOf = (part: string): RowReader =>
    new RowReader({ endpoint, status: answer.status, part }, partIn(endpoint, answer, part), 'refused');
  const book = readerOf('output1');
  knownPrice(readerOf('output2'), query.symbol);
  return {
    symbol: query.symbol,
    venue: query.venue,
    asks: levelsOf(book, 'askp'),
    bids: levelsOf(book, 'bidp'),
    totalAskSize: book.shares('total_askp_rsqn'),
    totalBidSize: book.shares('total_bidp_rsqn'),
    timeOfDayMs: timeOfDay(book, 'aspr_acpt_hour'),
    source: sourceOf.kis,
    ...provenanceOf('kis', [answer], source.now()),
  };
};
