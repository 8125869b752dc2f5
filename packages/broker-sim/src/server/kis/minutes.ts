import type { Bar } from '../../market/bars.js';
import { isTradingDay, labelRange, previousTradingDay, type Venue } from '../../market/calendar.js';
import { kstDay, kstSecond, type Day } from '../../market/kst.js';
import { Lru } from '../../market/lru.js';
import type { Quote } from '../../market/market.js';
import { minuteChart, noSummary, type ChartSummary, type MinuteRow } from '../../wire/kis/minute-chart.js';
import { isAnswer, type Answer } from '../../wire/answer.js';
import { field, type Broker, type Endpoint } from './endpoint.js';
import { dayOf, hourOf, placeOf } from './place.js';

const TODAY_ROWS = 30;
const HISTORY_ROWS = 120;
/** Full pages in memory: about 22 KB each. */
const CACHED_PAGES = 1_000;

const summaryOf = (quote: Quote): ChartSummary => ({ ...quote, name: quote.symbol.name });
const rowOf = (day: Day, bar: Bar): MinuteRow => ({ ...bar, day });

interface HistoryQuery {
  readonly code: string;
  readonly venue: Venue;
  readonly day: Day;
  /** Newest label wanted, in minutes of the day. */
  readonly until: number;
  /** Go on into the days before until the page is full. */
  readonly older: boolean;
}

/** Rows newest first; minutes without trades are left out. */
const historyRows = ({ market, retention }: Broker, query: HistoryQuery, at: number): MinuteRow[] => {
  const today = kstDay(at);
  const oldest = retention.oldest(today);
  const rows: MinuteRow[] = [];
  let { day, until } = query;
  if (day > today || !isTradingDay(day)) return rows;
  while (day >= oldest) {
    const bars = market.barsAt(query.code, query.venue, day, at);
    for (let index = bars.length - 1; index >= 0 && rows.length < HISTORY_ROWS; index--) {
      const bar = bars[index];
      if (bar !== undefined && bar.minute <= until) rows.push(rowOf(day, bar));
    }
    if (!query.older || rows.length >= HISTORY_ROWS) break;
    day = previousTradingDay(day);
    until = Number.POSITIVE_INFINITY;
  }
  return rows;
};

/** Past days, 120 rows a call. */
export const timeDailyChart = (): Endpoint => {
  const pages = new Lru<Answer>(CACHED_PAGES);
  return {
    method: 'GET',
    path: '/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice',
    trs: { real: ['FHKST03010230'], paper: ['FHKST03010230'] },
    required: [
      'FID_COND_MRKT_DIV_CODE',
      'FID_INPUT_ISCD',
      'FID_INPUT_HOUR_1',
      'FID_INPUT_DATE_1',
      'FID_PW_DATA_INCU_YN',
      'FID_FAKE_TICK_INCU_YN',
    ],
    answer: (call) => {
      const place = placeOf(call);
      if (isAnswer(place)) return place;
      const second = hourOf(call, 'FID_INPUT_HOUR_1');
      if (isAnswer(second)) return second;
      const day = dayOf(call, 'FID_INPUT_DATE_1');
      if (isAnswer(day)) return day;
      const { at } = call.arrival;
      const { broker } = call;
      const older = field(call, 'FID_PW_DATA_INCU_YN') === 'Y';
      const query = { ...place, day, until: Math.floor(second / 60), older };
      const quote = broker.market.quote(place.code, place.venue, at);
      const today = kstDay(at);
      // Past pages change only with the summary on top of them.
      const name = [place.code, place.venue, day, query.until, older, today, quote?.day, quote?.volume].join('|');
      const make = (): Answer => {
        const rows = historyRows(broker, query, at);
        const offered = isTradingDay(day) && day <= today && day >= broker.retention.oldest(today);
        return minuteChart(quote === undefined || !offered ? noSummary : summaryOf(quote), rows);
      };
      return pages.get(name, make);
    },
  };
};

/** Today's labels without a hole, 30 a call; labels that have not come yet repeat the price. */
const todayRows = (
  { market }: Broker,
  place: { code: string; venue: Venue },
  quote: Quote,
  asked: { until: number; at: number },
): MinuteRow[] => {
  const day = kstDay(asked.at);
  const session = market.session(place.venue, day);
  if (session === undefined) return [];
  const bars = new Map(market.barsAt(place.code, place.venue, day, asked.at).map((bar) => [bar.minute, bar]));
  const now = Math.floor(kstSecond(asked.at) / 60);
  const forming = bars.get(now);
  const rows: MinuteRow[] = [];
  let close = quote.previousClose;
  let dayValue = 0;
  for (let minute = labelRange(session).first; minute <= asked.until; minute++) {
    const bar = bars.get(minute);
    close = bar?.close ?? close;
    dayValue = bar?.dayValue ?? dayValue;
    const flat = { day, minute, open: close, high: close, low: close, close, volume: 0, dayValue };
    rows.push(bar === undefined ? flat : rowOf(day, bar));
  }
  const newest = rows.at(-1);
  // Quirk on record: a label of the future carries the volume of the bar that is still forming.
  if (newest !== undefined && asked.until > now && forming !== undefined) {
    rows[rows.length - 1] = { ...newest, volume: forming.volume };
  }
  return rows.slice(-TODAY_ROWS).reverse();
};

export const timeItemChart = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice',
  trs: { real: ['FHKST03010200'], paper: ['FHKST03010200'] },
  required: ['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD', 'FID_INPUT_HOUR_1', 'FID_PW_DATA_INCU_YN', 'FID_ETC_CLS_CODE'],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const second = hourOf(call, 'FID_INPUT_HOUR_1');
    if (isAnswer(second)) return second;
    const { at } = call.arrival;
    const quote = call.broker.market.quote(place.code, place.venue, at);
    if (quote === undefined) return minuteChart(noSummary, []);
    const rows = todayRows(call.broker, place, quote, { until: Math.floor(second / 60), at });
    return minuteChart(summaryOf(quote), rows);
  },
});
