import { AnswerUnreadable, RangeInvalid } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import { sourceOf } from '../candle.js';
import type { StockQuery } from '../candle-query.js';
import { kstDay, kstInstant, kstTime } from '../kst.js';
import { provenanceOf, type MarketSource } from '../market-source.js';
import type { Tick, TickBatch, TickQuery } from '../tick.js';
import type { KiwoomEndpointName } from './catalogue.js';
import { dailyCandles, readersOf } from './rows.js';
import { stockCodeOf, symbolError } from './stock-code.js';

/** Trades from the newest on: KRW, 30 rows. */
const newest: Rows = { endpoint: 'ka10003', list: 'cntr_infr', wonPerValue: 1 };
/** Trades of a day from a minute on backwards: million KRW, 100 rows (observed). */
const ofDay: Rows = { endpoint: 'ka10084', list: 'tdy_pred_cntr', wonPerValue: 1_000_000 };

interface Rows {
  readonly endpoint: 'ka10003' | 'ka10084';
  readonly list: string;
  /** KRW per unit of the traded value. */
  readonly wonPerValue: number;
}

type Source = MarketSource<KiwoomEndpointName>;

/** More than any share trades on a day; whoever has enough stops by himself. */
const mostPages = 100_000;
/** The broker's clock may differ from ours. */
const clockDifferenceMs = 60_000;

/**
 * The trades of the latest session, page by page backwards in time. The rows tell the time of day alone, so the daily chart is
 * asked which day it was: after the first page, because trades of a new day cannot be on a page from before it.
 */
export async function* kiwoomTickBatches(query: TickQuery, source: Source): AsyncGenerator<TickBatch> {
  try {
    if (query.fromMs !== undefined) {
      yield* windowBatches({ ...query, fromMs: query.fromMs }, source);
      return;
    }
    let day: string | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for await (const answer of source.pages(newest.endpoint, { stk_cd: stockCodeOf(query) }, mostPages)) {
      day ??= (await latestDays(query, source))[0];
      if (day === undefined) return;
      const page = ticksOf(answer, query, { day, rows: newest });
      // Trades that happened meanwhile push older ones onto the next page.
      const fresh = page.filter(({ dayVolume }) => dayVolume < oldest);
      oldest = page.reduce((least, { dayVolume }) => Math.min(least, dayVolume), oldest);
      yield { day, ticks: fresh, ...provenanceOf('kiwoom', [answer], source.now()) };
    }
  } catch (error) {
    throw symbolError(query.symbol, error);
  }
}

const secondMs = 1_000;
/** So near to now the newest page is as good as one that begins at a minute. */
const nearMs = 120_000;

/**
 * From `toMs` backwards until a trade is older than `fromMs`. What `tm` means is not on record beyond its format (2026-11): where
 * nothing comes with it, the walk begins with the newest trade instead.
 */
async function* windowBatches(
  query: TickQuery & { readonly fromMs: number },
  source: Source,
): AsyncGenerator<TickBatch> {
  const { fromMs, toMs = source.now() } = query;
  const day = kstDay(fromMs);
  const which = (await latestDays(query, source)).indexOf(day);
  if (which < 0 || which > 1) {
    throw new RangeInvalid(
      `from ${day}: Kiwoom tells the trades of its last two sessions alone`,
      'Fetch the bars of one minute, which go back for months.',
    );
  }
  const params = { stk_cd: stockCodeOf(query), tdy_pred: String(which + 1), tic_min: '0' };
  const minute = kstTime(toMs).slice(0, 4);
  const starts = which === 0 && source.now() - toMs < nearMs ? [{}] : [{ tm: minute }, {}];
  const oldestWanted = Math.floor(fromMs / secondMs) * secondMs;
  for (const start of starts) {
    let oldest = Number.POSITIVE_INFINITY;
    for await (const answer of source.pages(ofDay.endpoint, { ...params, ...start }, mostPages)) {
      const page = ticksOf(answer, query, { day, rows: ofDay });
      const fresh = page.filter(({ dayVolume }) => dayVolume < oldest);
      oldest = page.reduce((least, { dayVolume }) => Math.min(least, dayVolume), oldest);
      yield { day, ticks: fresh, ...provenanceOf('kiwoom', [answer], source.now()) };
      if (page.some(({ atMs }) => atMs < oldestWanted)) return;
    }
    if (oldest !== Number.POSITIVE_INFINITY) return;
  }
}

/** The last days with a trade, newest first; none for a share that has never had one. */
const latestDays = async (query: StockQuery, source: Source): Promise<string[]> => {
  const chart = 'ka10081';
  const answer = await source.call(chart, {
    stk_cd: stockCodeOf(query),
    base_dt: kstDay(source.now()).replaceAll('-', ''),
    upd_stkpc_tp: '0',
  });
  const traded = dailyCandles(chart, answer, query).filter(({ volume }) => volume > 0);
  return traded
    .map(({ startMs }) => startMs)
    .sort((left, right) => right - left)
    .map(kstDay);
};

const ticksOf = (
  answer: Answer,
  { symbol, venue }: StockQuery,
  { day, rows: { endpoint, list, wonPerValue } }: { readonly day: string; readonly rows: Rows },
): Tick[] =>
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
      dayValue: wonPerValue * reader.amount('acc_trde_prica'),
      // The sign of the size is the side: + or none the buyer, − the seller (official).
      side: reader.text('cntr_trde_qty').includes('-') ? 'sell' : 'buy',
      ask: reader.priceOrNone('pri_sel_bid_unit'),
      bid: reader.priceOrNone('pri_buy_bid_unit'),
      source: sourceOf.kiwoom,
    };
  });
