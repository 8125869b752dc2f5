import { AnswerUnreadable } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import type { Candle, CandleBatch, CandleQuery, Venue } from '../candle.js';
import type { Retention } from '../candle-query.js';
import type { Params } from '../contract.js';
import { dayMs, kstDay, kstMidnight } from '../kst.js';
import { answeredAt, provenanceOf, type MarketSource } from '../market-source.js';
import { daysFinalUntil, labelRange, labelsPerDay, minutesFinalUntil, weekdaysOf } from '../session.js';
import type { KiwoomEndpointName } from './catalogue.js';
import { kiwoomLimits } from './limits.js';
import { dailyCandles, minuteCandles } from './rows.js';
import { stockCodeOf, symbolError } from './stock-code.js';
import { nextCursor } from './wire.js';

export const kiwoomRetention: Retention = {
  title: 'the hub asks Kiwoom for',
  minuteBarDays: kiwoomLimits.minuteBarDays.value,
};

/** Rows of a page (observed). */
const minuteRowsPerCall = 900;
const dailyRowsPerCall = 600;

/** Past days have one row after the session, at 15:35 (observed). */
const rowsPerDay = (venue: Venue): number => labelsPerDay[venue] + (venue === 'KRX' ? 1 : 0);

/** Calls that a range of trading days takes at most, for plans. */
export const estimatedKiwoomCalls = (
  { venue, interval }: Pick<CandleQuery, 'venue' | 'interval'>,
  days: readonly string[],
): number => {
  const rows =
    interval === '1d' ? days.length / dailyRowsPerCall : (days.length * rowsPerDay(venue)) / minuteRowsPerCall;
  return Math.max(1, Math.ceil(rows));
};

const mostDaysAtOnce = 10;

/** Trading days of minute bars that fill their pages best: a page runs over the days, so a few at once waste no row. */
export const kiwoomDaysAtOnce = (venue: Venue): number => {
  const filled = (days: number): number =>
    (days * rowsPerDay(venue)) /
    (estimatedKiwoomCalls({ venue, interval: '1m' }, Array<string>(days).fill('')) * minuteRowsPerCall);
  let best = 1;
  for (let days = 2; days <= mostDaysAtOnce; days += 1) if (filled(days) > filled(best)) best = days;
  return best;
};

type Source = MarketSource<KiwoomEndpointName>;

/** The bars of a range, window by window: some days of minute bars, or the whole range of daily bars. */
export async function* kiwoomCandleBatches(query: CandleQuery, source: Source): AsyncGenerator<CandleBatch> {
  const weekdays = weekdaysOf(query);
  const size = query.interval === '1d' ? Number.POSITIVE_INFINITY : pieceOf(query.venue, weekdays.length);
  for (let start = 0; start < weekdays.length; start += size) {
    yield await batchOf(query, weekdays.slice(start, start + size), source);
  }
}

/** What is planned as one window has some holidays in between now and then, and is not cut for them. */
const pieceOf = (venue: Venue, weekdays: number): number => {
  const size = kiwoomDaysAtOnce(venue);
  return weekdays < 2 * size ? weekdays : size;
};

const batchOf = async (query: CandleQuery, days: readonly string[], source: Source): Promise<CandleBatch> => {
  const first = days[0] ?? query.from;
  const last = days.at(-1) ?? query.to;
  const asked: Asked = {
    ...(query.interval === '1d' ? daily : minutes),
    params: { stk_cd: stockCodeOf(query), base_dt: last.replaceAll('-', ''), upd_stkpc_tp: '0' }, // 0 raw, 1 adjusted
    fromMs: query.interval === '1d' ? (kstMidnight(first) ?? 0) : labelRange(query.venue, first).firstMs,
  };
  try {
    const { candles, answers, complete } = await pagesDownTo(asked, query, source);
    const now = source.now();
    const finalUntilMs = asked.finalUntil(answeredAt(answers, now));
    return {
      days: complete ? [...days] : provenDays(days, candles, now),
      candles: candles
        .filter(({ startMs, volume }) => volume > 0 && startMs < finalUntilMs && isAsked(query, days, startMs))
        .sort((left, right) => left.startMs - right.startMs),
      finalUntilMs: Math.min(finalUntilMs, (kstMidnight(last) ?? 0) + dayMs),
      ...provenanceOf('kiwoom', answers, now),
    };
  } catch (error) {
    throw symbolError(query.symbol, error);
  }
};

interface Chart {
  readonly endpoint: KiwoomEndpointName;
  readonly more: Params;
  readonly rows: typeof minuteCandles;
  readonly finalUntil: (answeredMs: number) => number;
}

const minutes: Chart = {
  endpoint: 'ka10080',
  more: { tic_scope: '1' },
  rows: minuteCandles,
  finalUntil: minutesFinalUntil,
};
const daily: Chart = { endpoint: 'ka10081', more: {}, rows: dailyCandles, finalUntil: daysFinalUntil };

interface Asked extends Chart {
  readonly params: Params;
  /** Rows from here on are wanted; an older one ends the paging. */
  readonly fromMs: number;
}

interface Fetched {
  /** One per start. */
  readonly candles: readonly Candle[];
  readonly answers: readonly Answer[];
  /** A row at the start of the range or before it came, so nothing of the range can be missing. */
  readonly complete: boolean;
}

/** The broker says that nothing older is there. Pages that only stop coming are no such word. */
const isLast = (answer: Answer | undefined): boolean => answer !== undefined && nextCursor(answer) === undefined;

const pagesDownTo = async (asked: Asked, query: CandleQuery, source: Source): Promise<Fetched> => {
  const byStart = new Map<number, Candle>();
  const answers: Answer[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  for await (const answer of source.pages(asked.endpoint, { ...asked.params, ...asked.more })) {
    answers.push(answer);
    const before = oldest;
    for (const candle of asked.rows(asked.endpoint, answer, query)) {
      byStart.set(candle.startMs, candle);
      oldest = Math.min(oldest, candle.startMs);
    }
    // A page without an older row would be followed by others like it.
    if (oldest <= asked.fromMs || oldest >= before) break;
  }
  const complete = oldest <= asked.fromMs;
  const last = answers.at(-1);
  if (!complete && !isLast(last)) {
    throw new AnswerUnreadable(asked.endpoint, last?.status ?? 0, 'pages that promise older rows and bring none');
  }
  return { candles: [...byStart.values()], answers, complete };
};

/**
 * The days that an answer speaks for although it has no older row: history that is known to reach so far back. Of older
 * days, only those with rows after them; the end of the history is not published, so silence proves nothing.
 */
const provenDays = (days: readonly string[], candles: readonly Candle[], now: number): string[] => {
  const proven = kstDay(now - kiwoomLimits.provenDays.value * dayMs);
  const oldest = kstDay(candles.reduce((least, { startMs }) => Math.min(least, startMs), now));
  return days.filter((day) => day >= proven || day > oldest);
};

/** Within the asked days and the session: past days have a row at 15:35, after it, which no other source has. */
const isAsked = ({ venue, interval }: CandleQuery, days: readonly string[], startMs: number): boolean => {
  const day = kstDay(startMs);
  if (!days.includes(day)) return false;
  const { firstMs, lastMs } = labelRange(venue, day);
  return interval === '1d' || (startMs >= firstMs && startMs <= lastMs);
};
