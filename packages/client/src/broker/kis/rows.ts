import { AnswerUnreadable } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import type { Candle } from '../candle.js';
import { kstInstant, kstMidnight } from '../kst.js';
import { minuteMs } from '../session.js';

type Row = Readonly<Record<string, unknown>>;

/** A minute row as KIS sends it: `dayValue` is the cumulative traded value of the day, not of the minute. */
export interface MinuteRow {
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly dayValue: number;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

const textOf = (row: Row, field: string): string => {
  const value = row[field];
  return typeof value === 'string' ? value.trim() : '';
};

/** Array elements of `output2`. KIS pads short answers with `{}` now and then (uncertain); those carry no date. */
const rowsOf = (endpoint: string, answer: Answer): Row[] => {
  const output: unknown = answer.body.output2 ?? [];
  if (!Array.isArray(output)) throw new AnswerUnreadable(endpoint, answer.status, 'output2 is not a list');
  const rows: readonly unknown[] = output;
  return rows.filter((row): row is Row => isRow(row) && textOf(row, 'stck_bsop_date') !== '');
};

const numberReader =
  (endpoint: string, answer: Answer, row: Row) =>
  (field: string): number => {
    const text = row[field];
    if (typeof text !== 'string' || !/^[+-]?\d+(\.\d+)?$/.test(text.trim())) {
      throw new AnswerUnreadable(endpoint, answer.status, `output2: ${field} is not a number`);
    }
    const number = Number(text);
    if (!Number.isFinite(number)) {
      throw new AnswerUnreadable(endpoint, answer.status, `output2: ${field} is too large`);
    }
    return number;
  };

/** Minute rows of one day, newest first as sent. Odd seconds in a label (seen once, 2026-01-02) belong to its minute. */
export const minuteRows = (endpoint: string, answer: Answer, day: string): MinuteRow[] => {
  const compactDay = day.replaceAll('-', '');
  const rows: MinuteRow[] = [];
  for (const row of rowsOf(endpoint, answer)) {
    // A page may run into the day before.
    if (textOf(row, 'stck_bsop_date') !== compactDay) continue;
    const instant = kstInstant(compactDay, textOf(row, 'stck_cntg_hour'));
    if (instant === undefined) {
      throw new AnswerUnreadable(endpoint, answer.status, 'output2: stck_cntg_hour is not a time');
    }
    const read = numberReader(endpoint, answer, row);
    rows.push({
      startMs: instant - (instant % minuteMs),
      open: read('stck_oprc'),
      high: read('stck_hgpr'),
      low: read('stck_lwpr'),
      close: read('stck_prpr'),
      volume: read('cntg_vol'),
      dayValue: read('acml_tr_pbmn'),
    });
  }
  return rows;
};

/**
 * Bars of a day from its minute rows (any order, doubles allowed), ascending. Minutes without trades are no bars: the
 * same-day chart lists them with volume 0, the history leaves them out.
 */
export const minuteCandles = (
  { symbol, venue }: Pick<Candle, 'symbol' | 'venue'>,
  rows: readonly MinuteRow[],
  finalUntilMs: number,
): Candle[] => {
  const byStart = new Map(rows.map((row) => [row.startMs, row]));
  const ascending = [...byStart.values()].sort((left, right) => left.startMs - right.startMs);
  const candles: Candle[] = [];
  let valueBefore = 0;
  for (const row of ascending) {
    const value = row.dayValue - valueBefore;
    valueBefore = row.dayValue;
    if (row.volume === 0 || row.startMs >= finalUntilMs) continue;
    candles.push({
      symbol,
      venue,
      interval: '1m',
      startMs: row.startMs,
      open: row.open,
      high: row.high,
      low: row.low,
      close: row.close,
      volume: row.volume,
      value: value >= 0 ? value : null,
      source: 'REST_API_KIS',
    });
  }
  return candles;
};

/** Daily bars, newest first as sent, with the trading day of each. Days without a trade have volume 0 and are no bars. */
export const dailyRows = (
  endpoint: string,
  answer: Answer,
  { symbol, venue }: Pick<Candle, 'symbol' | 'venue'>,
): { readonly day: string; readonly candle: Candle | undefined }[] =>
  rowsOf(endpoint, answer).map((row) => {
    const text = textOf(row, 'stck_bsop_date');
    const startMs = kstMidnight(text);
    if (startMs === undefined) {
      throw new AnswerUnreadable(endpoint, answer.status, 'output2: stck_bsop_date is not a day');
    }
    const read = numberReader(endpoint, answer, row);
    const volume = read('acml_vol');
    const candle: Candle = {
      symbol,
      venue,
      interval: '1d',
      startMs,
      open: read('stck_oprc'),
      high: read('stck_hgpr'),
      low: read('stck_lwpr'),
      close: read('stck_clpr'),
      volume,
      value: read('acml_tr_pbmn'),
      source: 'REST_API_KIS',
    };
    return { day: text, candle: volume === 0 ? undefined : candle };
  });
