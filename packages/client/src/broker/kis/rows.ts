import type { Answer } from '../../request/contract.js';
import { sourceOf, type Candle } from '../candle.js';
import { kstInstant, kstMidnight } from '../kst.js';
import { RowReader, rowsIn } from '../row.js';
import { minuteMs } from '../session.js';

/** A minute row as KIS sends it: `dayValue` is the cumulative traded value of the day, not of the minute. */
export interface MinuteRow {
  /** What its label says; odd seconds in it (all labels of 2026-01-02 ended in 11, one recording) belong to its minute. */
  readonly labelMs: number;
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly dayValue: number;
}

const list = 'output2';

const readersOf = (endpoint: string, answer: Answer): RowReader[] =>
  rowsIn(endpoint, answer, list).map(
    (row) => new RowReader({ endpoint, status: answer.status, part: list }, row, 'refused'),
  );

/** Midnight of a row's day. A row that lost its day is damaged, not empty. */
const dayOf = (reader: RowReader): number =>
  kstMidnight(reader.text('stck_bsop_date')) ?? reader.fail('stck_bsop_date', 'not a day');

/** Minute rows of one day, newest first as sent. */
export const minuteRows = (endpoint: string, answer: Answer, day: string): MinuteRow[] => {
  const midnight = kstMidnight(day);
  const rows: MinuteRow[] = [];
  for (const reader of readersOf(endpoint, answer)) {
    // A page may run into the day before.
    if (dayOf(reader) !== midnight) continue;
    const instant = kstInstant(day, reader.text('stck_cntg_hour')) ?? reader.fail('stck_cntg_hour', 'not a time');
    rows.push({
      labelMs: instant,
      startMs: instant - (instant % minuteMs),
      open: reader.amount('stck_oprc'),
      high: reader.amount('stck_hgpr'),
      low: reader.amount('stck_lwpr'),
      close: reader.amount('stck_prpr'),
      volume: reader.shares('cntg_vol'),
      dayValue: reader.amount('acml_tr_pbmn'),
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
      source: sourceOf.kis,
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
  readersOf(endpoint, answer).map((reader) => {
    const startMs = dayOf(reader);
    const volume = reader.shares('acml_vol');
    const candle: Candle = {
      symbol,
      venue,
      interval: '1d',
      startMs,
      open: reader.amount('stck_oprc'),
      high: reader.amount('stck_hgpr'),
      low: reader.amount('stck_lwpr'),
      close: reader.amount('stck_clpr'),
      volume,
      value: reader.amount('acml_tr_pbmn'),
      source: sourceOf.kis,
    };
    return { day: reader.text('stck_bsop_date').replaceAll('-', ''), candle: volume === 0 ? undefined : candle };
  });
