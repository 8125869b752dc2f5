import { CallInvalid, RangeInvalid, SymbolUnknown } from '../../error/index.js';
import type { Answer } from '../../request/contract.js';
import type { Candle, CandleBatch, CandleQuery, Interval, Venue } from '../candle.js';
import type { Params } from '../contract.js';
import { dayMs, kstDay, kstInstant, kstMidnight, kstTime, kstWeekday } from '../kst.js';
import { kisCatalogue, type KisEndpointName } from './catalogue.js';
import { kisLimits } from './limits.js';
import { dailyRows, minuteCandles, minuteRows, type MinuteRow } from './rows.js';

/** Labels that a full day of minute bars has: KRX 09:00–15:19 and the auction (observed); NXT and UN at most 08:00–19:59. */
const labelsPerDay = { KRX: 381, NXT: 720, UN: 720 } as const satisfies Record<Venue, number>;

/**
 * Calls that a range of trading days takes at most, for plans. `today` is the KST day whose minutes come from the
 * same-day chart, with fewer rows a call.
 */
export const estimatedCandleCalls = (
  { venue, interval }: Pick<CandleQuery, 'venue' | 'interval'>,
  days: readonly string[],
  today: string,
): number => {
  if (interval === '1d') return Math.max(1, Math.ceil(days.length / dailyRowsPerCall));
  return days.reduce((sum, day) => sum + Math.ceil(labelsPerDay[venue] / (day === today ? todayRows : historyRows)), 0);
};

/** Makes one call through the hub. */
export type KisCall = (endpoint: KisEndpointName, params: Params) => Promise<Answer>;

export interface CandleSource {
  readonly call: KisCall;
  readonly now: () => number;
  readonly environment: 'real' | 'paper';
  readonly keyId: string;
}

/** FID_COND_MRKT_DIV_CODE (official). */
const division = { KRX: 'J', NXT: 'NX', UN: 'UN' } as const satisfies Record<Venue, string>;

/**
 * First and last label that a day of minute bars can have, KST (observed, 2026-11-23): KRX 09:00 to the print of the
 * closing auction, NXT 08:00–20:00. Whether the KRX chart also lists the after-market (16:00–20:00, since 2026-09-14) is
 * not on record, so it is not asked for: a part of it would be worse than none.
 */
const labels = {
  KRX: { first: '090000', last: '153000' },
  NXT: { first: '080000', last: '200000' },
  UN: { first: '080000', last: '200000' },
} as const satisfies Record<Venue, { first: string; last: string }>;

/** University entrance examinations: KRX trades an hour later, 10:00–16:30 (observed 2025-11-13; 2026 by its announcement). */
const examinationDays: ReadonlySet<string> = new Set(['2025-11-13', '2026-11-19']);
const lastOnExaminationDays = '163000';

const lastLabel = (venue: Venue, day: string): string =>
  venue === 'KRX' && examinationDays.has(day) ? lastOnExaminationDays : labels[venue].last;

const minuteMs = 60_000;
const historyRows = 120;
const todayRows = 30;
const dailyRowsPerCall = 100;
/** A bar counts as final this long after its minute: more than the clocks of client and broker may differ. */
const finalAfterMs = 5_000;

const intervals: readonly Interval[] = ['1m', '1d'];

const dayOf = (text: string): number | undefined => (/^\d{4}-\d\d-\d\d$/.test(text) ? kstMidnight(text) : undefined);

/** Raised before anything is sent. `now` decides what is too old and what has not happened yet. */
export const checkCandleQuery = (query: CandleQuery, now: number): void => {
  const { symbol, venue, interval, from, to } = query;
  if (!/^(\d[0-9A-Z]{5}|Q\d{6})$/.test(symbol)) throw new SymbolUnknown(symbol);
  if (!Object.hasOwn(division, venue)) {
    throw new CallInvalid(`venue ${JSON.stringify(venue)} is unknown`, `Known: ${Object.keys(division).join(', ')}.`);
  }
  if (!intervals.includes(interval)) {
    throw new CallInvalid(`interval ${JSON.stringify(interval)} is unknown`, `Known: ${intervals.join(', ')}.`);
  }
  const [first, last] = [dayOf(from), dayOf(to)];
  if (first === undefined || last === undefined) {
    throw new RangeInvalid(`from ${from} to ${to}: not days`, 'Write days as YYYY-MM-DD (KST).');
  }
  if (first > last) throw new RangeInvalid(`from ${from} is after to ${to}`, 'Swap the two days.');
  if (last > now) throw new RangeInvalid(`to ${to} has not begun yet`, `Ask up to ${kstDay(now)}.`);
  const { value: keptDays } = kisLimits.minuteBarDays;
  const oldest = kstDay(now - keptDays * dayMs);
  if (interval === '1m' && from < oldest) {
    throw new RangeInvalid(
      `from ${from}: KIS keeps 1-minute bars for ${String(keptDays)} days`,
      `Ask from ${oldest} on, or for interval 1d.`,
    );
  }
};

