import { SymbolUnknown } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import type { Candle, CandleBatch, CandleQuery } from '../candle.js';
import type { Retention } from '../candle-query.js';
import { dayMs, kstDay, kstMidnight, kstTime } from '../kst.js';
import { answeredAt, provenanceOf, type MarketSource } from '../market-source.js';
import { daysFinalUntil, labelRange, labelsPerDay, minuteMs, minutesFinalUntil, weekdaysOf } from '../session.js';
import type { KisEndpointName } from './catalogue.js';
import { division } from './division.js';
import { kisLimits } from './limits.js';
import { dailyRows, minuteCandles, minuteRows, type MinuteRow } from './rows.js';

export const kisRetention: Retention = { title: 'KIS keeps', minuteBarDays: kisLimits.minuteBarDays.value };

/**
 * Calls that a range of trading days takes at most, for plans. `today` is the KST day whose minutes come from the
 * same-day chart, with fewer rows a call.
 */
export const estimatedKisCalls = (
  { venue, interval }: Pick<CandleQuery, 'venue' | 'interval'>,
  days: readonly string[],
  today: string,
): number => {
  if (interval === '1d') return Math.max(1, Math.ceil(days.length / dailyRowsPerCall));
  return days.reduce((sum, day) => sum + Math.ceil(labelsPerDay[venue] / (day === today ? todayRows : historyRows)), 0);
};

const historyRows = 120;
const todayRows = 30;
const dailyRowsPerCall = 100;

type Source = MarketSource<KisEndpointName>;

/** The bars of a range, window by window: a day of minute bars, or the whole range of daily bars. */
export async function* kisCandleBatches(query: CandleQuery, source: Source): AsyncGenerator<CandleBatch> {
  const fetched = query.interval === '1d' ? [dailyBatch(query, source)] : minuteBatches(query, source);
  for await (const { batch, symbolNamed } of fetched) {
    if (batch.candles.length === 0 && !symbolNamed) await checkSymbol(query, source);
    yield batch;
  }
}

interface Window {
  readonly batch: CandleBatch;
  /** An answer carried the name of the share, so it exists, bars or not. */
  readonly symbolNamed: boolean;
}

async function* minuteBatches(query: CandleQuery, source: Source): AsyncGenerator<Window> {
  for (const day of weekdaysOf(query)) yield await minuteBatch(query, day, source);
}

const minuteBatch = async (query: CandleQuery, day: string, source: Source): Promise<Window> => {
  const today = day === kstDay(source.now());
  const { firstMs, lastMs } = labelRange(query.venue, day);
  const { rows, answers } = await minutePages(query, { day, today, firstMs, lastMs }, source);
  const now = source.now();
  const finalUntilMs = today ? minutesFinalUntil(answeredAt(answers, now)) : (kstMidnight(day) ?? 0) + dayMs;
  const candles = minuteCandles({ symbol: query.symbol, venue: query.venue }, rows, finalUntilMs).filter(
    ({ startMs }) => startMs >= firstMs && startMs <= lastMs,
  );
  const symbolNamed = answers.some(namesSymbol);
  const batch: CandleBatch = { days: [day], candles, finalUntilMs, ...provenanceOf('kis', answers, now) };
  const mayBeHalted = today && symbolNamed && candles.length === 0 && finalUntilMs > firstMs;
  return { batch: mayBeHalted ? await withHalt(batch, query, [day, answers], source) : batch, symbolNamed };
};

/** Only the quote tells of a halt, and only of now: without a trade since the opening, the halt is why there are no bars. */
const withHalt = async (
  batch: CandleBatch,
  query: CandleQuery,
  [day, answers]: readonly [string, readonly Answer[]],
  source: Source,
): Promise<CandleBatch> => {
  const answer = await priceOf(query, source);
  const told = { ...batch, ...provenanceOf('kis', [...answers, answer], source.now()) };
  return saysHalted(answer) ? { ...told, halted: [day] } : told;
};

const saysHalted = (answer: Answer): boolean =>
  fieldOf(answer, 'iscd_stat_cls_code') === String(kisLimits.haltedStatus.value) && fieldOf(answer, 'acml_vol') === '0';

