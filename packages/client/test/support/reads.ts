import type { BrokerName, Endpoint } from '../../src/broker/contract.js';
import { kisCatalogue } from '../../src/broker/kis/catalogue.js';
import { kiwoomCatalogue } from '../../src/broker/kiwoom/catalogue.js';
import type { Hub } from '../../src/hub/hub.js';
import type { WireResponse } from '../../src/request/contract.js';
import { emptyParams, ok } from './offline-hub.js';
import type { Expected } from './row-flaws.js';
import { sampleText } from './sample.js';

/** A sample answer and how production comes to read it. */
export interface ReadCase extends Expected {
  readonly broker: BrokerName;
  readonly endpoint: string;
  readonly sample: string;
  /** Which one, where the file has several. */
  readonly item?: number;
  /** The list that holds the rows, where there is one. */
  readonly list?: string;
  /** Rows that the whole sample gives; raw answers count as one. */
  readonly count: number;
  /** The sample is a refusal. */
  readonly fails?: boolean;
  readonly now: string;
  readonly rows: (hub: Hub) => Promise<readonly object[]>;
  /** Answers of other endpoints that the read needs. */
  readonly others: (endpoint: string) => WireResponse;
}

const texts = new Map<string, string>();

/** Read once: thousands of reads follow. */
const textOf = (sample: string): string => {
  const text = texts.get(sample) ?? sampleText(sample);
  texts.set(sample, text);
  return text;
};

export const sampleOf = ({ sample, item }: Pick<ReadCase, 'sample' | 'item'>): string =>
  item === undefined ? textOf(sample) : JSON.stringify((JSON.parse(textOf(sample)) as unknown[])[item]);

/** More than any sample has, and an end for answers that go on for ever. */
const mostRows = 2_000;

const gathered = async (rows: AsyncIterable<object>): Promise<object[]> => {
  const all: object[] = [];
  for await (const row of rows) if (all.push(row) >= mostRows) break;
  return all;
};

const whole = (endpoint: string): WireResponse =>
  ok(textOf(endpoint in kiwoomCatalogue ? `kiwoom/${endpoint}` : endpoint));

const stock = { symbol: '005930', venue: 'KRX' } as const;

interface Range {
  readonly interval: '1m' | '1d';
  readonly from: string;
  readonly to?: string;
  readonly now: string;
  readonly count: number;
  readonly list: string;
}

const candles = (
  broker: BrokerName,
  endpoint: string,
  { interval, from, to = from, now, count, list }: Range,
): ReadCase => ({
  kind: 'candle',
  broker,
  endpoint,
  list,
  count,
  now: `${now}+09:00`,
  others: whole,
  sample: broker === 'kis' ? endpoint : `kiwoom/${endpoint}`,
  fromMs: Date.parse(`${from}T00:00:00+09:00`),
  untilMs: Date.parse(`${to}T23:59:59+09:00`),
  rows: (hub) => gathered(hub.candles({ ...stock, broker, interval, from, to })),
});

const shares = (
  kind: 'tick' | 'quote' | 'book',
  broker: BrokerName,
  endpoint: string,
  { count = 1, list }: { count?: number; list?: string } = {},
): ReadCase => {
  const day = broker === 'kis' ? '2026-03-11' : '2026-03-12';
  return {
    kind,
    broker,
    endpoint,
    count,
    others: whole,
    now: `${day}T16:00:00+09:00`,
    ...(list === undefined ? {} : { list }),
    sample: broker === 'kis' ? endpoint : `kiwoom/${endpoint}`,
    fromMs: Date.parse('2026-01-01T00:00:00+09:00'),
    untilMs: Date.parse(`${day}T16:01:00+09:00`),
    rows: async (hub) => {
      const query = { ...stock, broker };
      if (kind === 'tick') return gathered(hub.ticks(query));
      return [await (kind === 'quote' ? hub.quote(query) : hub.orderBook(query))];
    },
  };
};

interface Sampled {
  readonly sample?: string;
  readonly fails?: boolean;
  readonly item?: number;
}

