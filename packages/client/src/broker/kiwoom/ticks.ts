import { AnswerUnreadable } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import { sourceOf } from '../candle.js';
import type { StockQuery } from '../candle-query.js';
import { kstDay, kstInstant } from '../kst.js';
import { provenanceOf, type MarketSource } from '../market-source.js';
import type { Tick, TickBatch } from '../tick.js';
import type { KiwoomEndpointName } from './catalogue.js';
import { dailyCandles, readersOf } from './rows.js';
import { stockCodeOf, symbolError } from './stock-code.js';

const endpoint = 'ka10003';
const list = 'cntr_infr';

type Source = MarketSource<KiwoomEndpointName>;

/** More than any share trades on a day; whoever has enough stops by himself. */
const mostPages = 100_000;
/** The broker's clock may differ from ours. */
const clockDifferenceMs = 60_000;

/**
 * The trades of the latest session, page by page backwards in time. The rows tell the time of day alone, so the daily chart is
 * asked which day it was: after the first page, because trades of a new day cannot be on a page from before it.
 */
export async function* kiwoomTickBatches(query: StockQuery, source: Source): AsyncGenerator<TickBatch> {
  try {
    let day: string | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for await (const answer of source.pages(endpoint, { stk_cd: stockCodeOf(query) }, mostPages)) {
      day ??= await latestDay(query, source);
      if (day === undefined) return;
      const page = ticksOf(answer, query, day);
      // Trades that happened meanwhile push older ones onto the next page.
      const fresh = page.filter(({ dayVolume }) => dayVolume < oldest);
      oldest = page.reduce((least, { dayVolume }) => Math.min(least, dayVolume), oldest);
      yield { day, ticks: fresh, ...provenanceOf('kiwoom', [answer], source.now()) };
    }
  } catch (error) {
    throw symbolError(query.symbol, error);
  }
}

/** The last day with a trade; undefined for a share that has never had one. */
const latestDay = async (query: StockQuery, source: Source): Promise<string | undefined> => {
  const chart = 'ka10081';
  const answer = await source.call(chart, {
    stk_cd: stockCodeOf(query),
    base_dt: kstDay(source.now()).replaceAll('-', ''),
    upd_stkpc_tp: '0',
  });
  const traded = dailyCandles(chart, answer, query).filter(({ volume }) => volume > 0);
  const latestMs = traded.reduce((latest, { startMs }) => Math.max(latest, startMs), Number.NEGATIVE_INFINITY);
  return traded.length === 0 ? undefined : kstDay(latestMs);
};

const ticksOf = (answer: Answer, { symbol, venue }: StockQuery, day: string): Tick[] =>
  readersOf(endpoint, answer, list).map((reader) => {
    const atMs = kstInstant(day, reader.text('tm')) ?? reader.fail('tm', 'not a time');
    if (atMs > answer.receivedAt + clockDifferenceMs) {
      throw new AnswerUnreadable(endpoint, answer.status, `${list}: trades of a day that cannot be told`);
    }
    return {
      symbol,
      venue,
      atMs,
      price: reader.amount('cur_prc'),
      size: reader.shares('cntr_trde_qty'),
      dayVolume: reader.shares('acc_trde_qty'),
      // In KRW here; ka10084 tells the same trades in millions.
      dayValue: reader.amount('acc_trde_prica'),
      // The sign of the size is the side: + or none the buyer, − the seller (official).
      side: reader.text('cntr_trde_qty').includes('-') ? 'sell' : 'buy',
      ask: reader.priceOrNone('pri_sel_bid_unit'),
      bid: reader.priceOrNone('pri_buy_bid_unit'),
      source: sourceOf.kiwoom,
    };
  });
