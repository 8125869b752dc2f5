import type { Answer } from '../../request/contract.js';
import { sourceOf, type Candle } from '../candle.js';
import { kstInstant, kstMidnight } from '../kst.js';
import { RowReader, rowsIn } from '../row.js';
import { minuteMs } from '../session.js';
import { saysNothingFound } from './wire.js';

/** The rows of a list; none where the broker says in so many words that it found nothing. */
export const readersOf = (endpoint: string, answer: Answer, list: string): RowReader[] => {
  if (answer.body[list] === undefined && saysNothingFound(answer.body)) return [];
  return rowsIn(endpoint, answer, list).map(
    (row) => new RowReader({ endpoint, status: answer.status, part: list }, row, 'direction'),
  );
};

type Series = Pick<Candle, 'symbol' | 'venue'>;

/**
 * Minute bars, newest first as sent. A label is the start of its minute. Labels of half minutes are in a recording of a
 * test environment only; of two rows of one minute the caller keeps one.
 */
export const minuteCandles = (endpoint: string, answer: Answer, { symbol, venue }: Series): Candle[] => {
  const list = 'stk_min_pole_chart_qry';
  return readersOf(endpoint, answer, list).map((reader) => {
    const label = reader.text('cntr_tm');
    const instant = kstInstant(label.slice(0, 8), label.slice(8)) ?? reader.fail('cntr_tm', 'not a time');
    return {
      symbol,
      venue,
      interval: '1m',
      startMs: instant - (instant % minuteMs),
      open: reader.amount('open_pric'),
      high: reader.amount('high_pric'),
      low: reader.amount('low_pric'),
      close: reader.amount('cur_prc'),
      volume: reader.shares('trde_qty'),
      value: null, // not in this answer
      source: sourceOf.kiwoom,
    };
  });
};

const million = 1_000_000;

/** Daily bars, newest first as sent. */
export const dailyCandles = (endpoint: string, answer: Answer, { symbol, venue }: Series): Candle[] => {
  const list = 'stk_dt_pole_chart_qry';
  return readersOf(endpoint, answer, list).map((reader) => {
    const startMs = kstMidnight(reader.text('dt')) ?? reader.fail('dt', 'not a day');
    return {
      symbol,
      venue,
      interval: '1d',
      startMs,
      open: reader.amount('open_pric'),
      high: reader.amount('high_pric'),
      low: reader.amount('low_pric'),
      close: reader.amount('cur_prc'),
      volume: reader.shares('trde_qty'),
      value: reader.amount('trde_prica', million),
      source: sourceOf.kiwoom,
    };
  });
};
