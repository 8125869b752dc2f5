import { adjusted, type Bar } from '../../market/bars.js';
import { isTradingDay, previousTradingDay } from '../../market/calendar.js';
import { kstDay, type Day } from '../../market/kst.js';
import { randomFrom } from '../../market/random.js';
import { splitFactor } from '../../market/symbols.js';
import { isAnswer } from '../../wire/answer.js';
import { minuteChart, type MinuteRow } from '../../wire/kiwoom/chart.js';
import { field, type KiwoomBroker, type KiwoomEndpoint } from './endpoint.js';
import { adjustment, choice, day as dayField, optional, stockCode } from './fields.js';
import { cursorOf, cutPage, type Cursor } from './paging.js';
import { placeOf, type Place } from './place.js';

const ROWS = 900;
/** Minutes from the closing auction to the late row of a KRX day: 15:30 and 15:35. */
const LATE_AFTER = 5;
/** Mean size of the late row in mean trades; small beside the auction's forty. */
const LATE_SIZE = 2;

/**
 * What a KRX day gains once it is over: a small row at the close, five minutes after the auction. It was seen on every
 * earlier day and never on the day of the query; other venues are not on record.
 */
const withLateRow = ({ settings, market }: KiwoomBroker, place: Place, day: Day, bars: readonly Bar[]) => {
  const last = bars.at(-1);
  const auctionAt = market.session(place.venue, day)?.auctionAt;
  if (last === undefined || auctionAt === undefined || place.venue !== 'KRX') return bars;
  const random = randomFrom(settings.seed, place.symbol.code, day, 'late');
  const volume = 1 + Math.floor(random() * 2 * LATE_SIZE * place.symbol.meanSize);
  const { close, dayVolume, dayValue } = last;
  const late: Bar = {
    minute: Math.floor(auctionAt / 60) + LATE_AFTER,
    open: close,
    high: close,
    low: close,
    close,
    volume,
    value: close * volume,
    dayVolume: dayVolume + volume,
    dayValue: dayValue + close * volume,
  };
  return [...bars, late];
};

/** Bars of several minutes, labelled with their start, counted from midnight: the labels of 09:00 fit every scope. */
const scoped = (bars: readonly Bar[], scope: number): readonly Bar[] => {
  if (scope === 1) return bars;
  const wide: Bar[] = [];
  for (const bar of bars) {
    const minute = Math.floor(bar.minute / scope) * scope;
    const open = wide.at(-1);
    if (open?.minute !== minute) {
      wide.push({ ...bar, minute });
      continue;
    }
    wide[wide.length - 1] = {
      ...bar,
      minute,
      open: open.open,
      high: Math.max(open.high, bar.high),
      low: Math.min(open.low, bar.low),
      volume: open.volume + bar.volume,
      value: open.value + bar.value,
    };
  }
  return wide;
};

interface MinuteQuery {
  readonly place: Place;
  readonly scope: number;
  readonly adjust: boolean;
  /** Newest day wanted. */
  readonly until: Day;
  readonly cursor: Cursor | undefined;
}

/** Rows newest first, over as many days as it takes to fill a page and know of one more. */
const minuteRows = (broker: KiwoomBroker, query: MinuteQuery, at: number): MinuteRow[] => {
  const { market, retention, differences } = broker;
  const { symbol, venue } = query.place;
  const today = kstDay(at);
  const oldest = retention.oldest(today);
  const newest = query.until < today ? query.until : today;
  const rows: MinuteRow[] = [];
  let day = query.cursor?.day ?? (isTradingDay(newest) ? newest : previousTradingDay(newest));
  let before = query.cursor?.place ?? Number.POSITIVE_INFINITY;
  for (; day >= oldest && rows.length <= ROWS; day = previousTradingDay(day), before = Number.POSITIVE_INFINITY) {
    const told = differences.minutes(symbol.code, venue, day, market.barsAt(symbol.code, venue, day, at));
    const bars = scoped(day < today ? withLateRow(broker, query.place, day, told) : told, query.scope);
    const factor = query.adjust ? splitFactor(symbol, day) : 1;
    const previousClose = Math.round(market.reference(symbol, day) / factor);
    for (let index = bars.length - 1; index >= 0 && rows.length <= ROWS; index--) {
      const bar = bars[index];
      if (bar !== undefined && bar.minute < before) rows.push({ ...adjusted(bar, factor), day, previousClose });
    }
  }
  return rows;
};

/** Minutes without a trade are missing, and the minute of now is there while it forms. */
export const minuteChartOf = (): KiwoomEndpoint => ({
  apiId: 'ka10080',
  path: '/api/dostk/chart',
  fields: [
    stockCode,
    choice('tic_scope', '1', '3', '5', '10', '15', '30', '45', '60'),
    adjustment,
    optional(dayField('base_dt')),
  ],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const cursor = cursorOf(call);
    if (isAnswer(cursor)) return cursor;
    const { at } = call.arrival;
    const query: MinuteQuery = {
      place,
      scope: Number(field(call, 'tic_scope')),
      adjust: field(call, 'upd_stkpc_tp') === '1',
      until: field(call, 'base_dt') || kstDay(at),
      cursor,
    };
    const found = minuteRows(call.broker, query, at);
    const page = cutPage(call, found, ROWS, (row) => ({ day: row.day, place: row.minute }));
    return minuteChart({ code: field(call, 'stk_cd'), ...page });
  },
});
