import { AnswerUnreadable } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import { sourceOf, type Candle } from '../candle.js';
import { kstInstant, kstMidnight } from '../kst.js';
import { minuteMs } from '../session.js';

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (row: Row, field: string): string => {
  const value = row[field];
  return typeof value === 'string' ? value.trim() : '';
};

const rowsOf = (endpoint: string, answer: Answer, list: string): Row[] => {
  const rows: unknown = answer.body[list] ?? [];
  if (!Array.isArray(rows)) throw new AnswerUnreadable(endpoint, answer.status, `${list} is not a list`);
  return rows.filter(isRow);
};

/**
 * The size of a figure. A sign before a price is its direction against the base price, not its value, and comes doubled
 * now and then (official, observed).
 */
const amountReader =
  (endpoint: string, answer: Answer, list: string, row: Row) =>
  (field: string): number => {
    const digits = /^[+-]*(\d+(?:\.\d+)?)$/.exec(textOf(row, field))?.[1];
    const amount = Number(digits ?? Number.NaN);
    if (Number.isFinite(amount)) return amount;
    throw new AnswerUnreadable(endpoint, answer.status, `${list}: ${field} is not a number`);
  };

type Series = Pick<Candle, 'symbol' | 'venue'>;

/**
 * Minute bars, newest first as sent. A label is the start of its minute. Labels of half minutes are in a recording of a
 * test environment only; of two rows of one minute the caller keeps one.
 */
export const minuteCandles = (endpoint: string, answer: Answer, { symbol, venue }: Series): Candle[] => {
  const list = 'stk_min_pole_chart_qry';
  return rowsOf(endpoint, answer, list).map((row) => {
    const label = textOf(row, 'cntr_tm');
    const instant = kstInstant(label.slice(0, 8), label.slice(8));
    if (instant === undefined) throw new AnswerUnreadable(endpoint, answer.status, `${list}: cntr_tm is not a time`);
    const read = amountReader(endpoint, answer, list, row);
    return {
      symbol,
      venue,
      interval: '1m',
      startMs: instant - (instant % minuteMs),
      open: read('open_pric'),
      high: read('high_pric'),
      low: read('low_pric'),
      close: read('cur_prc'),
      volume: read('trde_qty'),
      value: null, // not in this answer
      source: sourceOf.kiwoom,
    };
  });
};

const million = 1_000_000;

/** Daily bars, newest first as sent. */
export const dailyCandles = (endpoint: string, answer: Answer, { symbol, venue }: Series): Candle[] => {
  const list = 'stk_dt_pole_chart_qry';
  return rowsOf(endpoint, answer, list).map((row) => {
    const startMs = kstMidnight(textOf(row, 'dt'));
    if (startMs === undefined) throw new AnswerUnreadable(endpoint, answer.status, `${list}: dt is not a day`);
    const read = amountReader(endpoint, answer, list, row);
    return {
      symbol,
      venue,
      interval: '1d',
      startMs,
      open: read('open_pric'),
      high: read('high_pric'),
      low: read('low_pric'),
      close: read('cur_prc'),
      volume: read('trde_qty'),
      value: read('trde_prica') * million,
      source: sourceOf.kiwoom,
    };
  });
};