interface Day {
  readonly day: string;
  readonly today: boolean;
  /** First and last label that it can have. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Every row of a day, page by page from the newest label back; some may come twice. */
const minutePages = async (
  { symbol, venue }: CandleQuery,
  { day, today, firstMs, lastMs }: Day,
  source: Source,
): Promise<{ readonly rows: readonly MinuteRow[]; readonly answers: readonly Answer[] }> => {
  const endpoint = today ? 'inquire-time-itemchartprice' : 'inquire-time-dailychartprice';
  const rowsPerCall = today ? todayRows : historyRows;
  // Never ask beyond the current minute: the broker would make up rows for minutes that have not happened.
  const newest = (label: number): number => (today ? Math.min(label, source.now()) : label);
  const rows: MinuteRow[] = [];
  const answers: Answer[] = [];
  let cursor = newest(lastMs);
  let oddMs = 0;
  while (cursor >= firstMs) {
    const answer = await source.call(endpoint, {
      FID_COND_MRKT_DIV_CODE: division[venue],
      FID_INPUT_ISCD: symbol,
      FID_INPUT_HOUR_1: kstTime(newest(cursor + oddMs)),
      FID_PW_DATA_INCU_YN: 'N',
      ...(today ? { FID_ETC_CLS_CODE: '' } : { FID_INPUT_DATE_1: day.replaceAll('-', ''), FID_FAKE_TICK_INCU_YN: '' }),
    });
    answers.push(answer);
    const page = minuteRows(endpoint, answer, day);
    for (const row of page) rows.push(row);
    const odd = page.reduce((most, { labelMs, startMs }) => Math.max(most, labelMs - startMs), 0);
    if (odd > oddMs) {
      // Labels some seconds into their minute: asked for by the full minute, the row of that minute was left out. Once more.
      oddMs = odd;
      cursor = newest(lastMs);
      continue;
    }
    const oldest = page.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
    // The last page is short or empty, or brings nothing older than what was asked for (a repeated page).
    if (page.length < rowsPerCall || oldest > cursor) break;
    cursor = oldest - minuteMs;
  }
  return { rows, answers };
};

const dailyBatch = async (query: CandleQuery, source: Source): Promise<Window> => {
  const endpoint = 'inquire-daily-itemchartprice';
  const from = query.from.replaceAll('-', '');
  const answers: Answer[] = [];
  const candles = new Map<number, Candle>();
  let cursor = query.to.replaceAll('-', '');
  while (cursor >= from) {
    const answer = await source.call(endpoint, {
      FID_COND_MRKT_DIV_CODE: division[query.venue],
      FID_INPUT_ISCD: query.symbol,
      FID_INPUT_DATE_1: from,
      FID_INPUT_DATE_2: cursor,
      FID_PERIOD_DIV_CODE: 'D',
      // On this endpoint 1 is raw and 0 is adjusted (official); inquire-daily-price has it the other way round.
      FID_ORG_ADJ_PRC: '1',
    });
    answers.push(answer);
    const page = dailyRows(endpoint, answer, query);
    for (const { candle } of page) if (candle !== undefined) candles.set(candle.startMs, candle);
    const oldest = page.map(({ day }) => day).sort()[0];
    if (oldest === undefined || page.length < dailyRowsPerCall || oldest > cursor) break;
    cursor = kstDay((kstMidnight(oldest) ?? 0) - dayMs).replaceAll('-', '');
  }
  const now = source.now();
  const finalUntilMs = daysFinalUntil(answeredAt(answers, now));
  const first = kstMidnight(query.from) ?? 0;
  const last = kstMidnight(query.to) ?? 0;
  const batch: CandleBatch = {
    days: weekdaysOf(query),
    candles: [...candles.values()]
      .filter(({ startMs }) => startMs >= first && startMs <= last && startMs < finalUntilMs)
      .sort((left, right) => left.startMs - right.startMs),
    finalUntilMs,
    ...provenanceOf('kis', answers, now),
  };
  return { batch, symbolNamed: answers.some(namesSymbol) };
};

const namesSymbol = ({ body }: Answer): boolean => {
  const summary = body.output1;
  const name = typeof summary === 'object' && summary !== null && 'hts_kor_isnm' in summary ? summary.hts_kor_isnm : '';
  return typeof name === 'string' && name.trim() !== '';
};

/**
 * KIS answers unknown symbols with success and zeros: an empty window that does not name the
 * share is believed only if the share has a price.
 */
const checkSymbol = async (query: CandleQuery, source: Source): Promise<void> => {
  const price = fieldOf(await priceOf(query, source), 'stck_prpr');
  if (price === undefined || Number(price) === 0) throw new SymbolUnknown(query.symbol);
};

const priceOf = ({ symbol, venue }: CandleQuery, source: Source): Promise<Answer> =>
  source.call('inquire-price', { FID_COND_MRKT_DIV_CODE: division[venue], FID_INPUT_ISCD: symbol });

const fieldOf = ({ body: { output } }: Answer, name: string): string | undefined => {
  const value: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, name) : undefined;
  return typeof value === 'string' ? value.trim() : undefined;
};
