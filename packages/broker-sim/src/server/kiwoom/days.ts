import { adjusted } from '../../market/bars.js';
import { isTradingDay, previousTradingDay } from '../../market/calendar.js';
import { kstDay, type Day } from '../../market/kst.js';
import { historyFrom } from '../../market/market.js';
import { splitFactor } from '../../market/symbols.js';
import { isAnswer } from '../../wire/answer.js';
import { dayChart, type DayRow } from '../../wire/kiwoom/chart.js';
import { field, type KiwoomBroker, type KiwoomEndpoint } from './endpoint.js';
import { adjustment, day as dayField, stockCode } from './fields.js';
import { cursorOf, cutPage, type Cursor } from './paging.js';
import { placeOf, type Place } from './place.js';

const ROWS = 600;

interface DayQuery {
  readonly place: Place;
  readonly adjust: boolean;
  /** Newest day wanted. */
  readonly until: Day;
  readonly cursor: Cursor | undefined;
}

/** Rows newest first; days without a trade are left out, today is there while it forms. */
const dayRows = ({ market, differences }: KiwoomBroker, query: DayQuery, at: number): DayRow[] => {
  const { symbol, venue } = query.place;
  const today = kstDay(at);
  const newest = query.until < today ? query.until : today;
  const start = isTradingDay(newest) ? newest : previousTradingDay(newest);
  const rows: DayRow[] = [];
  let day = query.cursor === undefined ? start : previousTradingDay(query.cursor.day);
  for (; day >= historyFrom && rows.length <= ROWS; day = previousTradingDay(day)) {
    const bar = market.dayAt(symbol.code, venue, day, at);
    if (bar === undefined) continue;
    const factor = query.adjust ? splitFactor(symbol, day) : 1;
    const told = adjusted(differences.daily(symbol.code, venue, day, bar), factor);
    const previousClose = Math.round(market.reference(symbol, day) / factor);
    rows.push({ ...told, day, previousClose, listedShares: symbol.listedShares });
  }
  return rows;
};

export const dayChartOf = (): KiwoomEndpoint => ({
  apiId: 'ka10081',
  path: '/api/dostk/chart',
  fields: [stockCode, dayField('base_dt'), adjustment],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const cursor = cursorOf(call);
    if (isAnswer(cursor)) return cursor;
    const adjust = field(call, 'upd_stkpc_tp') === '1';
    const query = { place, adjust, until: field(call, 'base_dt'), cursor };
    const found = dayRows(call.broker, query, call.arrival.at);
    const page = cutPage(call, found, ROWS, (row) => ({ day: row.day, place: 0 }));
    return dayChart({ code: field(call, 'stk_cd'), ...page });
  },
});