/** The bars of a range, window by window: a day of minute bars, or the whole range of daily bars. */
export async function* kisCandleBatches(query: CandleQuery, source: CandleSource): AsyncGenerator<CandleBatch> {
  checkCandleQuery(query, source.now());
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

async function* minuteBatches(query: CandleQuery, source: CandleSource): AsyncGenerator<Window> {
  for (let instant = kstMidnight(query.from) ?? 0; kstDay(instant) <= query.to; instant += dayMs) {
    const weekend = kstWeekday(instant) === 0 || kstWeekday(instant) === 6;
    if (!weekend) yield await minuteBatch(query, kstDay(instant), source);
  }
}

const minuteBatch = async (query: CandleQuery, day: string, source: CandleSource): Promise<Window> => {
  const today = day === kstDay(source.now());
  const endpoint = today ? 'inquire-time-itemchartprice' : 'inquire-time-dailychartprice';
  const rowsPerCall = today ? todayRows : historyRows;
  const firstMs = kstInstant(day, labels[query.venue].first) ?? 0;
  const lastMs = kstInstant(day, lastLabel(query.venue, day)) ?? 0;
  // Never ask beyond the current minute: the broker would make up rows for minutes that have not happened.
  let cursor = today ? Math.min(lastMs, source.now()) : lastMs;
  const rows: MinuteRow[] = [];
  const answers: Answer[] = [];
  while (cursor >= firstMs) {
    const answer = await source.call(endpoint, {
      FID_COND_MRKT_DIV_CODE: division[query.venue],
      FID_INPUT_ISCD: query.symbol,
      FID_INPUT_HOUR_1: kstTime(cursor),
      FID_PW_DATA_INCU_YN: 'N',
      ...(today ? { FID_ETC_CLS_CODE: '' } : { FID_INPUT_DATE_1: day.replaceAll('-', ''), FID_FAKE_TICK_INCU_YN: '' }),
    });
    answers.push(answer);
    const page = minuteRows(endpoint, answer, day);
    const oldest = Math.min(...page.map(({ startMs }) => startMs));
    // The last page is short or empty, or brings nothing older than what was asked for (a repeated page).
    if (page.length > 0) rows.push(...page);
    if (page.length < rowsPerCall || oldest > cursor) break;
    cursor = oldest - minuteMs;
  }
  const fetchedAtMs = answers.at(-1)?.receivedAt ?? source.now();
  const asked = answers[0]?.receivedAt ?? fetchedAtMs;
  const over = asked - finalAfterMs;
  const finalUntilMs = today ? over - (over % minuteMs) : (kstMidnight(day) ?? 0) + dayMs;
  const batch: CandleBatch = {
    days: [day],
    candles: minuteCandles({ symbol: query.symbol, venue: query.venue }, rows, finalUntilMs),
    finalUntilMs,
    ...provenance(endpoint, answers, fetchedAtMs, source),
  };
  return { batch, symbolNamed: answers.some(namesSymbol) };
};

const dailyBatch = async (query: CandleQuery, source: CandleSource): Promise<Window> => {
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
  const fetchedAtMs = answers.at(-1)?.receivedAt ?? source.now();
  // The bar of a day goes on changing until the after-market has ended (20:00): final from the next day on.
  const finalUntilMs = kstMidnight(kstDay(answers[0]?.receivedAt ?? fetchedAtMs)) ?? 0;
  const first = kstMidnight(query.from) ?? 0;
  const batch: CandleBatch = {
    days: daysOf(query),
    candles: [...candles.values()]
      .filter(({ startMs }) => startMs >= first && startMs < finalUntilMs)
      .sort((left, right) => left.startMs - right.startMs),
    finalUntilMs,
    ...provenance(endpoint, answers, fetchedAtMs, source),
  };
  return { batch, symbolNamed: answers.some(namesSymbol) };
};

const daysOf = ({ from, to }: CandleQuery): string[] => {
  const days: string[] = [];
  for (let instant = kstMidnight(from) ?? 0; kstDay(instant) <= to; instant += dayMs) days.push(kstDay(instant));
  return days;
};

const provenance = (
  endpoint: KisEndpointName,
  answers: readonly Answer[],
  fetchedAtMs: number,
  { environment, keyId }: CandleSource,
): Pick<CandleBatch, 'tr' | 'requestIds' | 'fetchedAtMs' | 'keyId'> => ({
  tr: kisCatalogue[endpoint].tr[environment] ?? '',
  requestIds: answers.map(({ requestId }) => requestId),
  fetchedAtMs,
  keyId,
});

const namesSymbol = ({ body }: Answer): boolean => {
  const summary = body.output1;
  const name = typeof summary === 'object' && summary !== null && 'hts_kor_isnm' in summary ? summary.hts_kor_isnm : '';
  return typeof name === 'string' && name.trim() !== '';
};

/**
 * KIS answers unknown symbols with success and zeros: an empty window that does not name the
 * share is believed only if the share has a price.
 */
const checkSymbol = async (query: CandleQuery, source: CandleSource): Promise<void> => {
  const answer = await source.call('inquire-price', {
    FID_COND_MRKT_DIV_CODE: division[query.venue],
    FID_INPUT_ISCD: query.symbol,
  });
  const output = answer.body.output;
  const price = typeof output === 'object' && output !== null && 'stck_prpr' in output ? output.stck_prpr : '0';
  if (typeof price !== 'string' || Number(price) === 0) throw new SymbolUnknown(query.symbol);
};
