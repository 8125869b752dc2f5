import { isTradingDay, previousTradingDay, type Venue } from '../../market/calendar.js';
import { dayNumber, kstDay, type Day } from '../../market/kst.js';
import { adjusted } from '../../market/bars.js';
import { historyFrom, type Quote } from '../../market/market.js';
import { splitFactor } from '../../market/symbols.js';
import { dailyLimits, tickSize } from '../../market/tick-size.js';
import { isAnswer } from '../../wire/answer.js';
import { dailyChart, noDailySummary, type DailyRow, type DailySummary } from '../../wire/kis/daily-chart.js';
import { fieldInvalid } from '../../wire/kis/errors.js';
import { field, type Broker, type Endpoint } from './endpoint.js';
import { dayOf, placeOf } from './place.js';

const ROWS = 100;

/** Name of the period that a day belongs to. Weeks run from Monday; 1970-01-05 was one. */
const periodName: Readonly<Record<string, (day: Day) => string>> = {
  D: (day) => day,
  W: (day) => String(Math.floor((dayNumber(day) - 4) / 7)),
  M: (day) => day.slice(0, 6),
  Y: (day) => day.slice(0, 4),
};

type Period = Omit<DailyRow, 'difference'>;

interface DailyQuery {
  readonly code: string;
  readonly venue: Venue;
  readonly from: Day;
  readonly to: Day;
  readonly nameOf: (day: Day) => string;
  readonly adjust: boolean;
}

/** Periods newest first, one more than a page so that the last row has something to differ from. */
const periods = ({ market }: Broker, query: DailyQuery, at: number): Period[] => {
  const found: { name: string; period: Period }[] = [];
  const today = kstDay(at);
  const end = query.to < today ? query.to : today;
  let day = isTradingDay(end) ? end : previousTradingDay(end);
  for (; day >= query.from && day >= historyFrom; day = previousTradingDay(day)) {
    const raw = market.dayAt(query.code, query.venue, day, at);
    const symbol = market.symbols.get(query.code);
    if (raw === undefined || symbol === undefined) continue;
    const bar = query.adjust ? adjusted(raw, splitFactor(symbol, day)) : raw;
    const name = query.nameOf(day);
    const newest = found.at(-1);
    if (newest?.name === name) {
      const { period } = newest;
      newest.period = {
        ...period,
        open: bar.open,
        high: Math.max(period.high, bar.high),
        low: Math.min(period.low, bar.low),
        volume: period.volume + bar.volume,
        value: period.value + bar.value,
      };
    } else if (found.length > ROWS) break;
    else found.push({ name, period: { ...bar, day } });
  }
  return found.map(({ period }) => period);
};

/** Close of the period before, in shares of `day`. */
const closeBefore = ({ market }: Broker, query: DailyQuery, day: Day, before: Period | undefined): number => {
  const symbol = market.symbols.get(query.code);
  if (symbol === undefined) return 0;
  if (before === undefined) return market.reference(symbol, day) / (query.adjust ? splitFactor(symbol, day) : 1);
  const ratio = query.adjust ? 1 : splitFactor(symbol, before.day) / splitFactor(symbol, day);
  return before.close / ratio;
};

const dailyRows = (broker: Broker, query: DailyQuery, at: number): DailyRow[] => {
  const found = periods(broker, query, at);
  return found.slice(0, ROWS).map((period, index) => ({
    ...period,
    difference: period.close - closeBefore(broker, query, period.day, found[index + 1]),
  }));
};

const summaryOf = ({ market }: Broker, quote: Quote, venue: Venue): DailySummary => {
  const before = market.day(quote.symbol.code, venue, previousTradingDay(quote.day));
  const limits = dailyLimits(quote.previousClose);
  return {
    ...quote,
    code: quote.symbol.code,
    name: quote.symbol.name,
    listedShares: quote.symbol.listedShares,
    previous: before ?? { open: 0, high: 0, low: 0, volume: 0 },
    upperLimit: limits.upper,
    lowerLimit: limits.lower,
    ask: quote.price + tickSize(quote.price),
    bid: quote.price,
  };
};

/** `FID_ORG_ADJ_PRC` 0 = adjusted, 1 = raw: the other way round than in inquire-daily-price. */
export const dailyItemChart = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice',
  trs: { real: ['FHKST03010100'], paper: ['FHKST03010100'] },
  required: [
    'FID_COND_MRKT_DIV_CODE',
    'FID_INPUT_ISCD',
    'FID_INPUT_DATE_1',
    'FID_INPUT_DATE_2',
    'FID_PERIOD_DIV_CODE',
    'FID_ORG_ADJ_PRC',
  ],
  answer: (call) => {
    const place = placeOf(call);
    if (isAnswer(place)) return place;
    const from = dayOf(call, 'FID_INPUT_DATE_1');
    if (isAnswer(from)) return from;
    const to = dayOf(call, 'FID_INPUT_DATE_2');
    if (isAnswer(to)) return to;
    const nameOf = periodName[field(call, 'FID_PERIOD_DIV_CODE')];
    if (nameOf === undefined) return fieldInvalid('FID_PERIOD_DIV_CODE');
    const original = field(call, 'FID_ORG_ADJ_PRC');
    if (original !== '0' && original !== '1') return fieldInvalid('FID_ORG_ADJ_PRC');
    const { at } = call.arrival;
    const quote = call.broker.market.quote(place.code, place.venue, at);
    if (quote === undefined) return dailyChart(noDailySummary(place.code), []);
    const rows = dailyRows(call.broker, { ...place, from, to, nameOf, adjust: original === '0' }, at);
    return dailyChart(summaryOf(call.broker, quote, place.venue), rows);
  },
});
