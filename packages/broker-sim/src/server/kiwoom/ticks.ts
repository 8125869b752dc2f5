import { previousTradingDay } from '../../market/calendar.js';
import type { Day } from '../../market/kst.js';
import { splitFactor } from '../../market/symbols.js';
import type { Ticks } from '../../market/ticks.js';
import { isAnswer } from '../../wire/answer.js';
import { tickChart, type TickRow } from '../../wire/kiwoom/chart.js';
import { field, type KiwoomCall, type KiwoomEndpoint } from './endpoint.js';
import { adjustment, choice, stockCode } from './fields.js';
import { cursorOf, cutPage, type Cursor } from './paging.js';
import { placeOf, type Place } from './place.js';

const ROWS = 900;
/** How many sessions tick charts reach back is not published. */
const SESSIONS = 5;

interface NumberedRow extends TickRow {
  /** Number of the bar within its day, from 0. */
  readonly number: number;
}

/** The bar over the trades from `from` to before `to`, in shares of today. */
const barOver = (ticks: Ticks, from: number, to: number, factor: number) => {
  const price = (index: number): number => Math.round((ticks.price[index] ?? 0) / factor);
  let high = 0;
  let low = Number.POSITIVE_INFINITY;
  for (let index = from; index < to; index++) {
    high = Math.max(high, price(index));
    low = Math.min(low, price(index));
  }
  const volume = (ticks.volume[to - 1] ?? 0) - (ticks.volume[from - 1] ?? 0);
  const second = ticks.second[to - 1] ?? 0;
  return { open: price(from), high, low, close: price(to - 1), volume: volume * factor, second };
};

interface TickQuery {
  readonly place: Place;
  /** Trades per bar, counted from the first of the day; the newest bar may still be short. */
  readonly scope: number;
  readonly adjust: boolean;
  readonly cursor: Cursor | undefined;
}

const tickRows = ({ broker, arrival }: KiwoomCall, query: TickQuery): NumberedRow[] => {
  const { market } = broker;
  const { symbol, venue } = query.place;
  const { scope, cursor } = query;
  const rows: NumberedRow[] = [];
  let day: Day = market.tradingDayAt(arrival.at);
  for (let session = 0; session < SESSIONS && rows.length <= ROWS; session++, day = previousTradingDay(day)) {
    if (cursor !== undefined && day > cursor.day) continue;
    const ticks = market.ticks(symbol.code, venue, day);
    const seen = market.seen(symbol.code, venue, day, arrival.at);
    const factor = query.adjust ? splitFactor(symbol, day) : 1;
    const previousClose = Math.round(market.reference(symbol, day) / factor);
    const end = day === cursor?.day ? cursor.place : Math.ceil(seen / scope);
    for (let number = end - 1; number >= 0 && rows.length <= ROWS; number--) {
      const bar = barOver(ticks, number * scope, Math.min(seen, (number + 1) * scope), factor);
      rows.push({ ...bar, number, day, previousClose });
    }
  }
  return rows;
};

export const tickChartOf = (): KiwoomEndpoint => ({
  apiId: 'ka10079',
  path: '/api/dostk/chart',
  fields: [stockCode, choice('tic_scope', '1', '3', '5', '10', '30'), adjustment],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const cursor = cursorOf(call);
    if (isAnswer(cursor)) return cursor;
    const scope = Number(field(call, 'tic_scope'));
    const found = tickRows(call, { place, scope, adjust: field(call, 'upd_stkpc_tp') === '1', cursor });
    const page = cutPage(call, found, ROWS, (row) => ({ day: row.day, place: row.number }));
    return tickChart({ code: field(call, 'stk_cd'), ...page });
  },
});