/** Any other answer: body, error catalogue and the walk from page to page. */
const raw = (
  broker: BrokerName,
  endpoint: string,
  { sample = endpoint, fails = false, item }: Sampled = {},
): ReadCase => {
  const catalogue: Readonly<Record<string, Endpoint>> = broker === 'kis' ? kisCatalogue : kiwoomCatalogue;
  const known = catalogue[endpoint];
  if (known === undefined) throw new Error(`no endpoint ${endpoint}`);
  return {
    kind: 'answer',
    broker,
    endpoint: known.name,
    fails,
    count: 1,
    others: whole,
    ...(item === undefined ? {} : { item }),
    sample: broker === 'kis' ? sample : `kiwoom/${sample}`,
    now: '2026-03-12T16:00:00+09:00',
    fromMs: 0,
    untilMs: 0,
    rows: async (hub) => {
      const options = { maxPages: 20 };
      const params = emptyParams(known);
      const calls = broker === 'kis' ? hub.kis : hub.kiwoom;
      if (known.continuation === 'window') return [await calls.page(endpoint, { params, cursor: {} })];
      const pages = await gathered(calls.pagesFrom(endpoint, { params, cursor: {} }, options));
      return pages.map((page) => ('answer' in page ? (page.answer as object) : page));
    },
  };
};

export const reads: readonly ReadCase[] = [
  candles('kis', 'inquire-time-dailychartprice', {
    interval: '1m',
    from: '2024-11-08',
    now: '2024-11-11T10:20:00',
    count: 4,
    list: 'output2',
  }),
  candles('kis', 'inquire-time-itemchartprice', {
    interval: '1m',
    from: '2026-01-15',
    now: '2026-01-15T10:15:20',
    count: 4,
    list: 'output2',
  }),
  candles('kis', 'inquire-daily-itemchartprice', {
    interval: '1d',
    from: '2022-01-05',
    to: '2022-01-12',
    now: '2022-01-13T10:20:00',
    count: 3,
    list: 'output2',
  }),
  candles('kiwoom', 'ka10080', {
    interval: '1m',
    from: '2026-03-12',
    now: '2026-03-20T10:00:00',
    count: 5,
    list: 'stk_min_pole_chart_qry',
  }),
  candles('kiwoom', 'ka10081', {
    interval: '1d',
    from: '2026-03-01',
    to: '2026-03-12',
    now: '2026-03-20T10:00:00',
    count: 5,
    list: 'stk_dt_pole_chart_qry',
  }),
  shares('tick', 'kis', 'inquire-time-itemconclusion', { count: 4, list: 'output2' }),
  shares('tick', 'kiwoom', 'ka10003', { count: 3, list: 'cntr_infr' }),
  shares('quote', 'kis', 'inquire-price'),
  shares('quote', 'kiwoom', 'ka10001'),
  shares('book', 'kis', 'inquire-asking-price-exp-ccn'),
  shares('book', 'kiwoom', 'ka10004'),
  raw('kis', 'inquire-ccnl'),
  raw('kis', 'inquire-daily-price'),
  raw('kis', 'inquire-time-dailychartprice', { sample: 'inquire-time-dailychartprice-empty' }),
  raw('kis', 'chk-holiday'),
  raw('kis', 'inquire-balance'),
  raw('kis', 'overseas-price/dailyprice', { sample: 'overseas-dailyprice' }),
  raw('kis', 'overseas-price/inquire-time-itemchartprice', { sample: 'overseas-inquire-time-itemchartprice' }),
  raw('kis', 'order-cash-buy', { sample: 'order-cash' }),
  raw('kiwoom', 'ka10079'),
  raw('kiwoom', 'ka10084'),
  raw('kiwoom', 'kt00018'),
  raw('kiwoom', 'kt10000'),
  raw('kis', 'inquire-price', { sample: 'errors-gateway', item: 0, fails: true }),
  raw('kis', 'inquire-price', { sample: 'errors-gateway', item: 1, fails: true }),
  raw('kis', 'inquire-price', { sample: 'errors-gateway', item: 2, fails: true }),
  raw('kis', 'inquire-price', { sample: 'token-egw00133', fails: true }),
  raw('kiwoom', 'ka10001', { sample: 'error-1700', fails: true }),
  raw('kiwoom', 'ka10001', { sample: 'error-8005', fails: true }),
  raw('kiwoom', 'ka10001', { sample: 'error-rc9000', fails: true }),
];
